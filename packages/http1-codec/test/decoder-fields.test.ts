import { describe, expect, it } from 'vitest';
import type { Http1ErrorCode } from '../src/index.ts';
import { fieldValueByte, tokenByte } from '../src/grammar/grammar.ts';
import {
  bytesOf,
  chunked,
  decode,
  expectRefusal,
  expectRefusalLike,
  expectRequest,
  head,
  next,
} from './support/requests.ts';

const character = (byte: number): string => String.fromCharCode(byte);
const allBytes = Array.from({ length: 256 }, (_, byte) => byte);
const get = (...fields: string[]): string => head('GET / HTTP/1.1', ...fields);
const host: [string, string] = ['Host', 'a'];

const tchar = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

describe('the tables of RFC 9110', () => {
  it('5.6.2 tchar', () =>
    expect(allBytes.filter((byte) => tokenByte[byte] === 1).map(character)).toEqual(tchar.split('').sort()));

  it('5.5 field-content: HTAB, SP, VCHAR, obs-text', () =>
    expect(allBytes.filter((byte) => fieldValueByte[byte] === 1)).toEqual(
      allBytes.filter((byte) => byte === 9 || (byte >= 0x20 && byte !== 0x7f)),
    ));
});

describe('RFC 9110 5.1 field names', () => {
  it.each(allBytes)('byte %i inside a name: a token byte is kept, any other is refused', (byte) => {
    const name = `X${character(byte)}Y`;
    if (tokenByte[byte] === 1) expectRequest(get(`${name}: v`), { fields: [host, [name, 'v']] });
    // A colon ends the name.
    else if (byte === 0x3a) expectRequest(get(`${name}: v`), { fields: [host, ['X', 'Y: v']] });
    else expectRefusalLike(get(`${name}: v`), /^HTTP1_(?:FIELD_NAME|FIELD_LINE|LINE_ENDING)_/);
  });

  it.each<[string, string, Http1ErrorCode]>([
    ['empty', ': v', 'HTTP1_FIELD_NAME_INVALID'],
    ['a space before the colon', 'X : v', 'HTTP1_FIELD_NAME_INVALID'],
    ['spaces before the colon', 'X   : v', 'HTTP1_FIELD_NAME_INVALID'],
    ['a tab before the colon', 'X\t: v', 'HTTP1_FIELD_NAME_INVALID'],
    ['a space inside', 'X Y: v', 'HTTP1_FIELD_NAME_INVALID'],
    ['no colon', 'XY', 'HTTP1_FIELD_LINE_INVALID'],
    ['no colon and a space', 'X Y', 'HTTP1_FIELD_NAME_INVALID'],
    ['NUL', 'X\0: v', 'HTTP1_FIELD_NAME_INVALID'],
    ['a bare CR', 'X\rY: v', 'HTTP1_FIELD_LINE_INVALID'],
    ['a bare LF', 'X\nY: v', 'HTTP1_LINE_ENDING_INVALID'],
    ['a colon alone', ':', 'HTTP1_FIELD_NAME_INVALID'],
  ])('%s: refused', (_, line, code) => {
    expectRefusal(get(line), code);
    expectRefusal(get(line, 'Z: z'), code);
    expectRefusal(`GET / HTTP/1.1\r\n${line}\r\nHost: a\r\n\r\n`, code);
  });
});

describe('RFC 9110 5.5 field values', () => {
  it.each(allBytes)('byte %i inside a value: kept, or refused', (byte) => {
    const text = get(`X: b${character(byte)}c`);
    if (fieldValueByte[byte] === 1) expectRequest(text, { fields: [host, ['X', `b${character(byte)}c`]] });
    else expectRefusalLike(text, /^HTTP1_(?:FIELD_VALUE|LINE_ENDING)_INVALID$/);
  });

  it.each<[string, string, string]>([
    ['no whitespace', 'X:v', 'v'],
    ['one space', 'X: v', 'v'],
    ['much whitespace around', 'X: \t  b c  \t ', 'b c'],
    ['inner whitespace', 'X: b \t c', 'b \t c'],
    ['empty', 'X:', ''],
    ['empty but for whitespace', 'X: \t ', ''],
    ['a colon', 'X: :', ':'],
    ['colons', 'X::b:', ':b:'],
    ['obs-text', 'X: \x80\xff', '\x80\xff'],
    ['one byte', 'X:v\t', 'v'],
  ])('%s: without the whitespace around it', (_, line, value) =>
    expectRequest(get(line, 'Y: z'), { fields: [host, ['X', value], ['Y', 'z']] }),
  );

  it.each<[string, string, Http1ErrorCode]>([
    ['NUL', 'X: b\0c', 'HTTP1_FIELD_VALUE_INVALID'],
    ['NUL at the end', 'X: b\0', 'HTTP1_FIELD_VALUE_INVALID'],
    ['SOH', 'X: \x01', 'HTTP1_FIELD_VALUE_INVALID'],
    ['DEL', 'X: b\x7f', 'HTTP1_FIELD_VALUE_INVALID'],
    ['a bare CR', 'X: b\rc', 'HTTP1_LINE_ENDING_INVALID'],
    ['a bare CR at the end', 'X: b\r', 'HTTP1_LINE_ENDING_INVALID'],
    ['a bare CR at once', 'X:\rb', 'HTTP1_LINE_ENDING_INVALID'],
    ['a bare LF', 'X: b\nY: c', 'HTTP1_LINE_ENDING_INVALID'],
    ['a bare LF at once', 'X:\nY: c', 'HTTP1_LINE_ENDING_INVALID'],
  ])('%s: refused', (_, line, code) => expectRefusal(get(line), code));
});

describe('RFC 9112 5.2 obsolete line folding', () => {
  it.each([' c', '\tc', '  c: d', ' ', '\t'])('%j behind a field line: refused', (fold) =>
    expectRefusal(get('X: b', fold, 'Y: z'), 'HTTP1_FIELD_FOLDED'),
  );

  it.each([' X: b', '\tX: b', ' '])('2.2, %j behind the request line: refused', (first) =>
    expectRefusal(`GET / HTTP/1.1\r\n${first}\r\nHost: a\r\n\r\n`, 'HTTP1_FIELD_FOLDED'),
  );

  it('in a trailer section: refused', () => expectRefusal(chunked('0\r\nX: b\r\n c\r\n\r\n'), 'HTTP1_FIELD_FOLDED'));
});

describe('RFC 9112 2.2 the end of a field section', () => {
  it.each(['\n', '\r\r\n', '\rX: y\r\n\r\n', '\n\r\n'])('%j instead of CRLF: refused', (end) =>
    expectRefusal(`GET / HTTP/1.1\r\nHost: a\r\n${end}`, 'HTTP1_LINE_ENDING_INVALID'),
  );

  it('no field at all: HTTP/1.0 may', () => expectRequest('GET / HTTP/1.0\r\n\r\n', { fields: [], version: '1.0' }));
});

describe('the field section as received', () => {
  it('order, repetition and case are kept', () =>
    expectRequest(get('B: 1', 'a: 2', 'b: 3', 'A: 4', '__proto__: 5'), {
      fields: [host, ['B', '1'], ['a', '2'], ['b', '3'], ['A', '4'], ['__proto__', '5']],
    }));
});

describe('maxRequestHeadersTotalSize', () => {
  const lines = ['Host: a', 'X: b'];
  const size = 'Host: a\r\nX: b\r\n'.length;
  const text = `GET / HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;

  it('exactly as long as the limit: accepted', () =>
    expectRequest(text, { fields: [host, ['X', 'b']] }, { limits: { maxRequestHeadersTotalSize: size } }));

  it.each(Array.from({ length: size - 1 }, (_, limit) => limit + 1))('a limit of %i: 431', (limit) =>
    expectRefusal(text, 'HTTP1_FIELD_SECTION_TOO_LARGE', { limits: { maxRequestHeadersTotalSize: limit } }),
  );

  it('a section that never ends: 431 once it is sure', () => {
    const limits = { maxRequestHeadersTotalSize: 40 };
    for (const endless of [`X: ${'b'.repeat(60)}`, 'N'.repeat(60), `X:${' '.repeat(60)}`, 'X: b\r\n'.repeat(20)]) {
      expectRefusal(`GET / HTTP/1.1\r\n${endless}`, 'HTTP1_FIELD_SECTION_TOO_LARGE', { limits });
    }
    expect(decode([bytesOf(`GET / HTTP/1.1\r\nX: ${'b'.repeat(38)}`)], { limits })).toEqual({ requests: [] });
  });

  it('what is wrong behind the limit: still 431, however it arrives', () =>
    expectRefusal(get(`X: ${'b'.repeat(40)}\0`, 'no colon'), 'HTTP1_FIELD_SECTION_TOO_LARGE', {
      limits: { maxRequestHeadersTotalSize: 40 },
    }));

  it('what is wrong before the limit: its own code', () =>
    expectRefusal(get('X\0: b', `X: ${'b'.repeat(60)}`), 'HTTP1_FIELD_NAME_INVALID', {
      limits: { maxRequestHeadersTotalSize: 40 },
    }));
});

describe('maxRequestHeaderCount', () => {
  const limits = { maxRequestHeaderCount: 3 };

  it('exactly as many as the limit: accepted', () =>
    expectRequest(get('X: 1', 'Y: 2'), { fields: [host, ['X', '1'], ['Y', '2']] }, { limits }));

  it('one more: 431', () => expectRefusal(get('X: 1', 'Y: 2', 'Z: 3'), 'HTTP1_TOO_MANY_FIELDS', { limits }));

  it('1,000 where the limit allows them: all are there', () => {
    const many = Array.from({ length: 999 }, (_, index): [string, string] => [`X-${index}`, `${index}`]);
    const text = get(...many.map(([name, value]) => `${name}: ${value}`));
    const [request] = decode([bytesOf(text)], { limits: { maxRequestHeaderCount: 1000 } }).requests;
    expect(request!.fields).toEqual([host, ...many]);
  });
});

describe('trailers share the limits of the header section', () => {
  // Host and Transfer-Encoding are two lines of 37 bytes.
  const headSize = 'Host: a\r\nTransfer-Encoding: chunked\r\n'.length;

  it('as many lines as are left: accepted', () =>
    expectRequest(
      chunked('0\r\nA: 1\r\nB: 2\r\n\r\n'),
      {
        trailers: [
          ['A', '1'],
          ['B', '2'],
        ],
      },
      { limits: { maxRequestHeaderCount: 4 } },
    ));

  it('one line more: 431', () =>
    expectRefusal(chunked('0\r\nA: 1\r\nB: 2\r\n\r\n'), 'HTTP1_TOO_MANY_FIELDS', {
      limits: { maxRequestHeaderCount: 3 },
    }));

  it('as many bytes as are left: accepted', () =>
    expectRequest(
      chunked('0\r\nA: 12345\r\n\r\n'),
      { trailers: [['A', '12345']] },
      { limits: { maxRequestHeadersTotalSize: headSize + 10 } },
    ));

  it.each([0, 1, 5, 8, 9])('only %i bytes left: 431', (left) =>
    expectRefusal(chunked('0\r\nA: 12345\r\n\r\n'), 'HTTP1_FIELD_SECTION_TOO_LARGE', {
      limits: { maxRequestHeadersTotalSize: headSize + left },
    }),
  );

  it('no trailers and nothing left: accepted', () =>
    expectRequest(chunked('0\r\n\r\n'), { trailers: [] }, { limits: { maxRequestHeadersTotalSize: headSize } }));

  it('a trailer section that never ends: 431', () =>
    expectRefusal(chunked(`0\r\nX: ${'a'.repeat(80)}`), 'HTTP1_FIELD_SECTION_TOO_LARGE', {
      limits: { maxRequestHeadersTotalSize: headSize + 20 },
    }));

  it('the next request has the whole limit again', () =>
    expectRequest(
      chunked('0\r\nA: 12345\r\n\r\n'),
      {},
      { limits: { maxRequestHeadersTotalSize: Math.max(headSize + 10, next.length) } },
    ));
});
