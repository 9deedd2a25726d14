import { describe, expect, it } from 'vitest';
import { type Case, echoed, expectAnswer, get, hello, open } from './support/answers.ts';
import { echo, serve } from './support/serve.ts';

describe('RFC 9113 8.1 messages', () => {
  it.each<Case>([
    ['trailers', `${open} 1: POST\nDATA 1: "abc"\n${get} 1: [x=y]`, echoed(1, 'abc')],
    ['trailers after no content', `${open} 1: POST\n${get} 1: [x=y]`, hello(1)],
    ['trailers without END_STREAM', `${open} 1: POST\n${open} 1: [x=y]`, ['RST_STREAM 1 PROTOCOL_ERROR']],
    ['a pseudo-header field in trailers', `${open} 1: POST\n${get} 1: [:path=/]`, ['RST_STREAM 1 PROTOCOL_ERROR']],
    ['Content-Length in trailers', `${open} 1: POST\n${get} 1: [content-length=0]`, ['RST_STREAM 1 PROTOCOL_ERROR']],
    ['a capital letter in trailers', `${open} 1: POST\n${get} 1: [X=y]`, ['RST_STREAM 1 PROTOCOL_ERROR']],
    [
      'a Content-Length that is right',
      `${open} 1: POST [content-length=3]\nDATA END_STREAM 1: "abc"`,
      echoed(1, 'abc'),
    ],
    [
      'more content than its Content-Length',
      `${open} 1: POST [content-length=2]\nDATA END_STREAM 1: "abc"`,
      ['RST_STREAM 1 PROTOCOL_ERROR'],
    ],
    [
      'less content than its Content-Length',
      `${open} 1: POST [content-length=4]\nDATA END_STREAM 1: "abc"`,
      ['RST_STREAM 1 PROTOCOL_ERROR'],
    ],
    [
      'less content, and trailers',
      `${open} 1: POST [content-length=4]\nDATA 1: "abc"\n${get} 1: [x=y]`,
      ['RST_STREAM 1 PROTOCOL_ERROR'],
    ],
    ['a Content-Length and no content', `${get} 1: POST [content-length=4]`, ['RST_STREAM 1 PROTOCOL_ERROR']],
    [
      'a Content-Length with leading zeros',
      `${open} 1: POST [content-length=00000000000000000003]\nDATA END_STREAM 1: "abc"`,
      echoed(1, 'abc'),
    ],
    [
      'a Content-Length above 2^64, which does not wrap',
      `${open} 1: POST [content-length=18446744073709551619]\nDATA END_STREAM 1: "abc"`,
      ['RST_STREAM 1 PROTOCOL_ERROR'],
    ],
    ['a Content-Length of 0 and no content', `${get} 1: POST [content-length=0]`, hello(1)],
    ['two Content-Length', `${get} 1: POST [content-length=0] [content-length=0]`, ['RST_STREAM 1 PROTOCOL_ERROR']],
    ['a Content-Length that is no number', `${get} 1: POST [content-length=0x1]`, ['RST_STREAM 1 PROTOCOL_ERROR']],
    ['a negative Content-Length', `${get} 1: POST [content-length=-1]`, ['RST_STREAM 1 PROTOCOL_ERROR']],
    ['an empty Content-Length', `${get} 1: POST [content-length=]`, ['RST_STREAM 1 PROTOCOL_ERROR']],
    [
      'padding is no content',
      `${open} 1: POST [content-length=1]\nDATA PADDED,END_STREAM 1: 02 "a" 0000`,
      echoed(1, 'a'),
    ],
  ])('%s', (_title, sent, answer) => expectAnswer(sent, answer));
});

describe('RFC 9113 8.2 fields', () => {
  const malformed = ['RST_STREAM 1 PROTOCOL_ERROR'];
  it.each<Case>([
    ['a capital letter in a name', `${get} 1: GET [X-a=b]`, malformed],
    ['an empty name', `${get} 1: GET 00 00 01 61`, malformed],
    ['a blank in a name', `${get} 1: GET [a b=c]`, malformed],
    ['a control character in a name', `${get} 1: GET 00 02 6101 01 61`, malformed],
    ['DEL in a name', `${get} 1: GET 00 02 617f 01 61`, malformed],
    ['a name beyond ASCII', `${get} 1: GET 00 02 61ff 01 61`, malformed],
    ['NUL in a value', `${get} 1: GET 00 01 61 03 620063`, malformed],
    ['CR in a value', `${get} 1: GET 00 01 61 03 620d63`, malformed],
    ['LF in a value', `${get} 1: GET 00 01 61 03 620a63`, malformed],
    ['a blank before a value', `${get} 1: GET [a= b]`, malformed],
    ['a blank after a value', `${get} 1: GET [a=b ]`, malformed],
    ['a tab before a value', `${get} 1: GET 00 01 61 02 0962`, malformed],
    ['Connection', `${get} 1: GET [connection=keep-alive]`, malformed],
    ['Keep-Alive', `${get} 1: GET [keep-alive=1]`, malformed],
    ['Proxy-Connection', `${get} 1: GET [proxy-connection=close]`, malformed],
    ['Transfer-Encoding', `${open} 1: POST [transfer-encoding=chunked]`, malformed],
    ['Upgrade', `${get} 1: GET [upgrade=h2c]`, malformed],
    ['TE: trailers', `${get} 1: GET [te=trailers]`, hello(1)],
    ['TE: gzip', `${get} 1: GET [te=gzip]`, malformed],
    ['TE: trailers and more', `${get} 1: GET [te=trailers, gzip]`, malformed],
    ['bytes above ASCII in a value', `${get} 1: GET 00 01 61 02 c3a9`, hello(1)],
    ['an empty value', `${get} 1: GET [a=]`, hello(1)],
  ])('%s', (_title, sent, answer) => expectAnswer(sent, answer));
});

describe('RFC 9113 8.3 pseudo-header fields, 8.5 CONNECT, RFC 8441', () => {
  const malformed = ['RST_STREAM 1 PROTOCOL_ERROR'];
  it.each<Case>([
    ['an unknown one', `${get} 1: [:a=b] GET`, malformed],
    ['that of responses', `${get} 1: [:status=200] GET`, malformed],
    ['after a regular field', `${get} 1: [a=b] GET`, malformed],
    ['without :method', `${get} 1: 86 84`, malformed],
    ['without :scheme', `${get} 1: 82 84`, malformed],
    ['without :path', `${get} 1: 82 86`, malformed],
    ['without :authority', `${get} 1: 82 86 84`, hello(1)],
    ['two :method', `${get} 1: 82 82 86 84`, malformed],
    ['two :scheme', `${get} 1: 82 86 86 84`, malformed],
    ['two :path', `${get} 1: 82 86 84 84`, malformed],
    ['two :authority', `${get} 1: GET [:authority=a]`, malformed],
    ['an empty :path', `${get} 1: 82 86 [:path=]`, malformed],
    ['a :path without slash', `${get} 1: 82 86 [:path=a]`, malformed],
    ['a :path with a blank', `${get} 1: 82 86 [:path=/a b]`, malformed],
    ['a :path with a fragment', `${get} 1: 82 86 [:path=/a#b]`, malformed],
    ['a :path beyond ASCII', `${get} 1: 82 86 [:path=/\xe9]`, malformed],
    ['a :path with an escaped NUL', `${get} 1: 82 86 [:path=/a%00b?c]`, malformed],
    ['a query with an escaped NUL', `${get} 1: 82 86 [:path=/a?b=%00]`, hello(1)],
    ['an empty Expect', `${get} 1: GET [expect=]`, hello(1)],
    ['a :path of * with GET', `${get} 1: 82 86 [:path=*]`, malformed],
    ['a :path of * with OPTIONS', `${get} 1: [:method=OPTIONS] 86 [:path=*]`, hello(1)],
    ['an empty :method', `${get} 1: [:method=] 86 84`, malformed],
    ['a :method with a blank', `${get} 1: [:method=GET /] 86 84`, malformed],
    ['an empty :scheme', `${get} 1: 82 [:scheme=] 84`, malformed],
    ['a :scheme with a blank', `${get} 1: 82 [:scheme=http ] 84`, malformed],
    ['the :scheme of another connection', `${get} 1: 82 87 84`, malformed],
    ['a :scheme in capital letters', `${get} 1: 82 [:scheme=HTTP] 84`, hello(1)],
    ['an :authority with userinfo', `${get} 1: 82 86 84 [:authority=u@a]`, malformed],
    ['an :authority with a port', `${get} 1: 82 86 84 [:authority=a:80]`, hello(1)],
    [
      'an :authority with an IPv6 address',
      `${get} 1: 82 86 84 [:authority=[::1]:80]`.replace('[::1]', '::1'),
      malformed,
    ],
    ['Host without :authority', `${get} 1: 82 86 84 [host=a]`, hello(1)],
    ['Host as the :authority', `${get} 1: GET [host=a]`, hello(1)],
    ['Host with the default port', `${get} 1: GET [host=A:80]`, hello(1)],
    ['an :authority with the default port', `${get} 1: 82 86 84 [:authority=a:80] [host=a]`, hello(1)],
    ['Host with an empty port', `${get} 1: GET [host=a:]`, hello(1)],
    ['another Host than the :authority', `${get} 1: GET [host=b]`, malformed],
    ['Host with another port', `${get} 1: GET [host=a:8080]`, malformed],
    ['Host with the default port of https', `${get} 1: GET [host=a:443]`, malformed],
    ['an empty Host and an :authority', `${get} 1: GET [host=]`, malformed],
    ['CONNECT with a Host without the port', `${get} 1: [:method=CONNECT] [:authority=a:80] [host=a]`, malformed],
    ['two Host', `${get} 1: 82 86 84 [host=a] [host=a]`, malformed],
    ['a Host with a slash', `${get} 1: 82 86 84 [host=a/b]`, malformed],
    ['CONNECT with :path', `${get} 1: [:method=CONNECT] 84 [:authority=a:1]`, malformed],
    ['CONNECT with :scheme', `${get} 1: [:method=CONNECT] 86 [:authority=a:1]`, malformed],
    ['CONNECT without :authority', `${get} 1: [:method=CONNECT]`, malformed],
    ['CONNECT without a port', `${get} 1: [:method=CONNECT] [:authority=a]`, malformed],
    ['extended CONNECT without :path', `${get} 1: [:method=CONNECT] [:protocol=x] 86 [:authority=a]`, malformed],
    ['extended CONNECT without :scheme', `${get} 1: [:method=CONNECT] [:protocol=x] 84 [:authority=a]`, malformed],
    ['extended CONNECT without :authority', `${get} 1: [:method=CONNECT] [:protocol=x] 84 86`, malformed],
    [':protocol with GET', `${get} 1: GET [:protocol=websocket]`, malformed],
  ])('%s', (_title, sent, answer) => expectAnswer(sent, answer));
});

describe('allowAlternateSchemes', () => {
  it.each([
    ['https', ':scheme=https', 'https'],
    ['http, which is that of the connection', ':scheme=http', 'http'],
    ['capital letters', ':scheme=HTTPS', 'https'],
    ['another scheme', ':scheme=coap+tcp', 'coap+tcp'],
  ])('%s: the handler sees it', async (_title, field, scheme) => {
    const schemes: string[] = [];
    const served = serve(({ request }) => void schemes.push(request.scheme), {
      options: { allowAlternateSchemes: true },
    });
    served.send(`${get} 1: 82 [${field}] 84 01 01 61`);
    await served.settled();
    expect(schemes).toEqual([scheme]);
  });

  it('text that is no scheme: malformed', async () => {
    const served = serve(echo, { options: { allowAlternateSchemes: true } });
    served.send(`${get} 1: 82 [:scheme=1http] 84 01 01 61\n${get} 3: 82 [:scheme=http://a] 84 01 01 61`);
    expect(await served.settled()).toEqual(['RST_STREAM 1 PROTOCOL_ERROR', 'RST_STREAM 3 PROTOCOL_ERROR']);
  });
});
