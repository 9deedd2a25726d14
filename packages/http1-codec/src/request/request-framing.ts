import { CHUNKED } from '../grammar/chunked-content.ts';
import { Http1Error } from '../grammar/errors.ts';
import { HeadFlag } from './framing-fields.ts';
import type { RequestHead } from './request-head.ts';

/**
 * The framing of a request's content: `CHUNKED`, or its length in bytes.
 *
 * @throws Http1Error `HTTP1_TRANSFER_…`, `HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING`, `HTTP1_LENGTH_REQUIRED`
 * Source: RFC 9112 section 6.3, by its numbered steps; 1, 2 and 8 are about responses
 */
export const requestFraming = (head: RequestHead): number => {
  const { flags, contentLength } = head;
  if ((flags & HeadFlag.transferEncoding) !== 0) {
    // 6.1: Transfer-Encoding in HTTP/1.0 is faulty framing.
    if (head.minorVersion === 0) throw new Http1Error('HTTP1_TRANSFER_ENCODING_IN_HTTP10');
    // 3. Both: must be handled as an error, because it may be request smuggling.
    if (contentLength !== -1) throw new Http1Error('HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING');
    // 4. Not chunked at the end: the length of the content is unknown.
    return chunkedOrRefused(flags);
  }
  // 5. Invalid or differing Content-Length: refused while the fields were read.
  // 6. A valid one is the length.
  if (contentLength !== -1) return contentLength;
  if (head.minorVersion === 0 && needsLength(head.method)) throw new Http1Error('HTTP1_LENGTH_REQUIRED');
  // 7. A request with neither has no content.
  return 0;
};

const chunkedOrRefused = (flags: number): number => {
  if ((flags & HeadFlag.misplacedChunked) !== 0) throw new Http1Error('HTTP1_TRANSFER_CODING_INVALID');
  if ((flags & HeadFlag.otherCoding) !== 0) {
    throw new Http1Error(
      (flags & HeadFlag.chunked) === 0 ? 'HTTP1_TRANSFER_CODING_INVALID' : 'HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED',
    );
  }
  return CHUNKED;
};

/** Methods whose content an HTTP/1.0 client must announce, same as Kestrel. */
const needsLength = (method: string): boolean => method === 'POST' || method === 'PUT';
