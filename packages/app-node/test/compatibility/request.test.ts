import { describeCompatibility } from './compare.ts';
import { asks, attempt, chunked, echo, get, head, post, requestEvents, responseEvents, watch } from './requests.ts';
import type { Case } from './two-servers.ts';

const repeated =
  'GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-a: 2\r\nCookie: a\r\nCookie: b\r\nSet-Cookie: c\r\nSet-Cookie: d\r\n' +
  'Authorization: x\r\nAuthorization: y\r\nReferer: 1\r\nReferer: 2\r\n\r\n';

const heads: Case[] = [
  asks('the request line', get, (req, see) =>
    see(
      req.method,
      req.url,
      req.httpVersion,
      req.httpVersionMajor,
      req.httpVersionMinor,
      req.statusCode,
      req.statusMessage,
    ),
  ),
  asks('an absolute target', 'GET http://a/b?c HTTP/1.1\r\nHost: a\r\n\r\n', (req, see) =>
    see(req.url, req.headers.host),
  ),
  asks('OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', (req, see) => see(req.method, req.url)),
  asks('an encoded target', 'GET /%7Ea%2Fb//c?d=%20 HTTP/1.1\r\nHost: a\r\n\r\n', (req, see) => see(req.url)),
  asks('a target with dots', 'GET /a/../b/./c HTTP/1.1\r\nHost: a\r\n\r\n', (req, see) => see(req.url)),
  asks('headers', repeated, (req, see) => see({ ...req.headers })),
  asks('rawHeaders', repeated, (req, see) => see(req.rawHeaders)),
  asks('headersDistinct', repeated, (req, see) => see({ ...req.headersDistinct })),
  {
    ...asks('joinDuplicateHeaders', repeated, (req, see) => see({ ...req.headers })),
    options: { joinDuplicateHeaders: true },
  },
  asks('a value with spaces around', 'GET / HTTP/1.1\r\nHost: a\r\nX: \t b c \t\r\nY:\r\n\r\n', (req, see) =>
    see(req.rawHeaders),
  ),
  asks('a latin1 value', 'GET / HTTP/1.1\r\nHost: a\r\nX: \xe9\r\n\r\n', (req, see) => see(req.headers['x'])),
  asks('headers can be changed', get, (req, see) => {
    req.headers['x'] = '1';
    delete req.headers.host;
    see({ ...req.headers });
  }),
  asks('headers can be replaced', get, (req, see) => {
    req.headers = { y: '1' };
    see({ ...req.headers });
  }),
  asks('a header named __proto__', 'GET / HTTP/1.1\r\nHost: a\r\n__proto__: x\r\n\r\n', (req, see) =>
    see(Object.keys(req.headers), req.rawHeaders),
  ),
  asks(
    'methods',
    ['PUT', 'DELETE', 'PATCH', 'REPORT', 'M-SEARCH', 'QUERY'].map((m) => `${m} / HTTP/1.1\r\nHost: a\r\n\r\n`).join(''),
    (req, see) => see(req.method),
  ),
  asks('constructors', get, (req, see) => see(req.constructor.name)),
  asks('states', get, (req, see) =>
    see(req.readable, req.complete, req.aborted, req.destroyed, req.readableEnded, req.readableFlowing),
  ),
];

const contents: Case[] = [
  { name: 'content with a length', sent: post, handler: echo },
  { name: 'chunked content with trailers', sent: chunked, handler: echo },
  { name: 'no content', sent: get, handler: echo },
  { name: 'Content-Length: 0', sent: post.replace('5', '0').replace('hello', ''), handler: echo },
  { name: 'HEAD', sent: head, handler: echo },
  {
    name: 'content in pieces',
    sent: [post.slice(0, -3), { awaitsSeen: 'he' }, 'l', { awaitsSeen: 'l' }, 'lo'],
    handler: (req, res, see) => {
      req.on('data', (piece: Buffer) => see(piece.toString()));
      req.on('end', () => res.end('done'));
    },
    responses: 1,
  },
  {
    name: 'chunks in pieces',
    sent: [
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n',
      { awaitsSeen: 'he' },
      '1;ext=1\r\nl\r\n0\r\n\r\n',
    ],
    handler: (req, res, see) => {
      req.on('data', (piece: Buffer) => see(piece.toString()));
      req.on('end', () => res.end('done'));
    },
  },
  { name: 'content left alone', sent: post + get, handler: (req, res) => res.end(req.method) },
  {
    name: 'content that is answered before it is read',
    sent: post + get,
    handler: (req, res, see) => (res.end('x'), req.on('data', () => see('data')).on('end', () => see('end'))),
  },
  { name: 'resume', sent: post + get, handler: (req, res) => void req.resume().on('end', () => res.end('x')) },
  {
    name: 'pause and resume',
    sent: post,
    handler: (req, res, see) => {
      req.pause();
      req.on('data', (piece: Buffer) => see(piece.toString()));
      req.on('end', () => res.end('x'));
      setImmediate(() => req.resume());
    },
  },
  {
    name: 'read()',
    sent: post,
    handler: (req, res, see) => {
      req.on('readable', () => {
        for (let piece = req.read() as Buffer | null; piece !== null; piece = req.read() as Buffer | null)
          see(piece.toString());
      });
      req.on('end', () => res.end('x'));
    },
  },
  {
    name: 'for await',
    sent: post,
    handler: async (req, res, see) => {
      for await (const piece of req) see(String(piece));
      res.end('done');
    },
  },
  {
    name: 'for await that breaks',
    sent: post,
    responses: 1,
    handler: async (req, res, see) => {
      watch(req, 'request', see, requestEvents);
      watch(res, 'response', see, responseEvents);
      for await (const piece of req) {
        see(String(piece));
        break;
      }
      res.end('done');
    },
  },
  {
    name: 'content that is paused when the response ends',
    sent: [post.slice(0, -2), { awaits: '\r\n\r\nx' }, 'lo'],
    handler: (req, res, see) => {
      watch(req, 'request', see, requestEvents);
      req.on('data', (piece: Buffer) => see(piece.toString()));
      req.once('data', () => {
        req.pause();
        res.end('x', () => setImmediate(() => req.resume()));
      });
    },
    differs: {
      row: 'content that the handler has paused when its response ends',
      here: {
        seen: [['hel'], ['request error', { code: 'HTTP_BODY_TOO_LATE', name: 'HttpError' }], ['request close']],
      },
    },
  },
  { name: 'pipe', sent: post, handler: (req, res) => req.pipe(res) },
  {
    name: 'pipe of much content',
    sent: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n${'x'.repeat(500_000)}`,
    handler: (req, res) => req.pipe(res),
  },
  { name: 'setEncoding', sent: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n\xe2\x9c\x93', handler: echo },
  {
    name: 'events',
    sent: post,
    handler: (req, res, see) => {
      watch(req, 'request', see, requestEvents);
      req.resume();
      req.on('end', () => res.end('x'));
    },
  },
  {
    name: 'events of both',
    sent: post,
    handler: (req, res, see) => {
      watch(req, 'request', see, requestEvents);
      watch(res, 'response', see, responseEvents);
      req.resume();
      req.on('end', () => res.end('x'));
    },
  },
  {
    name: 'events of a request that is not read',
    sent: get,
    handler: (req, res, see) => {
      watch(req, 'request', see, requestEvents);
      watch(res, 'response', see, responseEvents);
      res.end('x');
    },
  },
  {
    name: 'events of content that is not read',
    sent: post,
    handler: (req, res, see) => {
      watch(req, 'request', see, requestEvents);
      watch(res, 'response', see, responseEvents);
      res.end('x');
    },
  },
  {
    name: 'states at the end',
    sent: post,
    handler: (req, res, see) => {
      const states = (): void => see(req.readable, req.complete, req.aborted, req.destroyed, req.readableEnded);
      req
        .resume()
        .on('end', () => (states(), res.end('x')))
        .on('close', states);
    },
  },
  {
    name: 'on aborted and setTimeout return the request',
    sent: get,
    handler: (req, res, see) => {
      see(req.setTimeout(0) === req, res.setTimeout(0) === res);
      attempt(see, () => req.setTimeout(-1));
      res.end();
    },
  },
];

describeCompatibility('the head of a request', heads);
describeCompatibility('the content of a request', contents);
