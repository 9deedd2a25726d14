// Creates the inputs of the fuzzer, as text in which a character is a byte.

const post = (fields, body) => `POST /p HTTP/1.1\r\nHost: a\r\n${fields}\r\n${body}`;

/** Well-formed requests that are mutated. */
export const seeds = [
  'GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.0\r\n\r\n',
  '\r\n\r\nHEAD /x HTTP/1.1\r\nHost: [::1]:80\r\nConnection: keep-alive\r\n\r\n',
  'GET http://a:80/x HTTP/1.1\r\nHost: a\r\nX: \t y \r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
  'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n',
  post('Content-Length: 5\r\n', 'hello'),
  post('Content-Length: 0\r\n', ''),
  post('Content-Length: 35\r\n', 'GET /inner HTTP/1.1\r\nHost: inner\r\n\r\n'),
  post('Transfer-Encoding: chunked\r\n', '5\r\nhello\r\n0\r\n\r\n'),
  post(
    'Transfer-Encoding: chunked\r\nTrailer: T\r\n',
    '1;a=b\r\nx\r\n02 ; c="d\\"e"\r\nyz\r\n0;f\r\nT: v\r\nU: w \r\n\r\n',
  ),
  post('Transfer-Encoding: chunked\r\n', `${'1\r\nx\r\n'.repeat(12)}000\r\n\r\n`),
  post('Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close, upgrade\r\nUpgrade: echo\r\n', 'hi'),
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\x16\x03\x01\x02\0\x01\0',
];

/** Tokens with a meaning in HTTP/1.1. */
export const dictionary = [
  '\r\n',
  '\r\n\r\n',
  '\r',
  '\n',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '=',
  '"',
  '\\',
  '\0',
  '\x0b',
  '\x7f',
  '\x80',
  '\xff',
  '0',
  '00000000',
  'f',
  'ffffffffffffffff',
  '-1',
  '+5',
  '0x5',
  '5',
  '0\r\n\r\n',
  '1\r\nx\r\n',
  'GET ',
  ' HTTP/1.1',
  ' HTTP/1.0',
  ' HTTP/2.0',
  'Host: a\r\n',
  'Host: b\r\n',
  'Host:',
  '*',
  '/',
  'http://',
  '[::1]',
  ':80',
  '@',
  '#',
  '%2e',
  'Content-Length: 5\r\n',
  'Content-Length: ',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: ',
  'chunked',
  ', chunked',
  'identity',
  'gzip, ',
  '\r\n X: folded',
  'X : y\r\n',
  ';a="b"',
  'Connection: close\r\n',
  'T: v\r\n',
  'x'.repeat(70),
  'X: y\r\n'.repeat(12),
];

/** Mutations: each changes a text in one place. */
const changes = [
  ({ below }, text) => {
    const at = below(text.length + 1);
    return text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + below(2));
  },
  ({ below, pick }, text) => {
    const at = below(text.length + 1);
    return text.slice(0, at) + pick(dictionary) + text.slice(at + (below(2) === 0 ? 0 : below(8)));
  },
  ({ below }, text) => {
    const at = below(text.length + 1);
    return text.slice(0, at) + text.slice(at + 1 + below(6));
  },
  ({ below }, text) => {
    const at = below(text.length + 1);
    const part = text.slice(at, at + 1 + below(20));
    const to = below(text.length + 1);
    return text.slice(0, to) + part + text.slice(to);
  },
  ({ below, pick }, text) => text.slice(0, below(text.length + 1)) + pick(seeds).slice(below(20)),
  ({ pick }, text) => text + pick(seeds),
];

/** One or several requests with up to six changes. */
export const makeInput = (source) => {
  let text = source.pick(seeds);
  for (let left = source.below(7); left > 0; left--) text = source.pick(changes)(source, text);
  return text.slice(0, 4000);
};
