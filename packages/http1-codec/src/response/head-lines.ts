import { reasonPhrases } from '@windhover/http';

const statusLines: string[] = [];

/**
 * The status line with its CRLF. The version is the sender's, not the request's (RFC 9110 6.2).
 *
 * @param reasonPhrase empty for the registered phrase
 */
export const statusLine = (statusCode: number, reasonPhrase: string): string => {
  if (reasonPhrase !== '') return `HTTP/1.1 ${statusCode} ${reasonPhrase}\r\n`;
  return (statusLines[statusCode] ??= `HTTP/1.1 ${statusCode} ${reasonPhrases[statusCode] ?? ''}\r\n`);
};

const shortLengths: string[] = [];

/** The field line that frames the content, if there is one, and the empty line that ends the head. */
export const endOfHead = (content: number | 'chunked' | undefined): string => {
  if (content === undefined) return '\r\n';
  if (content === 'chunked') return 'transfer-encoding: chunked\r\n\r\n';
  if (content >= 4096) return `content-length: ${content}\r\n\r\n`;
  return (shortLengths[content] ??= `content-length: ${content}\r\n\r\n`);
};
