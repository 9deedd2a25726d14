import { describe, expect, it } from 'vitest';
import type { Http1ErrorCode } from '../src/index.ts';
import { tokenByte } from '../src/grammar/grammar.ts';
import { Reader, bytesOf, decode, expectRefusal, expectRefusalLike, expectRequest, head } from './support/requests.ts';

const character = (byte: number): string => String.fromCharCode(byte);
const allBytes = Array.from({ length: 256 }, (_, byte) => byte);

describe('RFC 9112 3 request line', () => {
  it('method SP request-target SP HTTP-version CRLF: as received', () => {
    expectRequest(head('GET /a/b?c=d HTTP/1.1'), {
      method: 'GET',
      target: '/a/b?c=d',
      version: '1.1',
      fields: [['Host', 'a']],
      framing: 0,
    });
  });

  it.each<[string, string, Http1ErrorCode]>([
    ['two spaces before the target', 'GET  / HTTP/1.1', 'HTTP1_REQUEST_LINE_INVALID'],
    ['two spaces before the version', 'GET /  HTTP/1.1', 'HTTP1_REQUEST_LINE_INVALID'],
    ['a space at the end', 'GET / HTTP/1.1 ', 'HTTP1_REQUEST_LINE_INVALID'],
    ['two spaces at the end', 'GET / HTTP/1.1  ', 'HTTP1_REQUEST_LINE_INVALID'],
    ['a tab at the end', 'GET / HTTP/1.1\t', 'HTTP1_VERSION_INVALID'],
    ['a tab before the target', 'GET\t/ HTTP/1.1', 'HTTP1_METHOD_INVALID'],
    ['a tab before the version', 'GET /\tHTTP/1.1', 'HTTP1_TARGET_INVALID'],
    ['a vertical tab before the version', 'GET /\vHTTP/1.1', 'HTTP1_TARGET_INVALID'],
    ['a form feed before the version', 'GET /\fHTTP/1.1', 'HTTP1_TARGET_INVALID'],
    ['a space first', ' GET / HTTP/1.1', 'HTTP1_METHOD_INVALID'],
    ['a space inside the target', 'GET /a b HTTP/1.1', 'HTTP1_VERSION_INVALID'],
    ['no target', 'GET HTTP/1.1', 'HTTP1_REQUEST_LINE_INVALID'],
    ['an empty target', 'GET  HTTP/1.1', 'HTTP1_REQUEST_LINE_INVALID'],
    ['no version', 'GET /', 'HTTP1_REQUEST_LINE_INVALID'],
    ['no version but its space', 'GET / ', 'HTTP1_VERSION_INVALID'],
    ['a method alone', 'GET', 'HTTP1_REQUEST_LINE_INVALID'],
    ['a method and its space', 'GET ', 'HTTP1_REQUEST_LINE_INVALID'],
    ['no method', ' / HTTP/1.1', 'HTTP1_METHOD_INVALID'],
    ['a bare LF at the end', 'GET / HTTP/1.1\nA: b', 'HTTP1_LINE_ENDING_INVALID'],
    ['a bare CR at the end', 'GET / HTTP/1.1\rA: b', 'HTTP1_LINE_ENDING_INVALID'],
    ['CR CR LF at the end', 'GET / HTTP/1.1\r', 'HTTP1_LINE_ENDING_INVALID'],
    ['an LF behind the method', 'GET\n/ HTTP/1.1', 'HTTP1_LINE_ENDING_INVALID'],
    ['an LF behind the target', 'GET /\nHTTP/1.1', 'HTTP1_LINE_ENDING_INVALID'],
    ['an LF inside the version', 'GET / HTTP\n/1.1', 'HTTP1_LINE_ENDING_INVALID'],
    ['a CR inside the target', 'GET /\rx HTTP/1.1', 'HTTP1_REQUEST_LINE_INVALID'],
  ])('%s: refused', (_, line, code) => expectRefusal(head(line), code));

  it('an HTTP/0.9 request ended by a bare LF: 400', () => expectRefusal('GET /x\n', 'HTTP1_LINE_ENDING_INVALID'));
  it('an HTTP/0.9 request ended by CRLF: 400', () => expectRefusal('GET /x\r\n', 'HTTP1_REQUEST_LINE_INVALID'));
});

describe('RFC 9110 9.1 method', () => {
  it.each(allBytes)('byte %i in a method: passed on as sent, or refused', (byte) => {
    const text = head(`G${character(byte)}T / HTTP/1.1`);
    if (tokenByte[byte] === 1) return expectRequest(text, { method: `G${character(byte)}T` });
    // The space ends the method, so that what follows is no target.
    expect(decode([bytesOf(text)]).error).toMatch(/^HTTP1_(?:METHOD|TARGET|LINE_ENDING|REQUEST_LINE|VERSION)_INVALID$/);
  });

  it.each(['get', 'FROBNICATE', 'M-SEARCH', 'X', "!#$%&'*+-.^_`|~09azAZ", 'GETX', 'GE'])('%s: passed on', (method) =>
    expectRequest(head(`${method} / HTTP/1.1`), { method }),
  );

  it('HEAD and CONNECT are recognised by their exact spelling only', () => {
    for (const [method, isHead] of [
      ['HEAD', true],
      ['head', false],
      ['HEAR', false],
    ] as const) {
      const { requests } = decode([bytesOf(head(`${method} / HTTP/1.1`))]);
      expect(requests[0]!.method === 'HEAD').toBe(isHead);
    }
    // `connect` is another method, and so its target has another form.
    expectRefusal(head('connect a:80 HTTP/1.1'), 'HTTP1_AUTHORITY_NOT_ALLOWED');
  });
});

describe('RFC 9112 3.2 characters of a target', () => {
  it.each(allBytes)('byte %i in a target: passed on as sent, or refused', (byte) => {
    const text = head(`GET /a${character(byte)}b HTTP/1.1`);
    const isAllowed = byte > 0x20 && byte < 0x7f && character(byte) !== '#';
    if (isAllowed) expectRequest(text, { target: `/a${character(byte)}b` });
    else expectRefusalLike(text, /^HTTP1_(?:TARGET|LINE_ENDING|REQUEST_LINE|VERSION)_INVALID$/);
  });
});

describe('RFC 9112 2.3 version', () => {
  it.each<[string, '1.0' | '1.1']>([
    ['HTTP/1.0', '1.0'],
    ['HTTP/1.1', '1.1'],
    // RFC 9110 2.5: a higher minor version is processed as the highest one known.
    ['HTTP/1.2', '1.1'],
    ['HTTP/1.9', '1.1'],
  ])('%s: read as HTTP/%s', (written, version) => expectRequest(head(`GET / ${written}`), { version }));

  it.each(['HTTP/0.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/2.1', 'HTTP/3.0', 'HTTP/9.9'])('%s: 505', (version) =>
    expectRefusal(head(`GET / ${version}`), 'HTTP1_VERSION_NOT_SUPPORTED'),
  );

  it.each([
    'http/1.1',
    'Http/1.1',
    'HTTP/1',
    'HTTP/1.',
    'HTTP/.1',
    'HTTP/1.10',
    'HTTP/11.1',
    'HTTP/01.1',
    'HTTP/1.1x',
    'HTTP/2.0x',
    'HTTP/2',
    'HTTP/1,1',
    'HTTP/-1.1',
    'HTTP1.1',
    'HTTPS/1.1',
    'HTT/1.1',
    'HTTP\\1.1',
    'HTTP/1.\0',
    'HTTP/x.1',
    'HTTP/\xb1.1',
    'SIP/2.0',
  ])('%j: 400', (version) => expectRefusal(head(`GET / ${version}`), 'HTTP1_VERSION_INVALID'));

  it.each(['HTTP /1.1', 'HTTP/ 1.1', 'HTTP/1. 1'])('%j: 400', (version) =>
    expectRefusal(head(`GET / ${version}`), 'HTTP1_REQUEST_LINE_INVALID'),
  );
});

describe('another protocol on the port', () => {
  it('RFC 9113 3.4, the HTTP/2 preface: a code of its own', () =>
    expectRefusal('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'HTTP1_HTTP2_PREFACE'));

  it.each(['PUT * HTTP/2.0', 'XPRI * HTTP/2.0', 'PRI * HTTP/2.1', 'PRI / HTTP/2.0', 'PRI * HTTP/3.0'])(
    '%s: no preface, 505',
    (line) => expectRefusal(head(line), 'HTTP1_VERSION_NOT_SUPPORTED'),
  );

  it('RFC 8446 5.1, a TLS hello: a code of its own, at its first byte', () => {
    expectRefusal('\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03', 'HTTP1_TLS_ON_PLAIN_PORT');
    expectRefusal('\x16', 'HTTP1_TLS_ON_PLAIN_PORT');
  });

  it('a PROXY protocol header: no request line', () =>
    expectRefusal('PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n', 'HTTP1_VERSION_INVALID'));
});

describe('RFC 9112 2.2 empty lines before a request line', () => {
  it.each([1, 2, 8])('%i: passed over', (count) =>
    expectRequest('\r\n'.repeat(count) + head('GET / HTTP/1.1'), { target: '/' }),
  );

  it('more than eight: refused', () =>
    expectRefusal('\r\n'.repeat(9) + head('GET / HTTP/1.1'), 'HTTP1_REQUEST_LINE_INVALID'));

  it('eight before each of two requests: passed over', () => {
    const text = '\r\n'.repeat(8) + head('GET / HTTP/1.1');
    expect(decode([bytesOf(text + text)]).requests.map(({ target }) => target)).toEqual(['/', '/']);
  });

  it.each(['\n', '\r', '\r\r\n', '\r\n\n', ' \r\n'])('%j: refused', (first) =>
    expect(decode([bytesOf(first + head('GET / HTTP/1.1'))]).error).toMatch(/^HTTP1_(?:LINE_ENDING|METHOD)_INVALID$/),
  );
});

describe('memory after the received bytes', () => {
  it.each(['GET /%', 'GET /%4', 'GET /a%2', 'GET /?%'])('is not read: %s', (first) => {
    const rest = '41 HTTP/1.1\r\nHost: a\r\n\r\n'.slice(first.length - first.indexOf('%') - 1);
    const whole = `${first}${rest}`;
    const reader = new Reader().readLent(bytesOf(first)).readLent(bytesOf(whole.slice(first.length)));
    expect(reader.decoding).toMatchObject({ requests: [{ target: whole.split(' ')[1] }] });
  });
});

describe('maxRequestLineSize', () => {
  const line = 'GET /0123456789 HTTP/1.1';
  const size = line.length + 2;

  it('exactly as long as the limit: accepted', () =>
    expectRequest(head(line), { target: '/0123456789' }, { limits: { maxRequestLineSize: size } }));

  // The request behind the refused one would fit.
  it('one byte over: 414', () =>
    expectRefusal(head(line), 'HTTP1_REQUEST_LINE_TOO_LONG', { limits: { maxRequestLineSize: size - 1 } }));

  it.each([1, 4, 5, 15, 16, 20, 23])('cut off in the middle, at %i: 414', (limit) =>
    expectRefusal(head(line), 'HTTP1_REQUEST_LINE_TOO_LONG', { limits: { maxRequestLineSize: limit } }),
  );

  it('a line that never ends: 414 as soon as the limit is reached', () => {
    for (const text of ['G'.repeat(64), `GET /${'a'.repeat(59)}`]) {
      expectRefusal(text, 'HTTP1_REQUEST_LINE_TOO_LONG', { limits: { maxRequestLineSize: 64 } });
      expect(decode([bytesOf(text.slice(1))], { limits: { maxRequestLineSize: 64 } })).toEqual({ requests: [] });
    }
  });

  it('what is wrong behind the limit: still 414, however it arrives', () =>
    expectRefusal(head(`GET /${'a'.repeat(40)}\0 HTTP/9.9`), 'HTTP1_REQUEST_LINE_TOO_LONG', {
      limits: { maxRequestLineSize: 40 },
    }));
});
