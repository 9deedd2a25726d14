import { FieldRole, type FieldSection, listMembers } from '@windhover/http';
import { CHUNKED } from '../grammar/chunked-content.ts';
import { Http1ResponseError } from './response-errors.ts';
import type { ResponseHead } from './response-head.ts';

/** Marks content that ends when the server ends its side. */
export const UNTIL_CLOSE = -2;
/** Marks a switch to another protocol: there is no content. */
export const SWITCHED = -3;

/**
 * The framing of the content of a final response or a 101: `CHUNKED`, `UNTIL_CLOSE`, `SWITCHED`, or its length in
 * bytes.
 *
 * Contradicting fields are refused even without content, except for CONNECT.
 *
 * @param method method of the request
 * @throws Http1ResponseError `HTTP1_TRANSFER_…`, `HTTP1_CONTENT_LENGTH_…`, `HTTP1_CONTENT_TOO_LARGE`
 * Source: RFC 9112 section 6.3, by its numbered steps; 7 is about requests
 */
export const responseFraming = (head: ResponseHead, method: string): number => {
  // 2. A 2xx to CONNECT opens the tunnel after its head, and its framing fields must be ignored. Before step 1, because
  // this also applies to 204.
  if (method === 'CONNECT' && head.statusCode >= 200 && head.statusCode < 300) return SWITCHED;
  const declared = declaredFraming(head);
  if (head.statusCode === 101) return SWITCHED;
  // 1. Never content, whatever the fields say.
  return hasNoContent(head.statusCode, method) ? 0 : declared;
};

const hasNoContent = (statusCode: number, method: string): boolean =>
  method === 'HEAD' || statusCode < 200 || statusCode === 204 || statusCode === 304;

/** Steps 3 to 8: framing from the fields. */
const declaredFraming = ({ headers, minorVersion }: ResponseHead): number => {
  if ((headers.roles & (FieldRole.contentLength | FieldRole.transferEncoding)) === 0) return UNTIL_CLOSE;
  // 5. Invalid, or more than one: refused.
  const length = contentLength(headers);
  if ((headers.roles & FieldRole.transferEncoding) !== 0) {
    // 6.1: Transfer-Encoding in HTTP/1.0 is faulty framing.
    if (minorVersion === 0) throw new Http1ResponseError('HTTP1_TRANSFER_ENCODING_IN_HTTP10');
    // 3. Both: must be handled as an error, because it may be response splitting.
    if (length !== undefined) throw new Http1ResponseError('HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING');
    // 4. Chunked, or a coding that was not requested.
    return chunkedOrRefused(headers.getAll('transfer-encoding'));
  }
  // 6. A valid length; 8. neither field.
  return length ?? UNTIL_CLOSE;
};

/** Content-Length = 1*DIGIT (RFC 9110 8.6), only once: parsers may use different ones of two. */
const contentLength = (headers: FieldSection): number | undefined => {
  const [value, second] = headers.getAll('content-length');
  if (value === undefined) return undefined;
  if (!/^[0-9]+$/.test(value)) throw new Http1ResponseError('HTTP1_CONTENT_LENGTH_INVALID');
  const length = Number(value);
  if (!Number.isSafeInteger(length)) throw new Http1ResponseError('HTTP1_CONTENT_TOO_LARGE');
  if (second !== undefined) throw new Http1ResponseError('HTTP1_CONTENT_LENGTH_DUPLICATE');
  return length;
};

/** All members of all lines are one list, in order (RFC 9112 6.1). A client that sends no TE can only get chunked. */
const chunkedOrRefused = (values: readonly string[]): number => {
  const codings = listMembers(values.join(',').toLowerCase());
  const at = codings.findIndex((coding) => coding === '' || /^chunked[\t ]*(?:;|$)/.test(coding));
  if (at === -1) throw new Http1ResponseError('HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED');
  if (at < codings.length - 1 || codings[at] !== 'chunked') {
    throw new Http1ResponseError('HTTP1_TRANSFER_CODING_INVALID');
  }
  if (at > 0) throw new Http1ResponseError('HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED');
  return CHUNKED;
};

/**
 * Whether the response allows reusing the connection, apart from its framing.
 *
 * Source: RFC 9112 section 9.3
 */
export const allowsKeepAlive = ({ headers, minorVersion }: ResponseHead): boolean => {
  if ((headers.roles & FieldRole.connection) === 0) return minorVersion === 1;
  const options = listMembers(headers.getAll('connection').join(',').toLowerCase());
  if (options.includes('close')) return false;
  return minorVersion === 1 || options.includes('keep-alive');
};
