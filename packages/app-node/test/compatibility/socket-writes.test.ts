import type { Socket } from 'node:net';
import { describeCompatibility } from './compare.ts';
import { differs, get, post, requestEvents, responseEvents, watch } from './requests.ts';
import type { Case, Observed, See } from './two-servers.ts';

const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const untilEnd = 'HTTP/1.1 200 OK\r\n\r\nok';
const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n';

const watched =
  (then: Observed): Observed =>
  (req, res, see) => {
    watch(req, 'request', see, requestEvents);
    watch(res, 'response', see, responseEvents);
    return then(req, res, see);
  };

const writes = (name: string, then: (socket: Socket, see: See) => unknown, sent = get): Case => ({
  name,
  sent,
  responses: 0,
  handler: watched((req, _, see) => then(req.socket, see)),
});

const afterwards = 'bytes that are written on `req.socket` and not with the response';

const cases: Case[] = [
  writes('a response and the end', (socket) => socket.end(whole)),
  writes('a response, then the end', (socket) => (socket.write(whole), socket.end())),
  writes('a response without a length', (socket) => (socket.write(untilEnd), socket.end())),
  writes('a response in pieces and turns', (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    setImmediate(() => (socket.write('\r\no'), setImmediate(() => socket.end('k'))));
  }),
  writes('a response whose callback ends the socket', (socket) => socket.write(whole, () => socket.end())),
  writes('text in an encoding', (socket) => socket.end(Buffer.from(untilEnd).toString('base64'), 'base64')),
  writes('a response, and the socket is destroyed', (socket) => (socket.write(whole), socket.destroy())),
  writes('a response, and destroySoon', (socket) => (socket.write(whole), socket.destroySoon())),
  writes('a large response', (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n');
    socket.end('x'.repeat(1_000_000));
  }),
  writes('states', (socket, see) => {
    see(socket.write(whole), socket.writable, socket.writableEnded, socket.destroyed);
    socket.end(() => see('finish'));
    see(socket.writable, socket.writableEnded);
  }),
  writes('a response before the content of the request is read', (socket) => socket.end(whole), post),
  writes('no bytes', (socket, see) => socket.write('', () => (see('written'), socket.destroy()))),
  {
    name: 'a response before the content of the request is complete',
    sent: [post.slice(0, -2), { awaits: 'ok' }],
    responses: 1,
    handler: (req) => req.resume().socket.end(whole),
  },
  {
    name: 'content of a response whose head has been sent',
    sent: get,
    responses: 0,
    handler: (_, res) => {
      res.writeHead(200, { 'Content-Length': 2 });
      res.flushHeaders();
      setImmediate(() => res.socket!.end('ok'));
    },
  },
  {
    name: 'a client that ends while the handler writes',
    sent: [get, { awaits: 'ok' }, { does: 'end' }],
    responses: 0,
    handler: watched((req) => req.socket.write(untilEnd)),
  },
  {
    name: 'a client that resets while the handler writes',
    sent: [get, { awaits: 'ok' }, { does: 'reset' }],
    responses: 0,
    handler: watched((req) => req.socket.write(untilEnd)),
  },
  ...(['end', 'reset'] as const).flatMap((does) =>
    Object.entries<Observed>({
      'that is unread': () => {},
      'that is read': (req) => void req.resume(),
    }).map(([name, then]) => ({
      name: `a client that does ${does} while the handler writes, with content ${name}`,
      sent: [post, { awaits: 'ok' }, { does }],
      responses: 0,
      handler: watched((req, res, see) => (then(req, res, see), setImmediate(() => req.socket.write(untilEnd)))),
    })),
  ),
  {
    name: 'a handler that writes and never ends: the timeout of the socket closes the connection',
    sent: get,
    responses: 0,
    handler: watched(({ socket }) => (socket.write(untilEnd), socket.setTimeout(1))),
  },
  {
    name: 'an informational response, then a response',
    sent: get,
    handler: watched((_, res) => (res.socket!.write(hints), res.end('x'))),
  },
  {
    name: 'a response of a listener of connection, before a request',
    sent: '',
    responses: 0,
    handler: () => {},
    prepare: (server) => server.on('connection', (socket) => socket.end('HTTP/1.1 503 Busy\r\n\r\n')),
  },
  differs(
    afterwards,
    {
      name: 'bytes, then a response',
      sent: get,
      responses: 0,
      handler: watched((_, res) => (res.socket!.write(whole), res.end('x'), setImmediate(() => res.req.socket.end()))),
    },
    { messages: [{ status: 'HTTP/1.1 200 OK', fields: ['content-length: 2'], content: 'ok', trailers: [] }] },
  ),
  differs(
    afterwards,
    {
      name: 'bytes after a response',
      sent: get,
      responses: 0,
      handler: (req, res) => res.end('x', () => req.socket.end('y')),
      prepare: (server, see) => server.on('applicationError', (error) => see(error)),
    },
    { seen: [[{ code: 'APP_NODE_SOCKET_WRITE_REFUSED', name: 'NodeHandlerError' }]] },
  ),
];

describeCompatibility('bytes written on the socket', cases);
