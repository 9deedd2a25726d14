import { describeCompatibility } from './compare.ts';
import { answers, asks, attempt, get, head, post, refusal } from './requests.ts';
import type { Case, See } from './two-servers.ts';
import { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { inherits } from 'node:util';

const upgrade = 'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX-A: 1\r\n\r\n';
const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';

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

const longTarget = (length: number): string => `GET /${'x'.repeat(length)} HTTP/1.1\r\nHost: a\r\n\r\n`;

/** Reports what code for `node:http` reads of a socket that HTTP has left, and the options that it sets. */
const seeSocket = (stream: Duplex, see: See): void => {
  const socket = stream as Socket & { encrypted?: boolean };
  see(socket instanceof Socket, socket.remoteAddress, typeof socket.remotePort, socket.remoteFamily, socket.encrypted);
  see(socket.localAddress, typeof socket.localPort, socket.readyState, socket.connecting, socket.timeout ?? 0);
  see(Object.keys(socket.address()).toSorted(), typeof Reflect.get(socket, 'server'));
  see(
    [socket.setNoDelay(true), socket.setKeepAlive(true, 0), socket.setTimeout(0), socket.ref(), socket.unref()].every(
      (result) => result === socket,
    ),
  );
};

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
];

class Request extends IncomingMessage {
  twice(text: string): string {
    return text + text + String(this.method);
  }
}

class Response extends ServerResponse {
  shout(text: string): void {
    this.end(text.toUpperCase());
  }
}

const dated = 'responses that `upgrade` and `connect` listeners write';

const withoutListener = 'CONNECT without a listener, and an upgrade of `shouldUpgradeCallback` without one';

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
  {
    name: 'CONNECT without a listener',
    sent: 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n',
    responses: 1,
    handler: (_, res) => res.end('x'),
    differs: { row: withoutListener, here: {} },
  },
];

const modules: Case[] = [
  {
    name: 'the module',
    sent: get,
    handler: (_, res) => res.end(),
    prepare: (_, see, http) => {
      see(http.METHODS, http.STATUS_CODES, http.maxHeaderSize, Object.keys(http).toSorted());
      see(
        [http.request, http.get, http.Agent, http.globalAgent, http.validateHeaderName, http.validateHeaderValue].map(
          (each) => typeof each,
        ),
      );
    },
  },
  {
    name: 'classes',
    sent: get,
    handler: (_, res) => res.end(),
    prepare: (server, see, http) => {
      const called = (http.Server as never as () => Server)();
      see(server instanceof http.Server, new http.Server() instanceof http.Server, called instanceof http.Server);
      server.on('request', (req, res) =>
        see(
          req instanceof http.IncomingMessage,
          res instanceof http.ServerResponse,
          res instanceof http.OutgoingMessage,
        ),
      );
    },
  },
  {
    name: 'a function that inherits from Server',
    sent: [get, { awaitsSeen: 'closed' }],
    handler: (_, res) => res.end(),
    prepare: (_, see, http) => {
      function Inherited(this: Server) {
        (http.Server as never as () => void).call(this);
      }
      inherits(Inherited, http.Server);
      const server = new (Inherited as never as new () => Server)();
      see(server instanceof http.Server, server instanceof Inherited, server.listening);
      server.on('listening', () => server.close(() => see('closed'))).listen(0);
    },
  },
  ...['IncomingMessage', 'ServerResponse'].map((name): Case => {
    function Inherited(this: object, ...given: unknown[]) {
      Reflect.apply(name === 'IncomingMessage' ? IncomingMessage : ServerResponse, this, given);
    }
    inherits(Inherited, name === 'IncomingMessage' ? IncomingMessage : ServerResponse);
    return {
      name: `a function that inherits from ${name}`,
      sent: get,
      handler: (req, res, see) => (see(req instanceof Inherited, res instanceof Inherited, req.url), res.end('x')),
      options: { [name]: Inherited },
    };
  }),
  {
    name: 'listening and address',
    sent: get,
    handler: (_, res) => res.end(),
    prepare: (server, see) => {
      see(server.listening, server.address());
      server.once('listening', () => see(server.listening, (server.address() as { family: string }).family));
    },
  },
  {
    name: 'an address at once',
    sent: get,
    handler: (_, res) => res.end(),
    prepare: (_, see, http) => {
      const server = http.createServer().listen(0);
      see(server.listening, typeof (server.address() as { port: number }).port);
      server.close();
      see(server.listening, server.address());
    },
  },
  {
    name: 'listen twice',
    sent: get,
    handler: (_, res) => res.end(),
    prepare: (_, see, http) => {
      const server = http.createServer().listen(0);
      attempt(see, () => server.listen(0));
      server.close();
    },
  },
  {
    name: 'bad arguments of listen',
    sent: get,
    handler: (_, res) => res.end(),
    prepare: (_, see, http) => {
      for (const given of [[70_000], [{}], [-1]])
        attempt(see, () => http.createServer().listen(...(given as [number])));
    },
  },
  {
    name: 'close without listen',
    sent: [get, { awaitsSeen: 'closed' }],
    handler: (_, res) => res.end(),
    prepare: (_, see, http) => {
      http.createServer().close((error) => see('closed', error));
    },
  },
  {
    name: 'close calls back once',
    sent: [get, { awaitsSeen: 'closed' }],
    handler: (_, res) => res.end(),
    prepare: (_, see, http) => {
      const server = http.createServer().listen(0, () => server.close((error) => see('closed', error)));
      server.on('close', () => see('close'));
    },
  },
  {
    name: 'listen again after close',
    sent: [get, { awaitsSeen: 'again' }],
    handler: (_, res) => res.end(),
    prepare: (_, see, http) => {
      const server = http.createServer().listen(0, () => {
        server.close();
        server.listen(0, () => (see('again', server.listening), server.close()));
      });
    },
  },
  {
    name: 'asyncDispose',
    sent: [get, { awaitsSeen: 'disposed' }],
    handler: (_, res) => res.end(),
    prepare: (_, see, http) => {
      const server = http
        .createServer()
        .listen(0, () => void server[Symbol.asyncDispose]().then(() => see('disposed', server.listening)));
    },
  },
  {
    name: 'ref and unref',
    sent: get,
    handler: (_, res) => res.end(),
    prepare: (server, see) => see(server.ref() === server, server.unref() === server, server.ref() === server),
  },
  {
    name: 'getConnections',
    sent: [get, { awaitsSeen: 'connections' }],
    handler: (req, res, see) => (
      (req.socket as never as { server: Server }).server.getConnections((error, count) =>
        see('connections', error, count),
      ),
      res.end()
    ),
  },
  {
    name: 'settings return the server',
    sent: get,
    handler: (_, res) => res.end(),
    prepare: (server, see) =>
      see(server.setTimeout(0) === server, server.timeout, server.maxHeadersCount, server.maxRequestsPerSocket ?? 0),
  },
  {
    name: 'the names of the classes',
    sent: get,
    handler: (req, res, see) => (
      see(req.constructor.name, res.constructor.name, req instanceof IncomingMessage, res instanceof ServerResponse),
      res.end()
    ),
  },
  {
    name: 'other prototypes for request and response',
    sent: post,
    handler: (req, res, see) => {
      Object.setPrototypeOf(req, Object.create(IncomingMessage.prototype) as object);
      Object.setPrototypeOf(res, Object.create(ServerResponse.prototype) as object);
      req.on('data', (bytes: Buffer) => see(bytes.toString())).on('end', () => res.end('x'));
    },
  },
  {
    name: 'the class IncomingMessage of the options',
    sent: get,
    handler: (req, res, see) => (see((req as Request).twice('a'), req.headers.host), res.end()),
    options: { IncomingMessage: Request },
  },
  {
    name: 'the class ServerResponse of the options',
    sent: get,
    handler: (_, res) => (res as Response).shout('x'),
    options: { ServerResponse: Response as never },
  },
  {
    name: 'highWaterMark',
    sent: get,
    handler: (req, res, see) => (
      see(req.readableHighWaterMark, res.writableHighWaterMark, req.socket.writableHighWaterMark),
      res.end()
    ),
    options: { highWaterMark: 1234 },
  },
  {
    name: 'rejectNonStandardBodyWrites',
    sent: head,
    handler: (_, res, see) => (attempt(see, () => res.write('x')), res.end()),
    options: { rejectNonStandardBodyWrites: true },
  },
  {
    name: 'options of the sockets',
    sent: get,
    handler: (_, res) => res.end(),
    prepare: (_, see, http) => {
      for (const options of [{}, { noDelay: false, keepAlive: true }]) {
        const { noDelay, keepAlive } = http.createServer(options) as unknown as typeof options;
        see(noDelay, keepAlive);
      }
    },
  },
  {
    name: 'a setting between listen and listening',
    sent: `GET / HTTP/1.1\r\nHost: a\r\n${'X: 1\r\n'.repeat(120)}\r\n`,
    handler: (req, res, see) => (see(req.rawHeaders.length), res.end()),
    prepare: (server) => {
      server.prependOnceListener('listening', () => (server.maxHeadersCount = 200));
    },
  },
  {
    name: 'arguments that are refused',
    sent: get,
    handler: (_, res) => res.end(),
    prepare: (_, see, http) => {
      const given: unknown[] = ['x', 1, true, [], null, undefined, {}];
      const times = [-1, 1.5, '1', NaN].flatMap((keepAliveTimeout) => [
        { keepAliveTimeout },
        { headersTimeout: keepAliveTimeout },
        { requestTimeout: keepAliveTimeout },
        { maxHeaderSize: keepAliveTimeout },
      ]);
      for (const options of [...given, ...times, { requestTimeout: 1, headersTimeout: 2 }]) {
        attempt(see, () => http.createServer(options as object));
      }
    },
  },
  answers('uniqueHeaders is off', (res) => (res.setHeader('X-A', ['1', '2']), res.end())),
  {
    ...answers(
      'uniqueHeaders',
      (res) => (res.setHeader('X-A', ['1', '2']), res.setHeader('Set-Cookie', ['1', '2']), res.end()),
    ),
    options: { uniqueHeaders: ['x-a'] },
  },
  {
    ...asks('maxHeaderSize', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, (req, see) =>
      see(req.headers['x']?.length),
    ),
    options: { maxHeaderSize: 80_000 },
  },
  {
    ...asks('maxHeaderSize and a long target', longTarget(40_000), (req, see) => see(req.url?.length)),
    options: { maxHeaderSize: 80_000 },
  },
  { ...refused('a target over maxHeaderSize', longTarget(4000)), options: { maxHeaderSize: 2000 } },
  ...[{}, { maxHeaderSize: 0 }].map((options) => ({
    ...asks(`a long target with ${JSON.stringify(options)}`, longTarget(12_000), (req, see) => see(req.url?.length)),
    options,
  })),
  {
    name: 'a handler that is added later',
    sent: get,
    handler: (_, res) => res.end('first'),
    prepare: (server) => server.removeAllListeners('request').on('request', (_, res) => res.end('second')),
  },
  {
    name: 'several handlers',
    sent: get,
    handler: (_, res) => res.write('first'),
    prepare: (server) => server.on('request', (_, res) => res.end('second')),
  },
  {
    name: 'a server without a handler',
    sent: get,
    handler: () => {},
    responses: 1,
    prepare: (server) => server.removeAllListeners('request').setTimeout(1),
    differs: { row: 'a server without a handler', here: {} },
  },
  {
    name: 'emit request by hand',
    sent: [get, { awaits: 'again' }],
    handler: (_, res) => res.end('again'),
    prepare: (server) => {
      server.prependOnceListener('request', (req) => void (req.url = '/again'));
    },
  },
  {
    name: 'a method without a name in http.METHODS',
    sent: get.replace('GET', 'GREET'),
    handler: ({ method }, res, see) => (see(method), res.end()),
    differs: { row: 'methods that are not in `http.METHODS`', here: { seen: [['GREET']] } },
  },
  {
    name: 'closeIdleConnections keeps the busy ones',
    sent: [get, { awaitsSeen: 'asked' }],
    handler: (req, res, see) => {
      (req.socket as never as { server: Server }).server.closeIdleConnections();
      see('asked');
      res.end('x');
    },
  },
  {
    name: 'closeAllConnections',
    sent: post,
    responses: 1,
    handler: (req, _, see) => {
      req.on('close', () => see('closed'));
      (req.socket as never as { server: Server }).server.closeAllConnections();
    },
  },
];

describeCompatibility('clientError', clientErrors);
describeCompatibility('upgrade and CONNECT', upgrades);
describeCompatibility('the server', modules);
