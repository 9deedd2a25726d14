import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { ProxyHeaderParser, ProxyProtocolError } from '../src/index.ts';
import { random } from '../../../tools/test-support/random.mjs';
import { LOCAL, checksummed, tlv, v1Line, v2 } from './support/headers.ts';
import { everySplit, parse, parsePieces } from './support/parse.ts';

/** Behind a header nothing is looked at: it may look like another one. */
const behind = `${v1Line}\r\n\r\n\0\r\nQUIT\n`;

const inputs: readonly (readonly [string, Buffer])[] = [
  ['version 1', Buffer.from(v1Line)],
  ['UNKNOWN', Buffer.from('PROXY UNKNOWN\r\n')],
  ['version 2', v2()],
  ['LOCAL without a block', v2(Buffer.alloc(0), 0x00, LOCAL)],
  ['fields and checksum', checksummed(0, tlv(0x02, 'a.example'), tlv(0xea, 'x'))],
];

const refused: readonly (readonly [string, Buffer])[] = [
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['a bad port', Buffer.from('PROXY TCP4 1.2.3.4 5.6.7.8 1 x\r\n')],
  ['an early LF', Buffer.from('PROXY \nTCP4')],
  ['a line without end', Buffer.from('PROXY UNKNOWN '.padEnd(120, 'x'))],
  ['a bad version', v2(Buffer.alloc(12), 0x11, 0x10)],
  ['a bad checksum', checksummed(1)],
  ['too long', v2(Buffer.alloc(5000))],
];

describe('the parser', () => {
  it.each(inputs)('%s: the same header at every split, with and without bytes after it', (_name, bytes) => {
    const whole = parse(bytes);
    expect(whole).toMatchObject({ rest: '', header: {} });
    for (const pieces of everySplit(bytes)) expect(parsePieces(pieces)).toEqual(whole);
    const withRest = Buffer.concat([bytes, Buffer.from(behind, 'latin1')]);
    for (const pieces of everySplit(withRest))
      expect(parsePieces(pieces)).toEqual({ ...(whole as object), rest: behind });
  });

  it.each(inputs)('%s: each shorter beginning is incomplete', (_name, bytes) => {
    for (let size = 0; size < bytes.length; size++) expect(parse(bytes.subarray(0, size))).toBe('incomplete');
  });

  it.each(refused)('%s: the same error at every split', (_name, bytes) => {
    const whole = parse(bytes, 4096);
    expect(whole).toHaveProperty('code');
    for (const pieces of everySplit(bytes)) expect(parsePieces(pieces, 4096)).toEqual(whole);
  });

  it('a first byte that begins no signature is refused at once', () => {
    for (let byte = 0; byte < 256; byte++) {
      const expected = byte === 0x50 || byte === 0x0d ? 'incomplete' : { code: 'PROXY_PROTOCOL_SIGNATURE_INVALID' };
      expect(parse(Uint8Array.of(byte))).toEqual(expected);
    }
  });

  it('after an error, every push throws the same error', () => {
    const parser = new ProxyHeaderParser();
    const errorOf = (bytes: string): unknown => {
      try {
        return parser.push(Buffer.from(bytes));
      } catch (error) {
        return error;
      }
    };
    const first = errorOf('X');
    expect(first).toBeInstanceOf(ProxyProtocolError);
    expect(errorOf(v1Line)).toBe(first);
  });

  it('push after a complete header: TypeError', () => {
    const parser = new ProxyHeaderParser();
    parser.push(Buffer.from(v1Line));
    expect(() => parser.push(Buffer.from('x'))).toThrow(TypeError);
  });

  it('a header does not change when its chunk is overwritten', () => {
    const chunk = checksummed(0, tlv(0x05, 'unique'));
    const header = new ProxyHeaderParser().push(chunk)!.header;
    chunk.fill(0);
    expect(Buffer.from(header.tlvs.uniqueId!).toString()).toBe('unique');
  });

  it('arbitrary bytes: a header, incomplete, or a ProxyProtocolError; never anything else', () => {
    const { below: next } = random(1);
    const kinds = new Set<string>();
    // It throws other errors, which fail the test. `expect` for each input takes longer than the parser.
    const see = (input: Uint8Array): void => {
      const outcome = parse(input);
      if (outcome === 'incomplete') kinds.add(outcome);
      else kinds.add('code' in outcome ? 'error' : 'header');
    };
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.from(Array.from({ length: next(60) }, () => next(256)));
      see(bytes);
      // Behind the fixed part of a header, where nearly everything is read.
      see(v2(bytes, next(4) * 0x10 + 1 - next(2)));
    }
    expect(kinds).toEqual(new Set(['incomplete', 'error', 'header']));
  });

  it('headers with some bytes changed: a header, incomplete, or a ProxyProtocolError', () => {
    const { below: next } = random(2);
    const codes = new Set<unknown>();
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.from(inputs[next(inputs.length)]![1]);
      for (let change = next(3) + 1; change > 0; change--) bytes[next(bytes.length)] = next(256);
      const outcome = parse(bytes);
      codes.add(outcome === 'incomplete' ? outcome : 'code' in outcome ? outcome.code : 'header');
    }
    expect(codes.size).toBeGreaterThan(8);
  });
});
