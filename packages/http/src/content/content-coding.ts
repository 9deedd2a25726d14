import { HttpError } from '../errors.ts';
import type { HttpFields } from '../http-fields.ts';

/**
 * Checks that the content of a request is not compressed. For code that reads the content itself; the methods of
 * `HttpRequest` that parse content check it.
 *
 * @param headers the fields of the request
 * @throws HttpError `HTTP_CONTENT_CODING_UNSUPPORTED`, answered 415
 * Source: RFC 9110 section 8.4
 */
export const checkContentCoding = (headers: HttpFields): void => {
  const coding = headers.get('content-encoding');
  if (coding === undefined || coding.toLowerCase() === 'identity') return;
  throw new HttpError('HTTP_CONTENT_CODING_UNSUPPORTED');
};
