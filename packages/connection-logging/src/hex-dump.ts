import { Buffer } from 'node:buffer';

/** Bytes in one row. */
const rowSize = 16;

/** Width of the column of bytes: two digits and a blank for each byte, and one more blank in the middle. */
const hexWidth = rowSize * 3;

/**
 * The rows of a dump: the offset, the bytes, and the bytes as text with a dot for each byte that is not printable ASCII.
 *
 * ```
 * 0000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..
 * ```
 *
 * Source: Kestrel `LoggingStream.Log`, with the offset added
 */
export const hexDump = (bytes: Uint8Array): string[] => {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += rowSize) rows.push(rowOf(bytes.subarray(at, at + rowSize), at));
  return rows;
};

const rowOf = (bytes: Uint8Array, at: number): string => {
  const offset = at.toString(16).padStart(4, '0');
  const halves = [bytes.subarray(0, rowSize / 2), bytes.subarray(rowSize / 2)];
  const hex = halves.map(hexOf).join('  ').padEnd(hexWidth);
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '.');
  return `${offset}  ${hex}  ${text}`;
};

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
