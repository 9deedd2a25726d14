import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Observed, TwoServers } from './two-servers.ts';

let servers: TwoServers;

beforeAll(async () => {
  servers = await new TwoServers().start();
});

afterAll(async () => {
  await servers[Symbol.asyncDispose]();
});

const get = 'GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n';
const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello';
const chunked = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n';

const read: Observed = (request, response, see) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (piece: string) => (text += piece));
  request.on('end', () => {
    see(text, request.complete, request.trailers, request.rawTrailers);
    response.end(text);
  });
};

const cases: [name: string, request: string, handler: Observed][] = [
  ['end(text)', get, (_, res) => res.end('hello')],
  ['end(buffer)', get, (_, res) => res.end(Buffer.from('hello'))],
  ['end()', get, (_, res) => res.end()],
  ['end(text, encoding)', get, (_, res) => res.end('aGk=', 'base64')],
  ['end(utf-8)', get, (_, res) => res.end('héllo ✓')],
  ['write and end', get, (_, res) => (res.write('a'), res.write('b'), res.end('c'))],
  ['write later', get, (_, res) => (res.write('a'), setImmediate(() => res.end('b')))],
  ['setHeader', get, (_, res) => (res.setHeader('X-A', '1'), res.setHeader('x-b', ['2', '3']), res.end('x'))],
  ['setHeader number', get, (_, res) => (res.setHeader('X-A', 7), res.end('x'))],
  ['Set-Cookie array', get, (_, res) => (res.setHeader('Set-Cookie', ['a=1', 'b=2']), res.end('x'))],
  ['appendHeader', get, (_, res) => (res.appendHeader('X-A', '1'), res.appendHeader('x-a', '2'), res.end('x'))],
  ['removeHeader', get, (_, res) => (res.setHeader('X-A', '1'), res.removeHeader('x-a'), res.end('x'))],
  [
    'getHeaders',
    get,
    (_, res, see) => (
      res.setHeader('X-A', '1'),
      see({ ...res.getHeaders() }, res.getHeaderNames(), res.hasHeader('x-A')),
      res.end()
    ),
  ],
  ['writeHead(status)', get, (_, res) => (res.writeHead(404), res.end('no'))],
  ['writeHead(status, reason)', get, (_, res) => (res.writeHead(200, 'Fine'), res.end('x'))],
  [
    'writeHead(status, headers)',
    get,
    (_, res) => (res.writeHead(201, { 'X-A': '1', 'X-B': ['2', '3'] }), res.end('x')),
  ],
  ['writeHead(status, reason, headers)', get, (_, res) => (res.writeHead(201, 'Yes', { 'X-A': '1' }), res.end('x'))],
  ['writeHead(status, flat)', get, (_, res) => (res.writeHead(200, ['X-A', '1', 'X-A', '2']), res.end('x'))],
  [
    'writeHead(status, pairs)',
    get,
    (_, res) => (
      res.writeHead(200, [
        ['X-A', '1'],
        ['X-A', '2'],
      ] as never),
      res.end('x')
    ),
  ],
  [
    'writeHead over setHeader',
    get,
    (_, res) => (
      res.setHeader('X-A', '1'),
      res.setHeader('X-B', '1'),
      res.writeHead(200, { 'x-a': '2' }),
      res.end('x')
    ),
  ],
  ['statusMessage', get, (_, res) => ((res.statusMessage = 'Own'), res.end('x'))],
  ['statusCode', get, (_, res) => ((res.statusCode = 418), res.end('x'))],
  ['204', get, (_, res) => ((res.statusCode = 204), res.end())],
  ['304 with etag', get, (_, res) => ((res.statusCode = 304), res.setHeader('ETag', '"x"'), res.end())],
  ['Content-Length set', get, (_, res) => (res.setHeader('Content-Length', 5), res.write('he'), res.end('llo'))],
  ['HEAD', get.replace('GET', 'HEAD'), (_, res) => (res.setHeader('Content-Length', 5), res.end('hello'))],
  ['HEAD with write', get.replace('GET', 'HEAD'), (_, res) => (res.write('he'), res.end('llo'))],
  ['flushHeaders', get, (_, res) => (res.flushHeaders(), setImmediate(() => res.end('late')))],
  ['headersSent', get, (_, res, see) => (see(res.headersSent), res.write('x'), see(res.headersSent), res.end())],
  [
    'setHeader after the head',
    get,
    (_, res, see) => {
      res.write('x');
      try {
        res.setHeader('X-A', '1');
      } catch (error) {
        see((error as { code: string }).code);
      }
      res.end();
    },
  ],
  [
    'writeHead twice',
    get,
    (_, res, see) => {
      res.writeHead(200);
      try {
        res.writeHead(201);
      } catch (error) {
        see((error as { code: string }).code);
      }
      res.end();
    },
  ],
  [
    'a bad header name',
    get,
    (_, res, see) => {
      try {
        res.setHeader('a b', '1');
      } catch (error) {
        see((error as { code: string }).code);
      }
      try {
        res.writeHead(200, { 'a b': '1' });
      } catch (error) {
        see((error as { code: string }).code);
      }
      res.end('x');
    },
  ],
  [
    'a bad header value',
    get,
    (_, res, see) => {
      try {
        res.setHeader('a', 'b\r\nc');
      } catch (error) {
        see((error as { code: string }).code);
      }
      res.end('x');
    },
  ],
  [
    'write after end',
    get,
    (_, res, see) => {
      res.on('error', (error: { code?: string }) => see('error', error.code));
      res.end('x');
      res.write('y', (error) => see('callback', (error as { code?: string }).code));
    },
  ],
  [
    'a number as content',
    get,
    (_, res, see) => {
      try {
        res.end(7 as never);
      } catch (error) {
        see((error as { code: string }).code);
      }
      res.end('x');
    },
  ],
  [
    'events of a response',
    get,
    (_, res, see) => {
      for (const name of ['prefinish', 'finish', 'close'])
        res.on(name, () => see(name, res.writableEnded, res.writableFinished));
      res.end('x', () => see('callback'));
    },
  ],
  [
    'write callbacks',
    get,
    (_, res, see) => {
      res.write('a', () => see('a'));
      res.end('b', () => see('b'));
    },
  ],
  [
    'request line',
    get,
    (req, res, see) => (
      see(req.method, req.url, req.httpVersion, req.httpVersionMajor, req.httpVersionMinor),
      res.end()
    ),
  ],
  [
    'headers',
    'GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-a: 2\r\nCookie: a\r\nCookie: b\r\nSet-Cookie: c\r\nAuthorization: x\r\n\r\n',
    (req, res, see) => (see({ ...req.headers }, req.rawHeaders, { ...req.headersDistinct }), res.end()),
  ],
  ['read content', post, read],
  ['read chunked content with trailers', chunked, read],
  ['read no content', get, read],
  [
    'events of a request',
    post,
    (req, res, see) => {
      for (const name of ['end', 'close', 'aborted', 'error']) req.on(name, () => see(name));
      req.resume();
      req.on('end', () => res.end('x'));
    },
  ],
  ['content left alone', post + get, (req, res) => res.end(req.method)],
  [
    'for await',
    post,
    async (req, res, see) => {
      for await (const piece of req) see(String(piece));
      res.end('done');
    },
  ],
  ['pipe', post, (req, res) => req.pipe(res)],
  ['pipelined', get + get + post, (req, res) => res.end(`${req.method} ${req.url}`)],
  ['pipelined, answered late', get + get, (req, res) => setImmediate(() => res.end(String(req.url)))],
  [
    'trailers',
    get,
    (_, res) => (
      res.writeHead(200, { Trailer: 'X-Sum' }),
      res.write('x'),
      res.addTrailers({ 'X-Sum': '1' }),
      res.end()
    ),
  ],
  ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', (req, res) => res.end(req.httpVersion)],
  ['HTTP/1.0 stream', 'GET / HTTP/1.0\r\n\r\n', (_, res) => (res.write('a'), res.end('b'))],
  ['103', get, (_, res) => (res.writeEarlyHints({ link: '</a.css>; rel=preload', 'x-a': '1' }), res.end('x'))],
  ['102', get, (_, res) => (res.writeProcessing(), res.end('x'))],
  [
    'socket',
    get,
    (req, res, see) => (
      see(
        req.socket.remoteAddress,
        req.socket === res.socket,
        req.connection === req.socket,
        (req.socket as { encrypted?: true }).encrypted,
      ),
      res.end()
    ),
  ],
  ['Connection: close', get + get, (_, res) => (res.setHeader('Connection', 'close'), res.end('x'))],
  ['large content', get, (_, res) => res.end('x'.repeat(300_000))],
  ['cork', get, (_, res) => (res.cork(), res.write('a'), res.write('b'), res.uncork(), res.end())],
  ['instanceof', get, (req, res, see) => (see(req.constructor.name, res.constructor.name), res.end())],
];

describe('a handler on node:http and on Windhover', () => {
  it.each(cases)('%s', async (_, request, handler) => {
    const { node, ours } = await servers.outcomes(handler, request);
    expect(ours).toEqual(node);
  });
});
