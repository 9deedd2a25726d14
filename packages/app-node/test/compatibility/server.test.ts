import { IncomingMessage, type Server, ServerResponse } from 'node:http';
import { inherits } from 'node:util';
import { describeCompatibility } from './compare.ts';
import { answers, asks, attempt, get, head, post } from './requests.ts';
import type { Case } from './two-servers.ts';

const longTarget = (length: number): string => `GET /${'x'.repeat(length)} HTTP/1.1\r\nHost: a\r\n\r\n`;

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

describeCompatibility('the server', modules);
