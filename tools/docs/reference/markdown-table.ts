/** Formats a Markdown table with padded columns. Cells may contain any text. */
export const markdownTable = (titles: readonly string[], rows: readonly (readonly string[])[]): string => {
  const escaped = rows.map((cells) => cells.map((cell) => cell.replaceAll('|', String.raw`\|`)));
  const widths = titles.map((title, column) =>
    Math.max(3, title.length, ...escaped.map((cells) => cells[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [titles, widths.map((width) => '-'.repeat(width)), ...escaped].map(line).join('\n');
};

/** Text as inline code; text with a backtick gets a longer fence. */
export const code = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);
