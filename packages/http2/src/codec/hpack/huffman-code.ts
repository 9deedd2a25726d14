/** Length in bits of the code of each byte, 16 in a line, then of EOS (RFC 7541 appendix B). */
const lengths = `
  13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28
  28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28
  6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6
  5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10
  13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7
  7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6
  15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5
  6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28
  20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23
  24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24
  22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23
  21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23
  26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25
  19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27
  20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23
  26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26
  30`;

/**
 * Length in bits of the Huffman code of each byte, then of EOS. The code is canonical: codes are numbered by length,
 * then by symbol, so the lengths determine them.
 *
 * Source: RFC 7541 appendix B
 */
export const huffmanCodeLengths: Uint8Array = Uint8Array.from(lengths.trim().split(/\s+/), Number);

/** The symbol that never appears: its first bits are the padding. */
export const EOS = 256;

const canonicalCodes = (lengths: Uint8Array): Uint32Array => {
  const codes = new Uint32Array(lengths.length);
  const symbols = Array.from(lengths.keys()).sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  let code = 0;
  let length = 0;
  for (const symbol of symbols) {
    code *= 2 ** (lengths[symbol]! - length);
    length = lengths[symbol]!;
    codes[symbol] = code++;
  }
  return codes;
};

/** The code of each symbol, in its lowest bits. */
export const huffmanCodes: Uint32Array = canonicalCodes(huffmanCodeLengths);
