import { Buffer } from 'node:buffer';
import { FieldSection } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import {
  Http1EncodeError,
  type RequestHeadInit,
  encodeChunk,
  encodeChunkHead,
  encodeLastChunk,
  encodeRequestHead,
} from '../src/index.ts';

const get: RequestHeadInit = { method: 'GET', target: '/', headers: [['Host', 'a.example']] };

const refused = (code: string): unknown => expect.objectContaining({ code });
/** Text that no part of a request may hold, as each of them would end a line or begin another one. */
const splitting = ['\r', '\n', '\r\n', '\0', 'a\r\nx: y', '\r\n\r\nGET / HTTP/1.1', 'a\nb', '\u010d\u010a', '\u2028'];

describe('encodeRequestHead', () => {
  it('writes fields in order and as spelled', () => {
    const headers = [
      ['HOST', 'a.example'],
      ['x-b', '2'],
      ['X-a', ''],
      ['x-B', 'd\xe9j\xe0'],
      ['x-number', 3],
    ] as const;
    expect(encodeRequestHead({ method: 'GET', target: '/a?b', headers })).toEqual({
      text: 'GET /a?b HTTP/1.1\r\nHOST: a.example\r\nx-b: 2\r\nX-a: \r\nx-B: d\xe9j\xe0\r\nx-number: 3\r\n\r\n',
      content: 0,
    });
  });

  it('takes a field section as it is, one of received names, too', () => {
    const section = new FieldSection();
    section.set('host', 'a.example');
    expect(encodeRequestHead({ ...get, headers: section }).text).toBe('GET / HTTP/1.1\r\nhost: a.example\r\n\r\n');
    const received = FieldSection.ofReceived([['hOST', 'b.example']]);
    expect(encodeRequestHead({ ...get, headers: received }).text).toBe('GET / HTTP/1.1\r\nhOST: b.example\r\n\r\n');
  });

  it('HTTP/1.0 needs no Host', () => {
    const text = 'GET / HTTP/1.0\r\n\r\n';
    expect(encodeRequestHead({ ...get, version: 'HTTP/1.0', headers: [] })).toEqual({ text, content: 0 });
  });

  it.each<[form: string, request: Partial<RequestHeadInit>]>([
    ['origin form', { target: '/a/b?c=%20&d="{}' }],
    ['absolute form', { target: 'http://a.example/x' }],
    ['authority form', { method: 'CONNECT', target: 'a.example:443', headers: [['host', 'a.example:443']] }],
    ['asterisk form', { method: 'OPTIONS', target: '*' }],
    ['a method of its own', { method: "!#$%&'*+-.^_`|~aZ09" }],
  ])('RFC 9112 3.2 %s: written', (_form, request) => {
    const { method, target } = { ...get, ...request };
    expect(encodeRequestHead({ ...get, ...request }).text.startsWith(`${method} ${target} HTTP/1.1\r\n`)).toBe(true);
  });

  describe('framing', () => {
    it.each<[rule: string, request: Partial<RequestHeadInit>, line: string, content: number | 'chunked']>([
      ['none', {}, '', 0],
      ['a length', { content: 5 }, 'content-length: 5\r\n', 5],
      ['a length of 0', { method: 'POST', content: 0 }, 'content-length: 0\r\n', 0],
      ['chunked', { content: 'chunked' }, 'transfer-encoding: chunked\r\n', 'chunked'],
    ])('%s', (_rule, request, line, content) => {
      const encoded = encodeRequestHead({ ...get, ...request });
      expect(encoded.text.split('Host: a.example\r\n')[1]).toBe(`${line}\r\n`);
      expect(encoded.content).toBe(content);
    });

    it.each<[value: readonly [string, string], content: number | 'chunked']>([
      [['Content-Length', '7'], 7],
      [['Transfer-Encoding', 'Chunked'], 'chunked'],
    ])('%j among the fields decides', (line, content) => {
      const encoded = encodeRequestHead({ ...get, headers: [...(get.headers as []), line] });
      expect(encoded.content).toBe(content);
    });
  });

  it.each<[code: string, request: Partial<RequestHeadInit>]>([
    ['HTTP1_METHOD_INVALID', { method: '' }],
    ['HTTP1_METHOD_INVALID', { method: 'GET ' }],
    ['HTTP1_METHOD_INVALID', { method: 'G\u0118T' }],
    ['HTTP1_TARGET_INVALID', { target: '' }],
    ['HTTP1_TARGET_INVALID', { target: '/a b' }],
    ['HTTP1_TARGET_INVALID', { target: '/a#b' }],
    ['HTTP1_TARGET_INVALID', { target: '/caf\xe9' }],
    ['HTTP1_TARGET_INVALID', { target: '/\u0120' }],
    ['HTTP1_TARGET_INVALID', { target: 'a' }],
    ['HTTP1_TARGET_INVALID', { target: 'ftp://a.example/' }],
    ['HTTP1_TARGET_INVALID', { method: 'CONNECT', target: '/' }],
    ['HTTP1_ASTERISK_NOT_ALLOWED', { target: '*' }],
    ['HTTP1_AUTHORITY_NOT_ALLOWED', { target: 'a.example:80' }],
    ['HTTP1_VERSION_INVALID', { version: 'HTTP/1.1\r\nx: y' as 'HTTP/1.1' }],
    ['HTTP1_HOST_MISSING', { headers: [] }],
    ['HTTP1_HOST_DUPLICATE', { headers: [...(get.headers as []), ['host', 'a.example']] }],
    ['HTTP1_HOST_INVALID', { headers: [['host', 'a/b']] }],
    ['HTTP1_HOST_MISMATCH', { target: 'http://b.example/' }],
    ['HTTP1_CONTENT_LENGTH_INVALID', { content: -1 }],
    ['HTTP1_CONTENT_LENGTH_INVALID', { content: 1.5 }],
    ['HTTP1_CONTENT_LENGTH_INVALID', { content: Number.NaN }],
    ['HTTP1_CONTENT_LENGTH_INVALID', { content: 1e21 }],
    ['HTTP1_CONTENT_LENGTH_INVALID', { headers: [...(get.headers as []), ['content-length', '+1']] }],
    ['HTTP1_CONTENT_LENGTH_DUPLICATE', { headers: [...(get.headers as []), ['content-length', '1']], content: 1 }],
    [
      'HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING',
      { headers: [...(get.headers as []), ['content-length', '1']], content: 'chunked' },
    ],
    ['HTTP1_TRANSFER_CODING_INVALID', { headers: [...(get.headers as []), ['transfer-encoding', 'gzip']] }],
    [
      'HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED',
      { headers: [...(get.headers as []), ['transfer-encoding', 'gzip, chunked']] },
    ],
    ['HTTP1_TRANSFER_ENCODING_IN_HTTP10', { version: 'HTTP/1.0', content: 'chunked' }],
    ['HTTP1_LENGTH_REQUIRED', { version: 'HTTP/1.0', method: 'POST' }],
    ['HTTP_FIELD_NAME_INVALID', { headers: [['a b', 'c']] }],
    ['HTTP_FIELD_NAME_INVALID', { headers: [['', 'c']] }],
    ['HTTP_FIELD_VALUE_INVALID', { headers: [['a', ' c']] }],
    ['HTTP_FIELD_VALUE_INVALID', { headers: [['a', '\u0161']] }],
  ])('%s for %j', (code, request) => {
    expect(() => encodeRequestHead({ ...get, ...request })).toThrow(refused(code));
  });

  it.each(splitting)('%j cannot get into any part', (text) => {
    expect(() => encodeRequestHead({ ...get, method: `G${text}` })).toThrow(refused('HTTP1_METHOD_INVALID'));
    expect(() => encodeRequestHead({ ...get, target: `/${text}` })).toThrow(refused('HTTP1_TARGET_INVALID'));
    expect(() => encodeRequestHead({ ...get, headers: [[`a${text}`, 'b']] })).toThrow(
      refused('HTTP_FIELD_NAME_INVALID'),
    );
    expect(() => encodeRequestHead({ ...get, headers: [['a', `b${text}c`]] })).toThrow(
      refused('HTTP_FIELD_VALUE_INVALID'),
    );
  });

  it("its error is the caller's, not one that a server answers with a status", () => {
    const error = new Http1EncodeError('HTTP1_HOST_MISSING');
    expect(error).toMatchObject({
      name: 'Http1EncodeError',
      message: 'an HTTP/1.1 request without Host (RFC 9112 3.2)',
    });
    expect(error).not.toHaveProperty('status');
  });
});

describe('encodeChunk', () => {
  it('RFC 9112 7.1: size in hexadecimal, CRLF, data, CRLF', () => {
    expect(encodeChunk('hello, world')).toBe('c\r\nhello, world\r\n');
    expect(Buffer.from(encodeChunk(new Uint8Array([1, 0xff]))).toString('latin1')).toBe('2\r\n\x01\xff\r\n');
  });

  it('no content is no chunk, as an empty one would be the last', () => {
    expect(encodeChunk('')).toBe('');
    expect(encodeChunk(new Uint8Array(0))).toHaveLength(0);
  });

  it('text above U+00FF: refused', () => {
    expect(encodeChunk('\xff')).toBe('1\r\n\xff\r\n');
    expect(() => encodeChunk('\u0100')).toThrow(RangeError);
  });

  it('the head alone, for content that is not to be copied', () => {
    expect(encodeChunkHead(65_536)).toBe('10000\r\n');
    for (const size of [0, -1, 1.5, Number.NaN, Infinity]) expect(() => encodeChunkHead(size)).toThrow(RangeError);
  });
});

describe('encodeLastChunk', () => {
  it('without trailers', () => {
    expect(encodeLastChunk()).toBe('0\r\n\r\n');
  });

  it('with trailers', () => {
    expect(encodeLastChunk([['Digest', 'x']])).toBe('0\r\nDigest: x\r\n\r\n');
    expect(encodeLastChunk(FieldSection.ofReceived([['a', 'b']]))).toBe('0\r\na: b\r\n\r\n');
  });

  it.each(['Content-Length', 'transfer-encoding', 'HOST', 'trailer'])('RFC 9110 6.5.1 %s: refused', (name) => {
    expect(() => encodeLastChunk([[name, '1']])).toThrow(refused('HTTP1_TRAILER_NOT_ALLOWED'));
  });

  it.each(splitting)('%j cannot get into a trailer', (text) => {
    expect(() => encodeLastChunk([[`a${text}`, 'b']])).toThrow(refused('HTTP_FIELD_NAME_INVALID'));
    expect(() => encodeLastChunk([['a', `b${text}c`]])).toThrow(refused('HTTP_FIELD_VALUE_INVALID'));
  });
});
