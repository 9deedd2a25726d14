import { Buffer } from 'node:buffer';
import { type ProxyHeader, ProxyHeaderParser, ProxyProtocolError } from '../../src/index.ts';

/** The result of parsing bytes. */
export type Outcome =
  | { readonly header: ProxyHeader; readonly rest: string }
  | { readonly code: string }
  | 'incomplete';

const bytesOf = (input: string | Uint8Array): Buffer =>
  typeof input === 'string' ? Buffer.from(input, 'latin1') : Buffer.from(input);

/** Pushes pieces in order and collects the bytes after the header. Other errors are thrown. */
export const parsePieces = (pieces: readonly Uint8Array[], maxHeaderSize?: number): Outcome => {
  const parser = new ProxyHeaderParser(maxHeaderSize);
  let header: ProxyHeader | undefined;
  let rest = '';
  try {
    for (const piece of pieces) {
      if (header !== undefined) {
        rest += Buffer.from(piece).toString('latin1');
        continue;
      }
      const parsed = parser.push(piece);
      header = parsed?.header;
      if (parsed !== undefined) rest += Buffer.from(parsed.rest).toString('latin1');
    }
  } catch (error) {
    if (error instanceof ProxyProtocolError) return { code: error.code };
    throw error;
  }
  return header === undefined ? 'incomplete' : { header, rest };
};

export const parse = (input: string | Uint8Array, maxHeaderSize?: number): Outcome =>
  parsePieces([bytesOf(input)], maxHeaderSize);

/** The header, of bytes that hold one. */
export const headerOf = (input: string | Uint8Array): ProxyHeader => {
  const outcome = parse(input, 65_551);
  if (outcome === 'incomplete' || 'code' in outcome) throw new Error(`no header: ${JSON.stringify(outcome)}`);
  return outcome.header;
};

/** The bytes in all ways in which two reads can bring them, and byte by byte. */
export const everySplit = (input: string | Uint8Array): Buffer[][] => {
  const bytes = bytesOf(input);
  const splits = Array.from({ length: bytes.length + 1 }, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)]);
  return [...splits, Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))];
};
