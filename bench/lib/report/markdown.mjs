/**
 * A Markdown table, formatted like the workspace's formatter.
 * @param {string[][]} rows the first one is the head; the first column is left-aligned, figures are right-aligned
 */
export function markdownTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const pad = (/** @type {string} */ text, /** @type {number} */ column) => {
    const space = ' '.repeat(widths[column] - text.length);
    return column === 0 ? text + space : space + text;
  };
  const [head, ...others] = rows.map((row) => line(row.map(pad)));
  const rule = line(widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)));
  return [head, rule, ...others];
}
