// Generates the page of refusals from the error table of the code.

const introduction = `# Refused messages

Every reason for which an HTTP/1.1 message is refused. Generated from \`http1Errors\` by \`node tools/refusals/write.mjs\`;
a test keeps it up to date.

A refused request is answered with its status, \`Content-Length: 0\` and \`Connection: close\`, unless a response has
already started. Then the connection closes: after an invalid message, the start of the next one is unknown. The client
receives only the status, unless the option \`refusal\` of the server adds content. The code and the message are for logs
and diagnostics, and contain no bytes of the client. A 405 has the \`Allow\` field that RFC 9110 15.5.6 requires.
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
