import { describe, expect, it } from 'vitest';
import { type ResponseCase, decode, decoderFor, latin1, transcript } from './support/responses.ts';

const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const decodeChunked = (text: string, given?: ResponseCase): string[] => decode(head + text, given).slice(1);

describe('RFC 9112 7.1 chunked responses', () => {
  it.each<[rule: string, text: string, lines: string[]]>([
    ['no content', '0\r\n\r\n', ['end']],
    ['one chunk', '5\r\nhello\r\n0\r\n\r\n', ['content hello', 'end']],
    ['several chunks', '3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n', ['content hello', 'end']],
    ['CRLF inside a chunk', '4\r\n\r\n\r\n\r\n0\r\n\r\n', ['content \r\n\r\n', 'end']],
    [
      'sizes in either case',
      'a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n',
      ['content 01234567890123456789', 'end'],
    ],
    ['leading zeros', '0001\r\nx\r\n000\r\n\r\n', ['content x', 'end']],
    ['an extension', '1;a\r\nx\r\n0;b=c;d="e f;\\""\r\n\r\n', ['content x', 'end']],
    ['blanks around an extension', '1 ; a = b\r\nx\r\n0\r\n\r\n', ['content x', 'end']],
    [
      'trailers',
      '1\r\nx\r\n0\r\nDigest: y\r\nx-b:\tc \r\n\r\n',
      ['content x', 'trailer Digest: y', 'trailer x-b: c', 'end'],
    ],
  ])('%s: taken', (_rule, text, lines) => {
    expect(decodeChunked(text)).toEqual(lines);
  });

  it.each<[rule: string, text: string, code: string]>([
    ['no size', '\r\n', 'HTTP1_CHUNK_SIZE_INVALID'],
    ['a sign', '+1\r\nx\r\n', 'HTTP1_CHUNK_SIZE_INVALID'],
    ['0x', '0x1\r\nx\r\n', 'HTTP1_CHUNK_SIZE_INVALID'],
    ['a blank before the size', ' 1\r\nx\r\n', 'HTTP1_CHUNK_SIZE_INVALID'],
    ['a blank behind the size', '1 \r\nx\r\n', 'HTTP1_CHUNK_EXTENSION_INVALID'],
    ['an extension without a name', '1;\r\nx\r\n', 'HTTP1_CHUNK_EXTENSION_INVALID'],
    ['a control character in an extension', '1;a\0\r\nx\r\n', 'HTTP1_CHUNK_EXTENSION_INVALID'],
    ['LF behind the size', '1\nx\r\n', 'HTTP1_LINE_ENDING_INVALID'],
    ['LF behind an extension', '1;a\nx\r\n', 'HTTP1_LINE_ENDING_INVALID'],
    ['CR alone behind the size', '1\rx', 'HTTP1_LINE_ENDING_INVALID'],
    ['a size of fourteen digits', '10000000000000\r\n', 'HTTP1_CONTENT_TOO_LARGE'],
    ['a trailer line without colon', '0\r\nx\r\n\r\n', 'HTTP1_FIELD_LINE_INVALID'],
    ['a trailer that frames', '0\r\nContent-Length: 1\r\n\r\n', 'HTTP1_TRAILER_NOT_ALLOWED'],
    ['a trailer that sets a cookie', '0\r\nset-cookie: a=b\r\n\r\n', 'HTTP1_TRAILER_NOT_ALLOWED'],
  ])('%s: refused', (_rule, text, code) => {
    expect(decodeChunked(text)).toEqual([`error ${code}`]);
  });

  it('data that is longer than its chunk: refused, the chunk itself is content', () => {
    expect(decodeChunked('1\r\nxy\r\n')).toEqual(['content x', 'error HTTP1_CHUNK_DATA_UNTERMINATED']);
  });

  it('many small chunks in one piece of bytes are few events', () => {
    const decoder = decoderFor();
    decoder.push(latin1(`${head}${'1\r\nx\r\n'.repeat(1000)}0\r\n\r\n`));
    decoder.read();
    decoder.read();
    expect(decoder.content).toHaveLength(1000);
  });

  it('one response after the other, trailers of their own', () => {
    const text = `${head}1\r\nx\r\n0\r\na: 1\r\n\r\n${head}1\r\ny\r\n0\r\n\r\n`;
    expect(decode(text, { requests: ['GET', 'GET'] })).toEqual([
      'head 200 OK',
      'content x',
      'trailer a: 1',
      'end',
      'head 200 OK',
      'content y',
      'end',
    ]);
  });
});

describe('limits of a response', () => {
  it.each<[rule: string, text: string, given: ResponseCase, last: string]>([
    ['a status line of its limit', 'HTTP/1.1 204 abc\r\n\r\n', { limits: { maxStatusLineSize: 18 } }, 'end'],
    [
      'a status line one longer',
      'HTTP/1.1 204 abcd\r\n\r\n',
      { limits: { maxStatusLineSize: 18 } },
      'error HTTP1_STATUS_LINE_TOO_LONG',
    ],
    [
      'a status line without end',
      `HTTP/1.1 204 ${'a'.repeat(40)}`,
      { limits: { maxStatusLineSize: 18 } },
      'error HTTP1_STATUS_LINE_TOO_LONG',
    ],
    [
      'a field section of its limit',
      'HTTP/1.1 204 \r\na: bc\r\n\r\n',
      { limits: { maxResponseHeadersTotalSize: 7 } },
      'end',
    ],
    [
      'a field section one longer',
      'HTTP/1.1 204 \r\na: bcd\r\n\r\n',
      { limits: { maxResponseHeadersTotalSize: 7 } },
      'error HTTP1_FIELD_SECTION_TOO_LARGE',
    ],
    [
      'a field line without end',
      `HTTP/1.1 204 \r\na: ${'b'.repeat(40)}`,
      { limits: { maxResponseHeadersTotalSize: 7 } },
      'error HTTP1_FIELD_SECTION_TOO_LARGE',
    ],
    [
      'as many fields as allowed',
      'HTTP/1.1 204 \r\na:\r\nb:\r\n\r\n',
      { limits: { maxResponseHeaderCount: 2 } },
      'end',
    ],
    [
      'one field more',
      'HTTP/1.1 204 \r\na:\r\nb:\r\nc:\r\n\r\n',
      { limits: { maxResponseHeaderCount: 2 } },
      'error HTTP1_TOO_MANY_FIELDS',
    ],
    [
      'trailers share the number of fields',
      `${head}0\r\na:\r\nb:\r\n\r\n`,
      { limits: { maxResponseHeaderCount: 2 } },
      'error HTTP1_TOO_MANY_FIELDS',
    ],
    [
      'trailers share the size of the fields',
      `${head}0\r\na: 34567890\r\n\r\n`,
      { limits: { maxResponseHeadersTotalSize: 28 + 12 } },
      'error HTTP1_FIELD_SECTION_TOO_LARGE',
    ],
    [
      'trailers that fill the size to the last byte',
      `${head}0\r\na: 3456789\r\n\r\n`,
      { limits: { maxResponseHeadersTotalSize: 28 + 12 } },
      'end',
    ],
    [
      'a trailer line without end',
      `${head}0\r\na: ${'b'.repeat(20)}`,
      { limits: { maxResponseHeadersTotalSize: 28 + 12 } },
      'error HTTP1_FIELD_SECTION_TOO_LARGE',
    ],
    [
      'content of its limit',
      'HTTP/1.1 200 \r\ncontent-length: 3\r\n\r\nabc',
      { limits: { maxResponseBodySize: 3 } },
      'end',
    ],
    [
      'content one longer',
      'HTTP/1.1 200 \r\ncontent-length: 4\r\n\r\nabcd',
      { limits: { maxResponseBodySize: 3 } },
      'error HTTP1_CONTENT_TOO_LARGE',
    ],
    [
      'no content allowed, none there',
      'HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n',
      { limits: { maxResponseBodySize: 0 } },
      'end',
    ],
    [
      'chunks longer than the limit',
      `${head}4\r\nabcd\r\n0\r\n\r\n`,
      { limits: { maxResponseBodySize: 6 } },
      'error HTTP1_CONTENT_TOO_LARGE',
    ],
  ])('%s', (_rule, text, given, last) => {
    expect(decode(text, given).at(-1)).toBe(last);
  });

  it('extensions of a chunk and of all chunks have their limits, for each response anew', () => {
    const chunks = (size: number, count: number): string => `1;${'e'.repeat(size)}\r\nx\r\n`.repeat(count);
    const whole = (text: string): string | undefined =>
      transcript([latin1(`${head}${text}0\r\n\r\n`.repeat(2))], { requests: ['GET', 'GET'] }).at(-1);
    expect(whole(chunks(4000, 4))).toBe('end');
    expect(whole(chunks(4000, 5))).toBe('error HTTP1_CHUNK_EXTENSION_TOO_LONG');
    expect(whole(chunks(5000, 1))).toBe('error HTTP1_CHUNK_EXTENSION_TOO_LONG');
  });

  it('content until close one longer than its limit: refused', () => {
    const given = { limits: { maxResponseBodySize: 3 }, ends: true };
    expect(transcript([latin1('HTTP/1.1 200 \r\n\r\nabcd')], given).at(-1)).toBe('error HTTP1_CONTENT_TOO_LARGE');
    expect(transcript([latin1('HTTP/1.1 200 \r\n\r\nab'), latin1('cd')], given).at(-1)).toBe(
      'error HTTP1_CONTENT_TOO_LARGE',
    );
    expect(transcript([latin1('HTTP/1.1 200 \r\n\r\nabc')], given).at(-1)).toBe('end');
  });
});
