import type { Server } from 'node:http';
import { describeCompatibility } from './compare.ts';
import { get, refusal, requestEvents, responseEvents, seeSocket, watch } from './requests.ts';
import type { Case, Observed, See, Step } from './two-servers.ts';

/** A listener of `clientError` that answers as the documentation of Node.js recommends. */
const answersClientErrors = (server: Server, see: See): void =>
  void server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // The documentation recommends to look first: there may be more than one error.
    if (!socket.writable) return;
    see(error.code, error instanceof Error);
    socket.end('HTTP/1.1 400 Mine\r\nContent-Length: 2\r\n\r\nno');
  });

const refused = (name: string, sent: string): Case => ({
  name,
  sent,
  responses: 1,
  handler: (_, res) => res.end('x'),
  prepare: answersClientErrors,
});

const chunks = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';

/** A request whose content cannot be read, while the handler runs. */
const content = (name: string, sent: readonly Step[], handler: Observed): Case => ({
  name,
  sent,
  responses: 1,
  handler: (req, res, see) => {
    see('started');
    return handler(req, res, see);
  },
  prepare: (server, see) =>
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      see(error.code, socket.writable);
      socket.end('HTTP/1.1 400 Mine\r\nContent-Length: 2\r\n\r\nno');
    }),
});

const clientErrors: Case[] = [
  refused('a method that does not exist', 'G?T / HTTP/1.1\r\nHost: a\r\n\r\n'),
  refused('a field name with a space', 'GET / HTTP/1.1\r\nHost: a\r\nX A: 1\r\n\r\n'),
  refused('a field value with a NUL', 'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n'),
  refused('no HTTP at all', 'hello\r\n\r\n'),
  refused('a head that is too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`),
  refused(
    'Content-Length and Transfer-Encoding',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  ),
  refused('a bad Content-Length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n'),
  refused('two Content-Length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n'),
  refused('a version that does not exist', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n'),
  refused('a request after a bad one is not read', `G?T / HTTP/1.1\r\nHost: a\r\n\r\n${get}`),
  refused('a bad request after a good one', `${get}G?T / HTTP/1.1\r\nHost: a\r\n\r\n`),
  {
    name: 'a client that resets',
    sent: [get, { awaits: '200' }, { does: 'reset' }, { awaitsSeen: 'ECONNRESET' }],
    handler: (_, res) => res.end('x'),
    prepare: (server, see) => server.on('clientError', (error: NodeJS.ErrnoException) => see(error.code)),
  },
  ...Object.entries<Observed>({
    'that is read': (req) => req.resume(),
    'that is not read': () => {},
    'whose error has a listener': (req, _, see) => void req.resume().on('error', (error) => see('error', error)),
  }).flatMap(([name, handler]) => [
    content(`malformed content ${name}`, [chunks, { awaitsSeen: 'started' }, 'x\r\n'], handler),
    content(`malformed content ${name}, with the head`, [`${chunks}x\r\n`], handler),
    content(`a chunk ${name}, without its end`, [chunks, { awaitsSeen: 'started' }, '1\r\nabc\r\n'], handler),
    content(`a client that ends in content ${name}`, [chunks, { awaitsSeen: 'started' }, { does: 'end' }], handler),
  ]),
  {
    name: 'malformed content, and the listener destroys the socket',
    sent: [chunks, { awaitsSeen: 'started' }, 'x\r\n'],
    responses: 1,
    handler: (req, res, see) => {
      see('started');
      watch(req, 'request', see, requestEvents);
      watch(res, 'response', see, responseEvents);
    },
    prepare: (server, see) =>
      server.on('clientError', (error: NodeJS.ErrnoException, socket) => (see(error.code), socket.destroy(error))),
  },
  {
    name: 'the socket of clientError',
    sent: 'G?T / HTTP/1.1\r\nHost: a\r\n\r\n',
    responses: 1,
    handler: () => {},
    prepare: (server, see) =>
      server.on('clientError', (_, socket) => {
        seeSocket(socket, see);
        socket.destroy();
      }),
  },
  {
    name: 'a listener that leaves the socket open, and a client that ends',
    sent: ['G?T / HTTP/1.1\r\nHost: a\r\n\r\nmore', { awaitsSeen: 'HPE_INVALID_METHOD' }, { does: 'end' }],
    responses: 1,
    handler: () => {},
    prepare: (server, see) => server.on('clientError', (error: NodeJS.ErrnoException) => see(error.code)),
  },
  {
    name: 'a listener that destroys',
    sent: 'G?T / HTTP/1.1\r\nHost: a\r\n\r\n',
    responses: 1,
    handler: () => {},
    prepare: (server, see) =>
      server.on('clientError', (error: NodeJS.ErrnoException, socket) => (see(error.code), socket.destroy())),
  },
  {
    name: 'a listener that answers and destroys the socket with the error',
    sent: 'G?T / HTTP/1.1\r\nHost: a\r\n\r\n',
    responses: 1,
    handler: () => {},
    prepare: (server) =>
      server.on('clientError', (error, socket) => {
        socket.write('HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\n\r\nnope');
        socket.destroy(error);
      }),
  },
  {
    name: 'no listener',
    sent: 'G?T / HTTP/1.1\r\nHost: a\r\n\r\n',
    responses: 1,
    handler: () => {},
    differs: refusal,
  },
  {
    name: 'no Host',
    sent: 'GET / HTTP/1.1\r\n\r\n',
    handler: (_, res) => res.end('x'),
    differs: refusal,
  },
  {
    ...refused('a target over maxHeaderSize', `GET /${'x'.repeat(4000)} HTTP/1.1\r\nHost: a\r\n\r\n`),
    options: { maxHeaderSize: 2000 },
  },
];

describeCompatibility('clientError', clientErrors);
