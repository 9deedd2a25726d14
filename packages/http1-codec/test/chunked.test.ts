import { describe, expect, it } from 'vitest';
import type { Http1ErrorCode } from '../src/index.ts';
import {
  Reader,
  bytesOf,
  chunked,
  decode,
  expectDecoding,
  expectRefusal,
  expectRequest,
  type Lines,
} from './support/requests.ts';

/** A chunked POST whose content has been cut off by the refusal. */
const expectRefused = (content: string, code: Http1ErrorCode): void => expectRefusal(chunked(content), code);
const expectAccepted = (body: string, content: string, trailers: Lines = []): void =>
  expectRequest(chunked(body), { framing: 'chunked', content, trailers });

describe('RFC 9112 7.1 chunks', () => {
  it.each<[string, string, string]>([
    ['none', '0\r\n\r\n', ''],
    ['one', '5\r\nhello\r\n0\r\n\r\n', 'hello'],
    ['several', '6\r\nhello \r\n1\r\nw\r\n4\r\norld\r\n0\r\n\r\n', 'hello world'],
    [
      'sizes in either case',
      `a\r\n${'x'.repeat(10)}\r\nB\r\n${'y'.repeat(11)}\r\n1f\r\n${'z'.repeat(31)}\r\n1F\r\n${'z'.repeat(31)}\r\n0\r\n\r\n`,
      `${'x'.repeat(10)}${'y'.repeat(11)}${'z'.repeat(62)}`,
    ],
    ['leading zeros', '0005\r\nhello\r\n000\r\n\r\n', 'hello'],
    ['many leading zeros', `${'0'.repeat(200)}5\r\nhello\r\n${'0'.repeat(200)}\r\n\r\n`, 'hello'],
    ['data that looks like framing', '7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n', '\r\n0\r\n\r\n'],
    ['data of every kind', '4\r\n\0\x7f\xff\n\r\n0\r\n\r\n', '\0\x7f\xff\n'],
  ])('%s: the data', (_, body, content) => expectAccepted(body, content));

  it('every byte value as data', () => {
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
    expectAccepted(`100\r\n${all}\r\n0\r\n\r\n`, all);
  });

  it.each<[string, string]>([
    ['0x5', '0x5'],
    ['a sign', '+5'],
    ['minus', '-5'],
    ['an h', '5h'],
    ['a space first', ' 5'],
    ['a tab first', '\t5'],
    ['a dot', '5.0'],
    ['NUL', '5\0'],
    ['empty', ''],
    ['a g', 'g'],
    ['a comma', '5,'],
    ['an underscore', '0_5'],
    ['a quote', '"5"'],
    ['a full-width digit', '\xef\xbc\x95'],
    ['an equals sign', '5=a'],
    ['VT', '5\v'],
  ])('%s in a size: 400', (_, size) => expectRefused(`${size}\r\nhello\r\n0\r\n\r\n`, 'HTTP1_CHUNK_SIZE_INVALID'));

  it.each<[string, string]>([
    ['inner space', '0 5'],
    ['a space behind', '5 '],
    ['spaces behind', '5   '],
    ['a tab behind', '5\t'],
  ])('%s: 400', (_, size) => expectRefused(`${size}\r\nhello\r\n0\r\n\r\n`, 'HTTP1_CHUNK_EXTENSION_INVALID'));

  it.each(['0', '1', 'f', 'a', '12', 'Fe'])(
    'a size of hexadecimal digits and then another byte %#: each is refused',
    (size) => {
      for (let byte = 0; byte < 256; byte++) {
        const character = String.fromCharCode(byte);
        if (/[0-9a-fA-F;\r]/.test(character)) continue;
        expect(
          decode([bytesOf(chunked(`${size}${character}`))]).error ??
            decode([bytesOf(chunked(`${size}${character}\r\n`))]).error,
        ).toMatch(/^HTTP1_(?:CHUNK|LINE)/);
      }
    },
  );

  it.each<[string, string, Http1ErrorCode]>([
    ['an LF behind the size', '5\nhello\r\n0\r\n\r\n', 'HTTP1_LINE_ENDING_INVALID'],
    ['a CR behind the size', '5\rhello\r\n0\r\n\r\n', 'HTTP1_LINE_ENDING_INVALID'],
    ['CR CR LF behind the size', '5\r\r\nhello\r\n0\r\n\r\n', 'HTTP1_LINE_ENDING_INVALID'],
    ['no CRLF behind the data', '5\r\nhello0\r\n\r\n', 'HTTP1_CHUNK_DATA_UNTERMINATED'],
    ['an LF behind the data', '5\r\nhello\n0\r\n\r\n', 'HTTP1_CHUNK_DATA_UNTERMINATED'],
    ['a CR behind the data', '5\r\nhello\r0\r\n\r\n', 'HTTP1_CHUNK_DATA_UNTERMINATED'],
    ['CR CR LF behind the data', '5\r\nhello\r\r\n0\r\n\r\n', 'HTTP1_CHUNK_DATA_UNTERMINATED'],
    ['other bytes behind the data', '5\r\nhelloXX0\r\n\r\n', 'HTTP1_CHUNK_DATA_UNTERMINATED'],
    ['data that is too short', '6\r\nhello\r\n0\r\n\r\n', 'HTTP1_CHUNK_DATA_UNTERMINATED'],
    ['data that is too long', '4\r\nhello\r\n0\r\n\r\n', 'HTTP1_CHUNK_DATA_UNTERMINATED'],
    ['an empty line between chunks', '5\r\nhello\r\n\r\n0\r\n\r\n', 'HTTP1_CHUNK_SIZE_INVALID'],
    ['an empty line first', '\r\n5\r\nhello\r\n0\r\n\r\n', 'HTTP1_CHUNK_SIZE_INVALID'],
    ['an LF behind the last chunk', '5\r\nhello\r\n0\n\r\n', 'HTTP1_LINE_ENDING_INVALID'],
    ['an LF as the empty line', '5\r\nhello\r\n0\r\n\n', 'HTTP1_LINE_ENDING_INVALID'],
    ['a CR as the empty line', '5\r\nhello\r\n0\r\n\rX', 'HTTP1_LINE_ENDING_INVALID'],
  ])('%s: 400', (_, body, code) => expectRefused(body, code));

  it.each([
    ['fourteen digits', '10000000000005'],
    ['2^53', '20000000000000'],
    ['2^63', '8000000000000000'],
    ['2^64 - 1', 'ffffffffffffffff'],
    ['2^64', '10000000000000000'],
    ['2^64 + 5', '10000000000000005'],
    ['2^128 + 5', '100000000000000000000000000000005'],
    ['behind zeros', `${'0'.repeat(40)}10000000000000005`],
  ])('a size of %s: 413, never a smaller one', (_, size) =>
    expectRefusal(chunked(`${size}\r\nhello\r\n0\r\n\r\n`), 'HTTP1_CONTENT_TOO_LARGE', {
      limits: { maxRequestBodySize: null },
    }),
  );
});

describe('RFC 9112 7.1.1 chunk extensions', () => {
  it.each([
    ';a',
    ';a=b',
    ';a="b"',
    ';a=""',
    ';a="b;c=d, e"',
    ';a="\\""',
    ';a="\\\\"',
    ';a="\t \xff"',
    ';a=b;c;d="e"',
    ' ;a',
    ' ; a = b',
    '\t;\ta\t=\t"b"',
    ';a;a;a',
    ";!#$%&'*+-.^_`|~=1",
  ])('5%s: passed over', (extension) => expectAccepted(`5${extension}\r\nhello\r\n0${extension}\r\n\r\n`, 'hello'));

  it.each([
    ';',
    ' ;',
    '; ',
    ';;',
    ';;a',
    ';a;',
    ';a=',
    ';=b',
    ';a=b=c',
    ';a b',
    ';a=b c',
    ';a="b',
    ';a="b"c',
    ';a=b"',
    ';a="b\\"',
    '; a = ',
    ';a,b',
    ';a=(b)',
    ';a@b',
    ';a=\xe9',
    ';a ',
    ';a=b ',
    ' x',
    '\t;a=b;',
  ])('5%s: 400', (extension) => expectRefused(`5${extension}\r\nhello\r\n0\r\n\r\n`, 'HTTP1_CHUNK_EXTENSION_INVALID'));

  it.each(['\0', '\x01', '\x08', '\v', '\x1b', '\x7f'])('a control character %j, in quotes or not: 400', (byte) => {
    expectRefused(`5;a${byte}b\r\nhello\r\n0\r\n\r\n`, 'HTTP1_CHUNK_EXTENSION_INVALID');
    expectRefused(`5;a="${byte}"\r\nhello\r\n0\r\n\r\n`, 'HTTP1_CHUNK_EXTENSION_INVALID');
  });

  it.each<[string, Http1ErrorCode]>([
    [';a\nb', 'HTTP1_LINE_ENDING_INVALID'],
    [';a=b\n', 'HTTP1_LINE_ENDING_INVALID'],
    [';a\rb', 'HTTP1_LINE_ENDING_INVALID'],
    [';a="b\rc"', 'HTTP1_CHUNK_EXTENSION_INVALID'],
    [';a="b\nc"', 'HTTP1_LINE_ENDING_INVALID'],
    // The CRLF ends the line, in quotes or not.
    [';a="b\r\nc"', 'HTTP1_CHUNK_EXTENSION_INVALID'],
  ])('5%j: 400', (extension, code) => expectRefused(`5${extension}\r\nhello\r\n0\r\n\r\n`, code));

  it('a line of 4,096 bytes before its CRLF: accepted', () =>
    expectAccepted(`1;${'a'.repeat(4094)}\r\nx\r\n0\r\n\r\n`, 'x'));

  it('one byte more: 431', () =>
    expectRefused(`1;${'a'.repeat(4095)}\r\nx\r\n0\r\n\r\n`, 'HTTP1_CHUNK_EXTENSION_TOO_LONG'));

  it('a line of zeros without end: 431', () => expectRefused('0'.repeat(4097), 'HTTP1_CHUNK_EXTENSION_TOO_LONG'));

  it('16 KiB of extensions in all: accepted, one byte more: 431', () => {
    const chunk = `1;${'a'.repeat(1023)}\r\nx\r\n`;
    const [request] = decode([bytesOf(chunked(`${chunk.repeat(16)}0\r\n\r\n`))]).requests;
    expect(request).toMatchObject({ content: 'x'.repeat(16), complete: true });
    expect(decode([bytesOf(chunked(`${chunk.repeat(16)}1;a\r\n`))]).error).toBe('HTTP1_CHUNK_EXTENSION_TOO_LONG');
  });

  it('the next message may have its own', () => {
    const text = chunked(`${`1;${'a'.repeat(1023)}\r\nx\r\n`.repeat(16)}0\r\n\r\n`);
    expect(decode([bytesOf(text + text)]).requests.map(({ complete }) => complete)).toEqual([true, true]);
  });
});

describe('RFC 9112 7.1.2 trailer section', () => {
  it.each<[string, string, Lines]>([
    ['none', '', []],
    ['one', 'X: v\r\n', [['X', 'v']]],
    [
      'several, in order and as sent',
      'b: 1\r\nA: 2\r\nB:3\r\n',
      [
        ['b', '1'],
        ['A', '2'],
        ['B', '3'],
      ],
    ],
    ['whitespace around the value', 'X: \t v \t\r\n', [['X', 'v']]],
    ['an empty value', 'X:\r\n', [['X', '']]],
    ['__proto__', '__proto__: v\r\n', [['__proto__', 'v']]],
    [
      'a field that only resembles a forbidden one',
      'content_length: 3\r\nx-host: a\r\n',
      [
        ['content_length', '3'],
        ['x-host', 'a'],
      ],
    ],
    [
      'fields about the content',
      'ETag: "a"\r\nDigest: b\r\nServer-Timing: c\r\n',
      [
        ['ETag', '"a"'],
        ['Digest', 'b'],
        ['Server-Timing', 'c'],
      ],
    ],
  ])('%s: there after the content', (_, section, trailers) =>
    expectAccepted(`5\r\nhello\r\n0\r\n${section}\r\n`, 'hello', trailers),
  );

  it('they are no header fields', () => {
    const [request] = decode([bytesOf(chunked('0\r\nX: v\r\n\r\n'))]).requests;
    expect(request!.fields).toEqual([
      ['Host', 'a'],
      ['Transfer-Encoding', 'chunked'],
    ]);
  });

  it('a request without them has none of the request before', () => {
    const reader = new Reader().push(bytesOf(chunked('0\r\nX: v\r\n\r\n') + chunked('0\r\n\r\n'))).read();
    expect(reader.decoding.requests.map(({ trailers }) => trailers)).toEqual([[['X', 'v']], []]);
  });

  it.each<[string, string, Http1ErrorCode]>([
    ['a space before the colon', 'X : v', 'HTTP1_FIELD_NAME_INVALID'],
    ['no colon', 'X', 'HTTP1_FIELD_LINE_INVALID'],
    ['an empty name', ': v', 'HTTP1_FIELD_NAME_INVALID'],
    ['NUL in a value', 'X: a\0b', 'HTTP1_FIELD_VALUE_INVALID'],
    ['a bare CR', 'X: a\rb', 'HTTP1_LINE_ENDING_INVALID'],
    ['a bare LF', 'X: a\nY: b', 'HTTP1_LINE_ENDING_INVALID'],
    ['a folded line', 'X: a\r\n b', 'HTTP1_FIELD_FOLDED'],
  ])('%s: 400', (_, line, code) => expectRefused(`5\r\nhello\r\n0\r\n${line}\r\n\r\n`, code));

  // The list itself, so that a shorter list fails this test.
  it.each([
    'age',
    'authorization',
    'cache-control',
    'connection',
    'content-encoding',
    'content-length',
    'content-range',
    'content-type',
    'cookie',
    'date',
    'expect',
    'expires',
    'host',
    'if-match',
    'if-modified-since',
    'if-none-match',
    'if-range',
    'if-unmodified-since',
    'keep-alive',
    'location',
    'max-forwards',
    'pragma',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'range',
    'retry-after',
    'set-cookie',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'vary',
    'www-authenticate',
  ])('RFC 9110 6.5.1, %s in any case: 400', (name) => {
    for (const spelling of [name, name.toUpperCase()])
      expectRefused(`0\r\nX: y\r\n${spelling}: 1\r\n\r\n`, 'HTTP1_TRAILER_NOT_ALLOWED');
  });
});

describe('maxRequestBodySize with chunks: data and framing up to the last chunk line count', () => {
  const body = '5\r\nhello\r\n3\r\nabc\r\n0\r\n';
  const text = chunked(`${body}X: v\r\n\r\n`);

  it('exactly as long as the limit: accepted', () =>
    expectRequest(text, { content: 'helloabc' }, { limits: { maxRequestBodySize: body.length } }));

  it.each(Array.from({ length: body.length - 1 }, (_, limit) => limit))('a limit of %i: 413', (limit) =>
    expectRefusal(text, 'HTTP1_CONTENT_TOO_LARGE', { limits: { maxRequestBodySize: limit } }),
  );

  it('a size over the limit: 413 before its data', () => {
    const { requests, error } = decode([bytesOf(chunked('ffff\r\nhello'))], { limits: { maxRequestBodySize: 100 } });
    expect(error).toBe('HTTP1_CONTENT_TOO_LARGE');
    expect(requests[0]!.content).toBe('');
  });

  it('no limit for one request: accepted', () =>
    expectRequest(text, { content: 'helloabc' }, { limits: { maxRequestBodySize: 1 }, maxBodySize: null }));
});

describe('many small chunks', () => {
  it('of one byte, with extensions, in pieces of any size: every byte', () => {
    const content = Array.from({ length: 300 }, (_, index) => String.fromCharCode(97 + (index % 26))).join('');
    const body = `${content
      .split('')
      .map((byte) => `1;e=1\r\n${byte}\r\n`)
      .join('')}0\r\n\r\n`;
    const { requests } = decode([bytesOf(chunked(body))]);
    expect(requests[0]).toMatchObject({ content, complete: true });
    expectDecoding(chunked(body), { requests });
  });

  it('of every small size, plain: every byte', () => {
    const chunks = Array.from({ length: 40 }, (_, size) => String.fromCharCode(65 + (size % 26)).repeat(size + 1));
    const body = `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;
    expectRequest(chunked(body), { content: chunks.join('') });
  });
});
