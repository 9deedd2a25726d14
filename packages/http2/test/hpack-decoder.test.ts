import { describe, expect, it } from 'vitest';
import { FieldKind, type HeaderListLimits, HpackDecoder, Http2Error } from '../src/codec/index.ts';
import { hex } from './support/hex.ts';

const limits: HeaderListLimits = { maxListSize: 1024, maxCount: 10, maxFieldSize: 200 };

const decode = (decoder: HpackDecoder, digits: string): string => {
  const bytes = hex(digits);
  const fields = decoder.decode(bytes, 0, bytes.length).map(({ name, value }) => `${name}=${value}`);
  return decoder.isTooLarge ? `too large (${decoder.listSize})` : fields.join(' ');
};

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Http2Error ? error.code : String(error);
  }
};

/** A literal without indexing. */
const literal = (name: string, value: string): string => `00${text(name)}${text(value)}`;

const text = (value: string): string => {
  const bytes = Buffer.from(value, 'latin1');
  const { length } = bytes;
  const prefix = length < 127 ? [length] : [127, ((length - 127) & 127) | 128, (length - 127) >> 7];
  return Buffer.concat([Buffer.from(prefix), bytes]).toString('hex');
};

describe('RFC 7541: blocks that cannot be decoded', () => {
  it.each([
    ['index 0 (6.1)', '80'],
    ['an index beyond an empty table (2.3.3)', 'be'],
    ['a name index beyond the table', '7f00 0161'],
    ['an index with the largest number that fits', 'ff80808008'],
    ['a number that never ends (5.1)', 'ff8080808080808080808000'],
    ['a number above 2^28 (5.1)', 'ffffffffff7f'],
    ['a block that ends inside of a number', 'ff80'],
    ['a block that ends before its name', '40'],
    ['a block that ends before its value', '4001 61'],
    ['a name that is longer than the block', '4005 6162'],
    ['a value that is longer than the block', '4001 6105 62'],
    ['a size update after a field (4.2)', '82 20'],
    ['a size update above the setting (6.3)', '3fe21f'],
    ['Huffman padding of 0 bits (5.2)', '0082 1000 00'],
    ['Huffman padding of a whole byte (5.2)', '0082 1fff 00'],
    ['EOS in Huffman code (5.2)', '0084 ffff ffff 00'],
    ['EOS within Huffman code', '0085 ffff fffc ff 00'],
  ])('%s: HTTP2_COMPRESSION_INVALID', (_title, digits) => {
    const decoder = new HpackDecoder(limits);
    expect(codeOf(() => decode(decoder, digits))).toBe('HTTP2_COMPRESSION_INVALID');
  });
});

describe('RFC 7541 4.2 table size', () => {
  it('size updates at the beginning of a block empty and shrink the table', () => {
    const decoder = new HpackDecoder(limits);
    expect(decode(decoder, `4001 61 01 62`)).toBe('a=b');
    expect(decoder.tableSize).toBe(34);
    expect(decode(decoder, '20 3fe11f 82')).toBe(':method=GET');
    expect(decoder.tableSize).toBe(0);
  });

  it('a field larger than the table empties it and is still decoded (4.4)', () => {
    const decoder = new HpackDecoder(limits);
    expect(decode(decoder, '3f21 4001 61 01 62')).toBe('a=b');
    expect(decoder.tableSize).toBe(34);
    expect(decode(decoder, '4001 63 20' + '64'.repeat(32))).toBe(`c=${'d'.repeat(32)}`);
    expect(decoder.tableSize).toBe(0);
  });

  it('after a smaller setting was acknowledged, a block without an update is refused (RFC 9113 4.3.1)', () => {
    const decoder = new HpackDecoder(limits);
    decoder.tableSizeAcknowledged(100);
    expect(codeOf(() => decode(decoder, '82'))).toBe('HTTP2_COMPRESSION_INVALID');
  });

  it('after a larger setting was acknowledged, the table may grow', () => {
    const decoder = new HpackDecoder(limits);
    decoder.tableSizeAcknowledged(8192);
    expect(decode(decoder, '3fe13f 82')).toBe(':method=GET');
  });
});

describe('limits of header lists', () => {
  it('keeps the table in step with a list that is too large', () => {
    const decoder = new HpackDecoder(limits);
    const large = literal('big', 'x'.repeat(150)).repeat(6);
    expect(decode(decoder, `${large} 4001 61 01 62`)).toMatch(/^too large/);
    expect(decode(decoder, 'be')).toBe('a=b');
  });

  it.each([
    ['one field above maxFieldSize', literal('a', 'x'.repeat(201))],
    ['one name above maxFieldSize', literal('x'.repeat(201), '')],
    ['one field above maxCount', literal('a', '').repeat(11)],
    ['a list above maxListSize', literal('a', 'x'.repeat(180)).repeat(5)],
    ['one table entry, again and again', `4001 61 7f11${'62'.repeat(144)}${'be'.repeat(6)}`],
  ])('%s: too large, and no error', (_title, digits) => {
    expect(decode(new HpackDecoder(limits), digits)).toMatch(/^too large/);
  });

  it('counts the pieces of a cookie as one field', () => {
    expect(decode(new HpackDecoder(limits), literal('cookie', 'a=b').repeat(20))).toContain('cookie=a=b');
  });

  it.each([
    ['a list above twice maxListSize', literal('a', 'x'.repeat(180)).repeat(12)],
    ['references to a large entry', `4001 61 7f11${'62'.repeat(144)}${'be'.repeat(4000)}`],
    ['fields without name and value', literal('', '').repeat(70)],
  ])('%s: HTTP2_HEADER_BLOCK_TOO_LARGE', (_title, digits) => {
    expect(codeOf(() => decode(new HpackDecoder(limits), digits))).toBe('HTTP2_HEADER_BLOCK_TOO_LARGE');
  });
});

describe('RFC 9113 8.2 kinds of fields', () => {
  it.each<[title: string, digits: string, kind: keyof typeof FieldKind]>([
    ['a name in lower case', literal('x-a', 'b'), 'regular'],
    ['a capital letter in the name', literal('X-a', 'b'), 'invalidName'],
    ['an empty name', literal('', 'b'), 'invalidName'],
    ['a blank in the name', literal('a b', 'c'), 'invalidName'],
    ['a colon inside of the name', literal('a:b', 'c'), 'invalidName'],
    ['NUL in the value', literal('a', 'b\0c'), 'invalidValue'],
    ['CR in the value', literal('a', 'b\rc'), 'invalidValue'],
    ['LF in the value', literal('a', 'b\nc'), 'invalidValue'],
    ['DEL in the value', literal('a', 'b\x7fc'), 'invalidValue'],
    ['a blank at the start of the value', literal('a', ' b'), 'invalidValue'],
    ['a tab at the end of the value', literal('a', 'b\t'), 'invalidValue'],
    ['a blank inside of the value', literal('a', 'b c'), 'regular'],
    ['bytes above ASCII in the value', literal('a', '\xff'), 'regular'],
    ['an empty value', literal('a', ''), 'regular'],
    ['Connection', literal('connection', 'close'), 'connectionSpecific'],
    ['Upgrade', literal('upgrade', 'h2c'), 'connectionSpecific'],
    ['Transfer-Encoding, by its static index', '0f2a 07 6368756e6b6564', 'connectionSpecific'],
    ['an unknown pseudo-header field', literal(':a', 'b'), 'unknownPseudo'],
    ['a colon alone', literal(':', 'b'), 'unknownPseudo'],
    ['LF in a pseudo-header field', literal(':path', '/\n'), 'invalidValue'],
    ['a wrong value for an indexed name', `04 02 2f0a`, 'invalidValue'],
  ])('%s', (_title, digits, kind) => {
    const bytes = hex(digits);
    const [field] = new HpackDecoder(limits).decode(bytes, 0, bytes.length);
    expect(field!.kind).toBe(FieldKind[kind]);
  });

  it('a name taken from a field with a wrong value is right again', () => {
    const bytes = hex(`4001 61 01 0a  7e 01 62`);
    const fields = new HpackDecoder(limits).decode(bytes, 0, bytes.length);
    expect(fields.map(({ kind }) => kind)).toEqual([FieldKind.invalidValue, FieldKind.regular]);
  });
});
