import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { type ConnectionMiddleware, ConnectionSocketFeature, takeStream, toDuplex } from '@windhover/connections';
import { Features } from '@windhover/features';
import { ApplicationBuilder, type RequestDelegate, HttpUpgradeFeature, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { proxyProtocol } from '@windhover/proxy-protocol';
import { WindhoverServer } from '@windhover/server';
import { type HttpsOptions, useHttps } from '@windhover/tls';
import { sockets } from '@windhover/transport-sockets';
import { webSockets } from '@windhover/websockets';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clientHello } from '../../packages/tls/test/support/client-hello.ts';
import { CertificateAuthority, type KeyAndCertificate } from '../test-support/certificates.ts';
import { until } from '../test-support/until.ts';

let identity: KeyAndCertificate;
let hello: Buffer;
let server: WindhoverServer;
let accepted: Socket[];
let handled: string[];
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);

beforeAll(async () => {
  identity = await (await CertificateAuthority.create()).issue();
  hello = await clientHello();
  process.on('uncaughtExceptionMonitor', note);
});
afterAll(() => process.off('uncaughtExceptionMonitor', note));

beforeEach(() => {
  accepted = [];
  handled = [];
  uncaught.length = 0;
});
afterEach(() => server[Symbol.asyncDispose]());

const seeSockets: ConnectionMiddleware = (next) => (connection) => {
  accepted.push(connection.features.require(ConnectionSocketFeature).socket);
  return next(connection);
};

/** Ways in which a handler may use an upgraded connection; none of them listens for errors of a stream. */
const upgrades: Record<string, RequestDelegate> = {
  '/receiver': ({ features }) => {
    const nothing = (): void => undefined;
    const connection = features.require(HttpUpgradeFeature).upgrade();
    connection.start({
      received: (bytes) => void connection.write(bytes),
      drained: nothing,
      ended: nothing,
      closed: nothing,
    });
  },
  '/not-started': ({ features }) => void features.require(HttpUpgradeFeature).upgrade(),
  '/taken-stream': ({ features }) => {
    const stream = takeStream(features.require(HttpUpgradeFeature).upgrade())!;
    stream.pipe(stream);
  },
  '/duplex': ({ features }) => {
    const stream = toDuplex(features.require(HttpUpgradeFeature).upgrade()).on('error', () => undefined);
    stream.pipe(stream);
  },
};

/** Lets the handler of `/late` answer. */
let answerLate: () => void;

const handler: RequestDelegate = async (context) => {
  const { request, response } = context;
  const path = request.target.split('?')[0]!;
  handled.push(path);
  if (path in upgrades) return upgrades[path]!(context);
  if (path === '/web-socket') {
    const socket = await context.webSockets.accept();
    socket.on('message', (data) => socket.send(data));
  } else if (path === '/never') await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
  else if (path === '/upload') await request.text().catch(() => undefined);
  else if (path === '/late') {
    await new Promise<void>((resolve) => (answerLate = resolve));
    response.send(Buffer.alloc(1024 * 1024));
  } else if (path === '/large') response.send(Buffer.alloc(16 * 1024 * 1024));
  else response.send('served');
};

const listen = async (middleware: readonly ConnectionMiddleware[], https?: HttpsOptions): Promise<void> => {
  const events = { applicationError: () => undefined, warning: () => undefined };
  server = new WindhoverServer({ transports: [sockets()], protocols: [http1()], events });
  server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 }, (options) => {
    for (const each of [seeSockets, ...middleware]) options.use(each);
    if (https !== undefined) useHttps(https)(options);
  });
  const app = new ApplicationBuilder(new Features()).use(webSockets()).run(handler);
  await server.start(pipelineApplication(app.build()));
};

const open = async (): Promise<Socket> => {
  const tcp = connect(Number(new URL(server.endpoints[0]!.address).port), '127.0.0.1').on('error', () => undefined);
  tcp.setNoDelay();
  await once(tcp, 'connect');
  await until(() => accepted.length > 0);
  return tcp;
};

/** Resolves when the server's process has received all bytes of the client. */
const arrived = (tcp: Socket): Promise<void> =>
  until(() => accepted[0]!.bytesRead === tcp.bytesWritten && tcp.writableLength === 0);

const asWebSocket =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const asOther = 'Upgrade: other\r\nConnection: Upgrade\r\n';
const request = (path: string, fields = ''): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`;
const message = Buffer.from('810548656c6c6f', 'hex');

/** The progress of an HTTP client when it resets. */
interface HttpStage {
  readonly name: string;
  readonly sent: readonly (string | Buffer)[];
  /** Path of the handler that has begun by then. */
  readonly begun?: string;
  /** Called in the same turn of the event loop after the reset, which the server has not read then. */
  readonly afterReset?: () => void;
}

const http: readonly HttpStage[] = [
  { name: 'in the middle of the head', sent: ['GET / HT'] },
  { name: 'after a whole request', sent: [request('/')], begun: '/' },
  { name: 'while the handler works', sent: [request('/never')], begun: '/never' },
  {
    name: 'in the middle of the content',
    sent: ['POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc'],
    begun: '/upload',
  },
  { name: 'while the response is being sent', sent: [request('/large')], begun: '/large' },
  {
    name: 'before the response is written, and the write is the first to fail',
    sent: [request('/late')],
    begun: '/late',
    afterReset: () => answerLate(),
  },
  { name: 'after a malformed request', sent: ['GET\r\n\r\n'] },
  { name: 'after an upgrade to a receiver', sent: [request('/receiver', asOther), 'bytes'], begun: '/receiver' },
  { name: 'after an upgrade without start', sent: [request('/not-started', asOther), 'bytes'], begun: '/not-started' },
  { name: 'after an upgrade to a stream', sent: [request('/taken-stream', asOther), 'bytes'], begun: '/taken-stream' },
  { name: 'after an upgrade to a duplex', sent: [request('/duplex', asOther), 'bytes'], begun: '/duplex' },
  { name: 'after a WebSocket handshake', sent: [request('/web-socket', asWebSocket)], begun: '/web-socket' },
  {
    name: 'after a part of a WebSocket message',
    sent: [request('/web-socket', asWebSocket), message.subarray(0, 3)],
    begun: '/web-socket',
  },
];

const proxyHeader = 'PROXY TCP4 203.0.113.7 198.51.100.1 51000 443\r\n';
const behindProxy = [proxyProtocol({ trustedSources: 'all' })];

/** Checks that the server answers, has released the connection, and that nothing was thrown outside of it. */
const expectAllIsWell = async (): Promise<void> => {
  await until(() => server.connectionCount === 0);
  expect(uncaught).toEqual([]);
};

const stages = {
  proxy: [
    ['before the header', []],
    ['in the middle of the header', [proxyHeader.slice(0, 20)]],
    ['after the header', [proxyHeader]],
  ],
  tls: [
    ['before the handshake', () => []],
    ['in the middle of the hello', () => [hello.subarray(0, 100)]],
    ['after the hello', () => [hello]],
    ['after bytes that are neither', () => ['\0\0']],
    ['after an illegible record', () => [Buffer.from('16030100050100000100', 'hex')]],
  ],
} as const;

const send = async (stream: Duplex, tcp: Socket, texts: readonly (string | Buffer)[], path?: string): Promise<void> => {
  for (const text of texts) {
    stream.write(text);
    await arrived(tcp);
  }
  if (path !== undefined) await until(() => handled.includes(path));
};

const secured = async (tcp: Socket): Promise<Duplex> => {
  const stream = connectTls({ socket: tcp, rejectUnauthorized: false, servername: 'localhost' }).on(
    'error',
    () => undefined,
  );
  await once(stream, 'secureConnect');
  return stream;
};

const combinations: readonly (readonly [string, readonly ConnectionMiddleware[], Partial<HttpsOptions> | undefined])[] =
  [
    ['plain', [], undefined],
    ['PROXY', behindProxy, undefined],
    ['TLS', [], {}],
    ['TLS with names', [], { names: { localhost: {} } }],
    ['PROXY and TLS', behindProxy, {}],
    ['PROXY and TLS with names', behindProxy, { names: { localhost: {} } }],
    ['TLS with redirection', [], { plainHttp: 'redirect' }],
    ['PROXY and TLS with redirection', behindProxy, { plainHttp: 'redirect' }],
    ['TLS beside plain HTTP', [], { plainHttp: 'serve' }],
    ['PROXY and TLS beside plain HTTP', behindProxy, { plainHttp: 'serve' }],
  ];

describe.each(combinations)('a client that resets its connection over %s', (_name, middleware, https) => {
  const prefix = middleware.length === 0 ? [] : [proxyHeader];

  beforeEach(() => listen(middleware, https === undefined ? undefined : { ...identity, ...https }));

  it.each(middleware.length === 0 ? [] : stages.proxy)('%s: nothing else is lost', async (_stage, texts) => {
    const tcp = await open();
    await send(tcp, tcp, texts);
    tcp.resetAndDestroy();
    await expectAllIsWell();
  });

  it.each(https === undefined ? [] : stages.tls)('%s: nothing else is lost', async (_stage, texts) => {
    const tcp = await open();
    await send(tcp, tcp, [...prefix, ...texts()]);
    tcp.resetAndDestroy();
    await expectAllIsWell();
  });

  const isPlain = https === undefined || https.plainHttp !== undefined;
  const isServed = https === undefined || https.plainHttp === 'serve';
  it.each(isPlain ? http : [])('plain HTTP, $name: nothing else is lost', async ({ sent, begun, afterReset }) => {
    const tcp = await open();
    await send(tcp, tcp, [...prefix, ...sent], isServed ? begun : undefined);
    tcp.resetAndDestroy();
    if (isServed) afterReset?.();
    await expectAllIsWell();
  });

  it.each(https === undefined ? [] : http)(
    'HTTP over TLS, $name: nothing else is lost',
    async ({ sent, begun, afterReset }) => {
      const tcp = await open();
      await send(tcp, tcp, prefix);
      await send(await secured(tcp), tcp, sent, begun);
      tcp.resetAndDestroy();
      afterReset?.();
      await expectAllIsWell();
    },
  );
});
