import Negotiator from 'negotiator';

/** A content coding for which compressed files may exist (RFC 9110 8.4.1). */
export type ContentCoding = 'br' | 'zstd' | 'gzip';

/** The codings in order of preference: smallest files first. */
export const contentCodings: readonly ContentCoding[] = ['br', 'zstd', 'gzip'];

/** The extension of a compressed file: `app.js.br`. */
export const codingExtensions: Readonly<Record<ContentCoding, string>> = { br: '.br', zstd: '.zst', gzip: '.gz' };

/** Characters of an Accept-Encoding field; clients send fewer than 100. Parsing 16,000 codings takes 30 ms. */
const longestAccept = 1024;

/**
 * The existing coding that the client prefers; of equals the first one in `contentCodings`. `undefined` for the
 * uncompressed file, also if the client accepts no coding at all: an uncompressed file is more useful than an error.
 * A field that is longer than any client needs also selects the uncompressed file.
 *
 * Source: RFC 9110 section 12.5.3
 */
export const preferredCoding = (
  accept: string | undefined,
  existing: readonly ContentCoding[],
): ContentCoding | undefined => {
  if (accept === undefined || accept.length > longestAccept || existing.length === 0) return undefined;
  const negotiator = new Negotiator({ headers: { 'accept-encoding': accept } }) as CodingNegotiator;
  const [best] = negotiator.encodings([...existing, 'identity'], { preferred: [...contentCodings] });
  return best === 'identity' ? undefined : (best as ContentCoding | undefined);
};

/** The package's types lack the parameter for the order of preference. */
interface CodingNegotiator {
  encodings(available: string[], options?: { preferred: string[] }): string[];
}
