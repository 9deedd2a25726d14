import { huffmanCodeLengths, huffmanCodes } from './huffman-code.ts';

/** Size of the text as Huffman code, in bytes. @param text latin1 */
export const huffmanLength = (text: string): number => {
  let bits = 0;
  for (let at = 0; at < text.length; at++) bits += huffmanCodeLengths[text.charCodeAt(at)]!;
  return (bits + 7) >>> 3;
};

/**
 * Writes the text as Huffman code, padded with 1 bits.
 *
 * @param text latin1
 * @param into has room for `huffmanLength(text)` bytes from `at` on
 * @returns the offset after the last byte
 * Source: RFC 7541 section 5.2
 */
export const encodeHuffman = (text: string, into: Uint8Array, at: number): number => {
  let offset = at;
  /** Bits that do not fill a byte yet: the lowest `count` of `pending`. */
  let pending = 0;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i);
    let code = huffmanCodes[symbol]!;
    let length = huffmanCodeLengths[symbol]!;
    if (length > 24) {
      // With up to 7 pending bits, a long code does not fit into 31 bits at once.
      pending = (pending << (length - 16)) | (code >>> 16);
      count += length - 16;
      for (; count >= 8; count -= 8) into[offset++] = pending >>> (count - 8);
      code &= 0xffff;
      length = 16;
    }
    pending = (pending << length) | code;
    count += length;
    for (; count >= 8; count -= 8) into[offset++] = pending >>> (count - 8);
    pending &= 0xff;
  }
  if (count > 0) into[offset++] = (pending << (8 - count)) | (0xff >>> count);
  return offset;
};
