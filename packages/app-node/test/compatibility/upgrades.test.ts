import { type IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect } from 'vitest';
import { describeCompatibility } from './compare.ts';
import { seeSocket } from './requests.ts';
import type { Case, See } from './two-servers.ts';

type Listener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const upgrade = 'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX-A: 1\r\n\r\n';
const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';

const dated = 'responses that `upgrade` and `connect` listeners write';

const withoutListener = 'CONNECT without a listener, and an upgrade of `shouldUpgradeCallback` without one';

const next = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n';

/** Answers an upgrade or a CONNECT, and sends the head and all later bytes back in upper case. */
const echoesHead =
  (how: '' | 'gives back' | 'later') =>
  (server: Server, see: See): void => {
    const echo: Listener = (request, socket, head) => {
      see('head', head.toString());
      const answer = (): void => {
        socket.write(request.method === 'CONNECT' ? 'HTTP/1.1 200 OK\r\n\r\n' : switching);
        if (how === 'gives back') socket.unshift(head);
        else socket.write(head.toString().toUpperCase());
        socket.write('end');
        socket.on('data', (bytes: Buffer) => socket.write(bytes.toString().toUpperCase()));
        socket.on('end', () => socket.end());
      };
      if (how === 'later') setImmediate(answer);
      else answer();
    };
    server.on('upgrade', echo).on('connect', echo);
  };

const upgrades: Case[] = [
  {
    name: 'upgrade',
    differs: { row: dated, here: { seen: [['GET', '/chat', '1', 0]] } },
    sent: [upgrade, { awaits: '101' }, 'hello', { awaits: 'HELLO' }, { does: 'end' }],
    responses: 0,
    handler: () => {},
    prepare: (server, see) =>
      server.on('upgrade', (request, socket, head) => {
        see(request.method, request.url, request.headers['x-a'], head.length);
        socket.write(switching);
        socket.on('data', (bytes: Buffer) => socket.write(bytes.toString().toUpperCase()));
        socket.on('end', () => socket.end());
      }),
  },
  {
    name: 'a listener that ends the socket and does not read it, and a client that ends',
    differs: { row: dated, here: { seen: [['end'], ['close']] } },
    sent: [upgrade, { awaits: '101' }, { does: 'end' }, { awaitsSeen: 'close' }],
    responses: 0,
    handler: () => {},
    prepare: (server, see) =>
      server.on('upgrade', (_request, socket) => {
        socket.on('end', () => see('end')).on('close', () => see('close'));
        socket.end(switching);
      }),
  },
  ...['hello', 'a request: GET / HTTP/1.1\r\nHost: a\r\n\r\n'].map((sent) => ({
    name: `bytes with the head of an upgrade, ${JSON.stringify(sent)}`,
    differs: { row: dated, here: { seen: [['head', sent]] } },
    sent: [upgrade + sent, { awaits: 'end' }, 'more', { awaits: 'MORE' }, { does: 'end' as const }],
    responses: 0,
    handler: () => {},
    prepare: echoesHead(''),
  })),
  {
    name: 'bytes with the head of a CONNECT',
    differs: { row: dated, here: { seen: [['head', 'hello']] } },
    sent: [
      'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\nhello',
      { awaits: 'end' },
      'more',
      { awaits: 'MORE' },
      { does: 'end' },
    ],
    responses: 0,
    handler: () => {},
    prepare: echoesHead(''),
  },
  {
    name: 'bytes with the head that the listener gives back to the socket',
    differs: { row: dated, here: { seen: [['head', 'hello']] } },
    sent: [`${upgrade}hello`, { awaits: 'end' }, 'more', { awaits: 'MORE' }, { does: 'end' }],
    responses: 0,
    handler: () => {},
    prepare: echoesHead('gives back'),
  },
  {
    name: 'bytes with the head, and the listener answers later',
    differs: { row: dated, here: { seen: [['head', 'hello']] } },
    sent: [`${upgrade}hello`, { awaitsSeen: 'head' }, 'more', { awaits: 'MORE' }, { does: 'end' }],
    responses: 0,
    handler: () => {},
    prepare: echoesHead('later'),
  },
  {
    name: 'an upgrade that is refused, and a request after it',
    differs: { row: dated, here: { seen: [['head', next]] } },
    sent: upgrade + next,
    responses: 0,
    handler: (_, res, see) => (see('handler'), res.end('x')),
    prepare: (server, see) =>
      server.on('upgrade', (_, socket, head) => {
        see('head', head.toString());
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
      }),
  },
  {
    name: 'upgrade that is refused',
    differs: { row: dated, here: {} },
    sent: upgrade,
    handler: () => {},
    prepare: (server) =>
      server.on('upgrade', (_, socket) =>
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno'),
      ),
  },
  {
    name: 'an upgrade that is answered in pieces, with the first bytes of the protocol',
    differs: { row: dated, here: {} },
    sent: [upgrade, { awaits: 'first' }, { does: 'end' }],
    responses: 0,
    handler: () => {},
    prepare: (server) =>
      server.on('upgrade', (_, socket) => {
        const [line, ...rest] = switching.split('\r\n');
        socket.write(`${line}\r\n`);
        socket.end(`${rest.join('\r\n')}first`);
      }),
  },
  {
    name: 'a refusal in pieces',
    differs: { row: dated, here: {} },
    sent: upgrade,
    handler: () => {},
    prepare: (server) =>
      server.on('upgrade', (_, socket) => {
        socket.write('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n');
        socket.write('\r\nno');
        socket.end(' way');
      }),
  },
  {
    name: 'a refusal of a listener that does not end the socket',
    differs: { row: dated, here: {} },
    sent: upgrade,
    responses: 1,
    handler: () => {},
    prepare: (server) =>
      server.on('upgrade', (_, socket) => socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')),
  },
  {
    name: 'an upgrade whose socket is destroyed',
    sent: upgrade,
    responses: 1,
    handler: () => {},
    prepare: (server) => server.on('upgrade', (_, socket) => socket.destroy()),
  },
  {
    name: 'the request of an upgrade',
    sent: 'GET /?a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX: 1\r\nx: 2\r\nAge: 1\r\nAge: 2\r\n\r\n',
    responses: 1,
    handler: () => {},
    prepare: (server, see) =>
      server.on('upgrade', (req, socket) => {
        see(req.url, req.httpVersion, Reflect.get(req, 'upgrade'), req.rawHeaders, { ...req.headers });
        see({ ...req.headersDistinct });
        socket.destroy();
      }),
  },
  {
    name: 'an upgraded connection of a server that closes',
    differs: { row: dated, here: {} },
    sent: [upgrade, { awaits: '101' }, 'hello', { awaits: 'HELLO' }, { does: 'end' }],
    responses: 0,
    handler: () => {},
    prepare: (server) =>
      server.on('upgrade', (_, socket) => {
        socket.write(switching);
        socket.on('data', (bytes: Buffer) => {
          server.close();
          setImmediate(() => socket.write(bytes.toString().toUpperCase()));
        });
        socket.on('end', () => socket.end());
      }),
  },
  {
    name: 'the socket of an upgrade',
    sent: upgrade,
    responses: 1,
    handler: () => {},
    prepare: (server, see) =>
      server.on('upgrade', (req, socket) => {
        see(
          req.socket === socket,
          ['drain', 'data', 'error', 'timeout'].map((name) => socket.listenerCount(name)),
        );
        seeSocket(socket, see);
        (socket as Socket).destroySoon();
        see(socket.writableEnded);
      }),
  },
  {
    name: 'a socket without listeners that is destroyed',
    sent: upgrade,
    responses: 1,
    handler: () => {},
    prepare: (server) => server.on('upgrade', (_, socket) => socket.removeAllListeners().destroy()),
  },
  {
    name: 'the timeout of the server after an upgrade',
    differs: { row: dated, here: { seen: [[1], ['timeout']] } },
    sent: [upgrade, { awaits: '101' }, { awaitsSeen: 'timeout' }, 'hello', { awaits: 'HELLO' }, { does: 'end' }],
    responses: 0,
    handler: () => {},
    prepare: (server, see) =>
      server
        .setTimeout(1, () => {})
        .on('upgrade', (_, socket) => {
          see((socket as Socket).timeout);
          socket.write(switching);
          socket.once('timeout', () => see('timeout'));
          socket.on('data', (bytes: Buffer) => socket.write(bytes.toString().toUpperCase()));
          socket.on('end', () => socket.end());
        }),
  },
  {
    name: 'shouldUpgradeCallback leaves an upgrade to the handler',
    isUnsupported: !('shouldUpgradeCallback' in new Server()),
    sent: upgrade,
    responses: 1,
    handler: (req, res) => res.end(`request ${req.url}`),
    options: { shouldUpgradeCallback: ({ url }) => url !== '/chat' },
    prepare: (server) => server.on('upgrade', (_, socket) => socket.destroy()),
  },
  {
    name: 'an upgrade of shouldUpgradeCallback without a listener',
    isUnsupported: !('shouldUpgradeCallback' in new Server()),
    sent: upgrade,
    responses: 1,
    handler: (_, res) => res.end('x'),
    options: { shouldUpgradeCallback: () => true },
    differs: { row: withoutListener, here: {} },
  },
  {
    name: 'an upgrade with content',
    sent: `${upgrade.replace('GET', 'POST').slice(0, -2)}Content-Length: 2\r\n\r\nhi`,
    responses: 1,
    handler: (_, res) => res.end('x'),
    prepare: (server) => server.on('upgrade', (_, socket) => socket.destroy()),
    differs: { row: 'an upgrade with content', here: {} },
  },
  { name: 'upgrade without a listener', sent: upgrade, responses: 1, handler: (_, res) => res.end('x') },
  {
    name: 'CONNECT',
    differs: { row: dated, here: { seen: [['CONNECT', 'a:1']] } },
    sent: [
      'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n',
      { awaits: '200' },
      'hello',
      { awaits: 'HELLO' },
      { does: 'end' },
    ],
    responses: 0,
    handler: () => {},
    prepare: (server, see) =>
      server.on('connect', (request, socket) => {
        see(request.method, request.url);
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.on('data', (bytes: Buffer) => socket.write(bytes.toString().toUpperCase()));
        socket.on('end', () => socket.end());
      }),
  },
  ...['200 Connection established', '407 Not without a password'].map((status): Case => {
    const message = expect.objectContaining({ status: `HTTP/1.1 ${status}` }) as never;
    return {
      name: `the reason phrase of CONNECT, ${status}`,
      differs: { row: dated, here: { messages: [message] } },
      sent: ['CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', { awaits: status }, { does: 'end' }],
      responses: 0,
      handler: () => {},
      prepare: (server) => server.on('connect', (_request, socket) => socket.end(`HTTP/1.1 ${status}\r\n\r\n`)),
    };
  }),
  {
    name: 'the reason phrase of an upgrade',
    differs: {
      row: dated,
      here: { messages: [expect.objectContaining({ status: 'HTTP/1.1 101 Web Socket Protocol Handshake' }) as never] },
    },
    sent: [upgrade, { awaits: '101' }, { does: 'end' }],
    responses: 0,
    handler: () => {},
    prepare: (server) =>
      server.on('upgrade', (_request, socket) =>
        socket.end(switching.replace('Switching Protocols', 'Web Socket Protocol Handshake')),
      ),
  },
  {
    name: 'CONNECT without a listener',
    sent: 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n',
    responses: 1,
    handler: (_, res) => res.end('x'),
    differs: { row: withoutListener, here: {} },
  },
];

describeCompatibility('upgrade and CONNECT', upgrades);
