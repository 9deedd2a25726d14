import { Socket } from 'node:net';
import { describeCompatibility } from './compare.ts';
import { answers, asks, attempt, get, head, post, requestEvents, responseEvents, watch } from './requests.ts';
import type { Case } from './two-servers.ts';

/** Longer timers than that of the socket run after it would have. */
const timesOutAfterResponse: Case['handler'] = ({ method, socket }, res, see) => {
  see(socket.timeout ?? 0);
  if (method === 'HEAD') return res.end();
  socket.setTimeout(1, () => see('timeout'));
  return res.end('x', () => setTimeout(() => setTimeout(() => see('later'), 2), 2));
};

const cases: Case[] = [
  asks('addresses', get, ({ socket }, see) =>
    see(
      socket.remoteAddress,
      socket.remoteFamily,
      socket.localAddress,
      typeof socket.remotePort,
      typeof socket.localPort,
    ),
  ),
  asks('address()', get, ({ socket }, see) => {
    const { address, family, port } = socket.address() as { address: string; family: string; port: number };
    see(address, family, port === socket.localPort);
  }),
  asks('facts', get, ({ socket }, see) =>
    see(
      socket.destroyed,
      socket.readable,
      socket.writable,
      socket.connecting,
      socket.pending,
      socket.readyState,
      socket.timeout ?? 0,
    ),
  ),
  asks('facts of TLS on a plain connection', get, ({ socket }, see) =>
    see((socket as { encrypted?: true }).encrypted, 'authorized' in socket && Boolean(socket.authorized)),
  ),
  {
    name: 'one socket',
    sent: get,
    handler: (req, res, see) => (
      see(req.socket === res.socket, req.connection === req.socket, res.connection === res.socket),
      res.end()
    ),
  },
  asks('an instance of net.Socket', get, ({ socket }, see) => see(socket instanceof Socket)),
  asks('methods of net.Socket', get, ({ socket }, see) => {
    see(
      socket.pause() === socket,
      socket.isPaused(),
      socket.resume() === socket,
      socket.read(),
      socket.bufferSize ?? 0,
    );
    see(socket.cork(), socket.uncork(), socket.writableCorked, typeof Reflect.get(socket, '_handle'));
  }),
  {
    name: 'error and close of the socket of a client that resets',
    sent: [get, { awaits: '200' }, { does: 'reset' }, { awaitsSeen: 'closed' }],
    handler: (_, res) => res.end('x'),
    prepare: (server, see) =>
      server.on('connection', (socket) => {
        socket.on('error', (error: Error) => see('error', error)).on('close', (hadError) => see('closed', hadError));
      }),
  },
  asks('_httpMessage', get, (req, see) => see(typeof (req.socket as never as { _httpMessage: unknown })._httpMessage)),
  answers(
    'res.socket in the turn of the answer, and from finish on',
    (res, see) => (
      res.on('finish', () => see(res.socket)),
      res.end('x'),
      see(res.socket === res.req.socket, res.writableCorked)
    ),
  ),
  asks('encrypted may be set', get, ({ socket }, see) =>
    see(Object.assign(socket, { encrypted: true }).encrypted, Reflect.get(socket, 'encrypted')),
  ),
  answers('res.socket after the answer', (res, see) => res.end('x', () => setImmediate(() => see(res.socket)))),
  asks('req.socket after the answer', get, (req, see) => void req.on('close', () => see(typeof req.socket))),
  {
    name: 'an error that the handler emits on the socket',
    sent: get,
    responses: 0,
    handler: (_, res, see) => {
      watch(res, 'response', see, responseEvents);
      res.write('abc', () => res.socket!.emit('error', new Error('no')));
    },
  },
  asks('setEncoding', get, ({ socket }, see) => {
    for (const encoding of ['utf8', '', undefined]) attempt(see, () => socket.setEncoding(encoding as never));
    see(socket.readableEncoding);
  }),
  asks('options return the socket', get, ({ socket }, see) =>
    see(
      socket.setNoDelay(true) === socket,
      socket.setKeepAlive(true) === socket,
      socket.ref() === socket,
      socket.unref() === socket,
      socket.setTimeout(0) === socket,
    ),
  ),
  {
    name: 'a time longer than a timer',
    sent: get,
    handler: ({ socket }, res, see) => {
      socket.setTimeout(2 ** 31, () => see('timeout'));
      // A timer of 1 ms, which a longer one would become, ends before.
      setTimeout(() => (see(socket.timeout), res.end()), 5);
    },
  },
  asks('bytes', post, ({ socket }, see) => see(socket.bytesRead > 0, typeof socket.bytesWritten)),
  {
    name: 'socket.server',
    sent: get,
    handler: (req, res, see) => (see(typeof (req.socket as never as { server: unknown }).server), res.end()),
  },
  {
    name: 'a timeout of the response',
    sent: get,
    handler: (_, res, see) => void res.setTimeout(1, () => (see('timeout'), res.end('late'))),
  },
  {
    name: 'a timeout of the request',
    sent: [post.slice(0, -1), { awaitsSeen: 'timeout' }, 'o'],
    handler: (req, res, see) => {
      req.setTimeout(1, () => see('timeout'));
      req.resume().on('end', () => res.end('x'));
    },
  },
  {
    name: 'a timeout of the socket',
    sent: get,
    handler: (req, res, see) => {
      req.socket.setTimeout(1);
      res.on('timeout', () => (see('timeout'), res.end('late')));
    },
  },
  {
    name: 'a timeout without a listener',
    sent: get,
    handler: (req, res, see) => {
      watch(req, 'request', see, requestEvents);
      watch(res, 'response', see, responseEvents);
      res.setTimeout(1);
    },
  },
  {
    name: 'a timeout of the socket after the response',
    sent: [get, { awaitsSeen: 'later' }, head],
    handler: timesOutAfterResponse,
  },
  {
    name: 'a timeout of the socket after the response, with a timeout of the server',
    sent: [get, { awaitsSeen: 'later' }, head],
    handler: timesOutAfterResponse,
    prepare: (server) => server.setTimeout(100_000),
  },
  {
    name: 'a timeout of the socket after the response, without keepAliveTimeout',
    sent: [get, { awaitsSeen: 'timeout' }],
    responses: 2,
    options: { keepAliveTimeout: 0 },
    handler: (req, res, see) => {
      req.socket.setTimeout(1, () => see('timeout'));
      res.end('x');
    },
  },
  {
    name: 'server.setTimeout',
    sent: [{ awaitsSeen: 'timeout' }],
    responses: 1,
    handler: () => {},
    prepare: (server, see) => server.setTimeout(1, (socket) => (see('timeout'), socket.destroy())),
  },
  {
    name: 'server.setTimeout without a listener',
    sent: [{ awaitsSeen: 'closed' }],
    responses: 1,
    handler: () => {},
    prepare: (server, see) => {
      server.setTimeout(1).on('connection', (socket) => socket.on('close', () => see('closed')));
    },
  },
  {
    name: 'connection',
    sent: get,
    handler: (req, res, see) => res.end(String((req.socket as never as { mine?: string }).mine), () => see('answered')),
    prepare: (server, see) =>
      server.on('connection', (socket) => {
        (socket as never as { mine: string }).mine = 'mine';
        see(socket.remoteAddress);
      }),
  },
  {
    name: 'close of the socket',
    sent: [get, { awaits: 'content-length: 1' }, { does: 'end' }, { awaitsSeen: 'closed' }],
    handler: (req, res, see) => (
      req.socket.on('close', (hadError) => see('closed', hadError)),
      res.setHeader('Connection', 'close'),
      res.writeHead(200, { 'content-length': 1 }),
      res.end('x')
    ),
  },
  {
    name: 'assignSocket twice',
    sent: get,
    handler: (_, res, see) => {
      try {
        res.assignSocket(res.socket!);
      } catch (error) {
        see(error);
      }
      res.end();
    },
  },
  {
    name: 'detachSocket and assignSocket',
    sent: get,
    handler: (_, res, see) => {
      const { socket } = res;
      res.detachSocket(socket!);
      see(res.socket);
      res.assignSocket(socket!);
      res.end('x');
    },
  },
  {
    name: 'prototypes that a framework replaces',
    sent: get,
    handler: (req, res, see) => {
      const request = Object.create(Object.getPrototypeOf(req) as object, { ip: { get: () => 'ours' } }) as object;
      const response = Object.create(Object.getPrototypeOf(res) as object) as { send(text: string): void };
      response.send = function send(this: typeof res, text) {
        this.setHeader('x-sent', 'yes');
        this.end(text);
      };
      Object.setPrototypeOf(req, request);
      Object.setPrototypeOf(res, response);
      see((req as never as { ip: string }).ip, typeof res.setHeader);
      (res as never as { send(text: string): void }).send('x');
    },
  },
  {
    name: 'methods that middleware replaces',
    sent: get,
    handler: (_, res, see) => {
      const { end, write, writeHead } = res;
      res.writeHead = function patched(this: typeof res, status: number) {
        see('writeHead');
        return writeHead.call(this, status);
      };
      res.write = ((...given: [string]) => (see('write'), write.apply(res, given as never))) as never;
      res.end = ((...given: [string]) => (see('end'), end.apply(res, given as never))) as never;
      res.write('a');
      res.end('b');
    },
  },
];

describeCompatibility('the socket', cases);
