import { Buffer } from 'node:buffer';

/**
 * Protocol names in the form that they have on the wire, the preferred one first; `undefined` for none.
 *
 * @throws RangeError for a name that is empty or longer than 255 bytes
 *
 * Source: RFC 7301 section 3.1
 */
export const encodeApplicationProtocols = (names: readonly string[]): Buffer | undefined => {
  if (names.length === 0) return undefined;
  const encoded = names.map((name) => {
    const bytes = Buffer.from(name, 'latin1');
    if (bytes.length === 0 || bytes.length > 255) throw new RangeError('an ALPN name has 1 to 255 bytes');
    return Buffer.concat([Buffer.of(bytes.length), bytes]);
  });
  return Buffer.concat(encoded);
};
