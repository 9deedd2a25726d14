import Negotiator from 'negotiator';

/** A content coding for which compressed files may exist (RFC 9110 8.4.1). */
export type ContentCoding = 'br' | 'zstd' | 'gzip';

/** The codings in order of preference: the one with the smallest files first. */
export const contentCodings: readonly ContentCoding[] = ['br', 'zstd', 'gzip'];

/** The extension of a compressed file: `app.js.br`. */
export const codingExtensions: Readonly<Record<ContentCoding, string>> = { br: '.br', zstd: '.zst', gzip: '.gz' };

/**
 * The coding that the client prefers of those that exist; of equals the one first in `contentCodings`. `undefined` for the
 * file as it is, also where the client accepts nothing: a file that it did not ask for helps more than an error.
 *
 * Source: RFC 9110 section 12.5.3
 */
export const preferredCoding = (
  accept: string | undefined,
  existing: readonly ContentCoding[],
): ContentCoding | undefined => {
  if (accept === undefined || existing.length === 0) return undefined;
  const negotiator = new Negotiator({ headers: { 'accept-encoding': accept } }) as CodingNegotiator;
  const [best] = negotiator.encodings([...existing, 'identity'], { preferred: [...contentCodings] });
  return best === 'identity' ? undefined : (best as ContentCoding | undefined);
};

/** The types of the package do not have the order of preference. */
interface CodingNegotiator {
  encodings(available: string[], options?: { preferred: string[] }): string[];
}
