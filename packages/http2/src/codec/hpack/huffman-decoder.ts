import { EOS, huffmanCodeLengths, huffmanCodes } from './huffman-code.ts';

/**
 * The decoder is a state machine over half bytes: its states are the inner nodes of the code tree. The shortest code has
 * five bits, so half a byte completes one symbol at most. An entry holds the symbol (bits 0 to 7), whether there is one
 * (bit 8) and the next state (from bit 9 on). 16 KiB, which stays in the first-level cache.
 */
const stateCount = 257;
/** State after EOS or an invalid prefix of it; the decoder never leaves it. */
const failed = 256;
const isEmitted = 0x100;

const table = new Uint32Array(stateCount * 16);
/** 1 for states in which text may end: less than a byte of EOS has been read (RFC 7541 5.2). */
const isComplete = new Uint8Array(stateCount);

/** Children of the inner nodes: an inner node, or -1 - symbol. */
const buildTree = (): Int32Array => {
  const children = new Int32Array(stateCount * 2);
  let nodes = 1;
  for (const [symbol, code] of huffmanCodes.entries()) {
    const length = huffmanCodeLengths[symbol]!;
    let node = 0;
    for (let bit = length - 1; bit > 0; bit--) {
      const at = node * 2 + ((code >>> bit) & 1);
      if (children[at] === 0) children[at] = nodes++;
      node = children[at]!;
    }
    children[node * 2 + (code & 1)] = -1 - symbol;
  }
  return children;
};

const entryFor = (children: Int32Array, state: number, nibble: number): number => {
  let node = state;
  let emitted = 0;
  for (let bit = 3; bit >= 0; bit--) {
    node = children[node * 2 + ((nibble >>> bit) & 1)]!;
    if (node >= 0) continue;
    const symbol = -1 - node;
    if (symbol === EOS) return failed << 9;
    emitted = isEmitted | symbol;
    node = 0;
  }
  return (node << 9) | emitted;
};

const buildTables = (): void => {
  const children = buildTree();
  for (let state = 0; state < failed; state++) {
    for (let nibble = 0; nibble < 16; nibble++) table[state * 16 + nibble] = entryFor(children, state, nibble);
  }
  table.fill(failed << 9, failed * 16);
  // Padding consists of the most significant bits of EOS, all 1, and is shorter than a byte.
  for (let node = 0, bits = 0; bits < 8; bits++, node = children[node * 2 + 1]!) isComplete[node] = 1;
};

/**
 * Decodes bytes `[start, end)` into `into`, from its beginning.
 *
 * @param into at least 8/5 as long as the input
 * @returns the length of the text, or -1: padding of a byte or more, padding other than 1 bits, or EOS in the text
 * Source: RFC 7541 section 5.2
 */
export const decodeHuffman = (bytes: Uint8Array, start: number, end: number, into: Uint8Array): number => {
  // Built on first use, so that a process without HTTP/2 does not pay for it.
  if (isComplete[0] === 0) buildTables();
  let entry = 0;
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    // A store without a symbol is overwritten by the next one; a typed array keeps the lowest eight bits.
    entry = table[((entry >>> 9) << 4) | (byte >>> 4)]!;
    into[length] = entry;
    length += (entry >>> 8) & 1;
    entry = table[((entry >>> 9) << 4) | (byte & 15)]!;
    into[length] = entry;
    length += (entry >>> 8) & 1;
  }
  return isComplete[entry >>> 9] === 1 ? length : -1;
};
