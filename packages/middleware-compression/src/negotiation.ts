import { type HttpFields, addVary, mediaType } from '@windhover/http';
import Negotiator from 'negotiator';
import type { ContentCoding } from './coding/encoder.ts';
import type { ResolvedCompressionOptions } from './options.ts';

/** The parts of a response that determine its coding. */
export interface ResponseHead {
  readonly statusCode: number;
  readonly headers: HttpFields;
}

/**
 * Chooses the coding of a response and changes its fields: Content-Encoding, a weak entity tag, no Content-Length. Sets
 * Vary if another request could get another coding.
 *
 * @param request the fields of the request
 * @param length of the content in bytes; `undefined` if unknown
 * @returns `undefined` if the content is sent unchanged
 */
export const chooseCoding = (
  request: HttpFields,
  head: ResponseHead,
  length: number | undefined,
  options: ResolvedCompressionOptions,
): ContentCoding | undefined => {
  const { statusCode, headers } = head;
  if (!mayBeCoded(head, length, options)) {
    // Caches update a stored response with a 304, whose content type and length are unknown here.
    if (statusCode === 304 && !headers.has('content-encoding') && !forbidsTransform(headers)) {
      markChoice(headers, request.get('if-none-match') ?? '');
    }
    return undefined;
  }
  addVary(headers, 'accept-encoding');
  const coding = preferredCoding(request.get('accept-encoding'), options.codings);
  if (coding === undefined) return undefined;
  headers.set('content-encoding', coding);
  headers.delete('content-length');
  headers.delete('accept-ranges');
  weakenEntityTag(headers);
  return coding;
};

/** @param ifNoneMatch a client that has only the strong tag got it for content that was not compressed here */
const markChoice = (headers: HttpFields, ifNoneMatch: string): void => {
  addVary(headers, 'accept-encoding');
  const etag = headers.get('etag') ?? '';
  const hasOnlyStrong = ifNoneMatch.includes(etag) && !ifNoneMatch.includes(`W/${etag}`);
  if (!hasOnlyStrong) weakenEntityTag(headers);
};

/** Fields that describe the uncompressed bytes, or the coding of content that is already encoded. */
const againstCoding = ['content-encoding', 'content-range', 'content-digest', 'repr-digest', 'digest', 'content-md5'];

const mayBeCoded = (
  { statusCode, headers }: ResponseHead,
  length: number | undefined,
  { compressible, threshold }: ResolvedCompressionOptions,
): boolean => {
  if (statusCode === 204 || statusCode === 206 || statusCode === 304) return false;
  if (againstCoding.some((name) => headers.has(name))) return false;
  if ((length ?? declaredLength(headers) ?? threshold) < threshold) return false;
  if (forbidsTransform(headers)) return false;
  const type = headers.get('content-type');
  return type !== undefined && compressible(mediaType(type));
};

/** RFC 9111 5.2.2.6 */
const forbidsTransform = (headers: HttpFields): boolean =>
  /(?:^|[,\s])no-transform(?:[,\s]|$)/i.test(headers.get('cache-control') ?? '');

/** Content-Length that a handler has set. */
export const declaredLength = (headers: HttpFields): number | undefined => {
  const value = headers.get('content-length');
  return value === undefined ? undefined : Number(value);
};

/** Two codings of the same content differ in their bytes (RFC 9110 8.8.1). */
const weakenEntityTag = (headers: HttpFields): void => {
  const etag = headers.get('etag');
  if (etag?.startsWith('"')) headers.set('etag', `W/${etag}`);
};

/** Characters of an Accept-Encoding field; clients send fewer than 100. Parsing 16,000 codings takes 30 ms. */
const longestAccept = 1024;

/**
 * The preferred coding; of equals the first one offered. Without the field, content is sent unchanged (RFC 9110
 * 12.5.3), and also if the field is longer than any client needs.
 */
const preferredCoding = (accept: string | undefined, offered: readonly ContentCoding[]): ContentCoding | undefined => {
  if (accept === undefined || accept.length > longestAccept) return undefined;
  const negotiator = new Negotiator({ headers: { 'accept-encoding': accept } }) as CodingNegotiator;
  const [best] = negotiator.encodings([...offered, 'identity'], { preferred: [...offered] });
  return best === 'identity' ? undefined : (best as ContentCoding | undefined);
};

/** The package's types lack the parameter for the order of preference. */
interface CodingNegotiator {
  encodings(available: string[], options?: { preferred: string[] }): string[];
}
