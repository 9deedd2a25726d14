import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { fc } from '../../../tools/test-support/property.ts';
import { HpackDecoder, HpackEncoder, OutputBuffer, Http2Error } from '../src/codec/index.ts';
import { huffmanCodes, huffmanCodeLengths } from '../src/codec/hpack/huffman-code.ts';
import { decodeHuffman } from '../src/codec/hpack/huffman-decoder.ts';
import { encodeHuffman, huffmanLength } from '../src/codec/hpack/huffman-encoder.ts';

const limits = { maxListSize: 1_000_000, maxCount: 10_000, maxFieldSize: 100_000 };
const latin1Text = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

describe('Huffman code', () => {
  it('has the codes of RFC 7541 appendix B', () => {
    const code = (symbol: number): string => `${huffmanCodes[symbol]!.toString(16)}/${huffmanCodeLengths[symbol]!}`;
    expect([0, 10, 48, 97, 122, 195, 208, 220, 255, 256].map(code)).toEqual([
      '1ff8/13',
      '3ffffffc/30',
      '0/5',
      '3/5',
      '7b/7',
      '7fff1/19',
      '7fff2/19',
      'ffffffd/28',
      '3ffffee/26',
      '3fffffff/30',
    ]);
  });

  it('decodes what the encoder wrote', () => {
    fc.assert(
      fc.property(latin1Text, (text) => {
        const encoded = new Uint8Array(huffmanLength(text) + 4);
        const end = encodeHuffman(text, encoded, 2);
        expect(end - 2).toBe(huffmanLength(text));
        const decoded = new Uint8Array(text.length + 1);
        expect(decodeHuffman(encoded, 2, end, decoded)).toBe(text.length);
        expect(Buffer.from(decoded.subarray(0, text.length)).toString('latin1')).toBe(text);
      }),
    );
  });

  it('every byte is decoded in front of and after every other one', () => {
    const wrong: string[] = [];
    for (let first = 0; first < 256; first++) {
      for (let second = 0; second < 256; second++) {
        const text = String.fromCharCode(first, second);
        const encoded = new Uint8Array(8);
        const end = encodeHuffman(text, encoded, 0);
        const decoded = new Uint8Array(16);
        const length = decodeHuffman(encoded, 0, end, decoded);
        if (length !== 2 || decoded[0] !== first || decoded[1] !== second) wrong.push(`${first} ${second}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('decodes random bytes within its room', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const room = Math.floor((bytes.length * 8) / 5) + 2;
        const into = new Uint8Array(room + 1).fill(0xaa);
        const length = decodeHuffman(bytes, 0, bytes.length, into);
        expect(length).toBeLessThan(room);
        expect(into[room]).toBe(0xaa);
      }),
    );
  });
});

const name = fc.constantFrom(
  'date',
  'x-a',
  'x-b',
  'etag',
  'set-cookie',
  'content-type',
  'server',
  ':path',
  'x-long-name-here',
);
const value = fc.oneof(fc.constantFrom('', 'a', 'text/html', 'the same long value again'), latin1Text);
const list = fc.array(fc.tuple(name, value), { maxLength: 12 });
const step = fc.oneof(
  { weight: 5, arbitrary: list },
  { weight: 1, arbitrary: fc.constantFrom(0, 33, 64, 100, 300, 4096, 65_536) },
);

describe('encoder and decoder', () => {
  it('stay in step over many lists and table sizes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const encoder = new HpackEncoder();
        const decoder = new HpackDecoder(limits);
        for (const lines of steps) {
          if (typeof lines === 'number') {
            encoder.setMaxTableSize(lines);
            continue;
          }
          const out = new OutputBuffer(new Uint8Array(0));
          encoder.begin(out);
          encoder.status(out, 200 + (lines.length % 10));
          for (const [key, text] of lines) encoder.field(out, key, text);
          const fields = decoder.decode(out.bytes, 0, out.length);
          expect(fields.map((field) => [field.name, field.value])).toEqual([
            [':status', String(200 + (lines.length % 10))],
            ...lines,
          ]);
          expect(decoder.tableSize).toBe(encoder.tableSize);
        }
      }),
    );
  });

  it('random bytes give fields or an Http2Error, and the table keeps its size', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 10 }), (blocks) => {
        const decoder = new HpackDecoder({ maxListSize: 500, maxCount: 5, maxFieldSize: 100 });
        try {
          for (const block of blocks) decoder.decode(block, 0, block.length);
        } catch (error) {
          if (!(error instanceof Http2Error)) throw error;
        }
        expect(decoder.tableSize).toBeLessThanOrEqual(4096);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what the encoder keeps in its table', () => {
  const sizes = (lists: readonly (readonly [string, string])[][]): number[] => {
    const encoder = new HpackEncoder();
    return lists.map((lines) => {
      const out = new OutputBuffer(new Uint8Array(0));
      encoder.begin(out);
      for (const [key, text] of lines) encoder.field(out, key, text);
      return out.length;
    });
  };

  it('a known constant field is one byte from the second time on', () => {
    expect(sizes([[['content-type', 'text/plain']], [['content-type', 'text/plain']]])).toEqual([9, 1]);
  });

  it('any other field is one byte from the third time on', () => {
    const line: [string, string][] = [['x-frame-options', 'DENY']];
    expect(sizes([line, line, line])).toEqual([18, 18, 1]);
  });

  it('changing values do not evict repeated ones', () => {
    const lists = Array.from({ length: 300 }, (_, at): [string, string][] => [
      ['server', 'windhover'],
      ['x-request-id', `id-${at}`],
      ['x-trace', `trace-${at}-${'0'.repeat(40)}`],
      ['etag', `"${at}"`],
    ]);
    const withoutServer = sizes(lists.map(([, ...others]) => others));
    expect(
      sizes(lists)
        .map((size, at) => size - withoutServer[at]!)
        .slice(1),
    ).toEqual(Array(299).fill(1));
  });

  it.each([1, 16, 17, 40])('%i repeated fields are one byte each from the third list on', (count) => {
    const lines = Array.from({ length: count }, (_, at): [string, string] => [`x-field-${at}`, `value-${at}`]);
    expect(sizes([lines, lines, lines, lines]).slice(2)).toEqual([count, count]);
  });

  it('generated names do not keep a later field from being indexed', () => {
    const generated = Array.from({ length: 1000 }, (_, at): [string, string] => [`x-field-${at}`, `value-${at}`]);
    const line: [string, string][] = [['x-frame-options', 'DENY']];
    expect(sizes([generated, line, line, line]).at(-1)).toBe(1);
  });

  it('secrets are never indexed (RFC 7541 7.1.3)', () => {
    const out = new OutputBuffer(new Uint8Array(0));
    const encoder = new HpackEncoder();
    encoder.field(out, 'set-cookie', 'a=b');
    expect(out.bytes[0]! & 0xf0).toBe(0x10);
    expect(encoder.tableSize).toBe(0);
  });
});
