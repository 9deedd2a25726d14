// Generates the page of refusals from the error table of the code.

const introduction = `# What is refused

Every way in which an HTTP/1.1 message is refused, made from \`http1Errors\` by \`node tools/refusals/write.mjs\`; a test
keeps it up to date.

A refused message is answered with its status, \`Content-Length: 0\` and \`Connection: close\`, unless an answer has
begun, and the connection closes: once a message is in doubt, nothing behind it can be told for certain. The peer is
told the status and nothing else; the code and the sentence are for logs and diagnostics, and hold no byte of the
peer's. A 405 has the \`Allow\` field that RFC 9110 15.5.6 asks for.
`;

const row = (cells, widths) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;

/**
 * @param errors the error table, by code
 * @returns the page, in Markdown
 */
export const refusalsPage = (errors) => {
  const rows = Object.entries(errors).map(([code, { status, source, message }]) => [
    `\`${code}\``,
    String(status),
    source,
    message,
  ]);
  const titles = ['code', 'status', 'rule', 'what is wrong'];
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((cells) => cells[column].length)));
  const lines = [titles, widths.map((width) => '-'.repeat(width)), ...rows];
  return `${introduction}\n${lines.map((cells) => row(cells, widths)).join('\n')}\n`;
};
