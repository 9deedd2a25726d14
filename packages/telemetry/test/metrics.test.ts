import { Agent, get, request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { type Socket, connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { DataPointType, type Histogram, type HistogramMetricData } from '@opentelemetry/sdk-metrics';
import { subscribe } from '@windhover/diagnostics';
import { ApplicationBuilder, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { http2 } from '@windhover/http2';
import { Router, routing } from '@windhover/middleware-routing';
import { WindhoverServer } from '@windhover/server';
import { useHttps } from '@windhover/tls';
import { sockets } from '@windhover/transport-sockets';
import { acceptWebSocket, webSockets } from '@windhover/websockets';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CertificateAuthority, type KeyAndCertificate } from '../../../tools/test-support/certificates.ts';
import { hostileValues } from '../../../tools/test-support/hostile-values.ts';
import { publishInventedRequests, publishRequest } from '../../../tools/test-support/request-message.ts';
import { until } from '../../../tools/test-support/until.ts';
import { HttpMetricsFeature, RequestMetricProducer, instruments, startTelemetry } from '../src/index.ts';
import { CollectedMetrics } from './support/collected.ts';

let identity: KeyAndCertificate;
let metrics: CollectedMetrics;
let telemetry: Disposable;
let server: WindhoverServer;
/** Resolves the handlers of `/wait`. */
let waiting: (() => void)[] = [];

beforeAll(async () => {
  identity = await (await CertificateAuthority.create()).issue();
});

beforeEach(async () => {
  waiting = [];
  observe(requestMetrics);
  server = await startServer();
});

afterEach(async () => {
  await server.stop(AbortSignal.abort());
  telemetry[Symbol.dispose]();
});

/** Where the histograms of requests are counted; `undefined` for the instruments of the SDK. */
let requestMetrics: RequestMetricProducer | undefined;

const observe = (producer: RequestMetricProducer | undefined): void => {
  metrics = new CollectedMetrics(producer && [producer]);
  telemetry = startTelemetry({
    meterProvider: metrics.provider,
    traces: false,
    runtime: false,
    ...(producer && { requestMetrics: producer }),
  });
};

const startServer = async (): Promise<WindhoverServer> => {
  const router = new Router();
  router.get('/users/:id', (_context, { id }) => `user ${id}`);
  router.post('/echo', ({ request }) => request.text());
  router.get('/broken', () => {
    throw new Error('broken');
  });
  router.get('/hostile/:at', (_context, { at }) => {
    throw hostileValues[Number(at)]![1]();
  });
  router.get('/wait', () => new Promise<void>((resolve) => void waiting.push(resolve)));
  router.get('/health', ({ features }) => {
    features.set(HttpMetricsFeature, { isDisabled: true });
    return 'ok';
  });
  router.get('/tenant', ({ features }) => {
    features.set(HttpMetricsFeature, { attributes: { 'shop.tenant': 'blue' } });
    return 'ok';
  });
  router.get('/order/:way', ({ features }, { way }) => {
    features.set(HttpMetricsFeature, { attributes: way === 'forth' ? { a: 1, b: 2 } : { b: 2, a: 1 } });
    return 'ok';
  });
  router.get('/chat', (context) => {
    const socket = acceptWebSocket(context)!;
    socket.on('message', (text: Buffer) => socket.send(text));
  });
  const made = new WindhoverServer({
    transports: [sockets()],
    protocols: [http2(), http1()],
    limits: { maxConcurrentConnections: 8 },
    events: { applicationError: () => undefined },
  });
  const app = new ApplicationBuilder(made.features).use(webSockets()).use(routing(router));
  made.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
  made.listen({ kind: 'ip', address: '127.0.0.1', port: 0 }, useHttps(identity));
  await made.start(pipelineApplication(app.build()));
  return made;
};

const portOf = (at: number): number => Number(new URL(server.endpoints[at]!.address).port);

/** One request on a connection of its own. @returns the status */
const ask = (path: string, method = 'GET', content?: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: portOf(0), path, method, agent: new Agent() }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode!));
    });
    sent.on('error', reject).end(content);
  });

const openSocket = (): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: portOf(0) }, () => resolve(socket));
    socket.on('error', reject);
  });

const allClosed = (): Promise<void> => until(() => server.connectionCount === 0);

/** Receives uncaught exceptions in place of the test runner. */
const catchUncaught = (): Disposable & { readonly errors: readonly unknown[] } => {
  const others = process.listeners('uncaughtException');
  const errors: unknown[] = [];
  process.removeAllListeners('uncaughtException').on('uncaughtException', (error) => errors.push(error));
  const restore = (): void => {
    process.removeAllListeners('uncaughtException');
    for (const listener of others) process.on('uncaughtException', listener);
  };
  return { errors, [Symbol.dispose]: restore };
};

const shown = [
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'network.protocol.version',
  'error.type',
];

describe.each<[mode: string, create: () => RequestMetricProducer | undefined]>([
  ['instruments of the SDK', () => undefined],
  ['a RequestMetricProducer', () => new RequestMetricProducer()],
])('metrics of requests, with %s', (_mode, create) => {
  beforeEach(() => {
    telemetry[Symbol.dispose]();
    observe((requestMetrics = create()));
  });

  afterEach(() => {
    requestMetrics = undefined;
  });

  it.each(hostileValues.map(([name], at) => [name, at] as const))(
    'a handler that throws %s: counted',
    async (_, at) => {
      // An error of a subscriber is an uncaught exception, which fails the run.
      expect(await ask(`/hostile/${at}`)).toBe(500);
      await allClosed();
      expect(await metrics.points('http.server.request.duration', 'http.route')).toEqual(['1 /hostile/:at']);
    },
  );

  it('HTTP/1.1: each request is counted once, with the template of its route', async () => {
    await ask('/users/1');
    await ask('/users/2');
    await ask('/nowhere');
    await ask('/broken');
    await ask('/users/3', 'BREW');
    expect(await metrics.points('http.server.request.duration', ...shown)).toEqual([
      '1 GET 404 1.1',
      '1 GET 500 /broken 1.1 Error',
      '1 _OTHER 405 1.1',
      '2 GET 200 /users/:id 1.1',
    ]);
    expect(await metrics.points('http.server.active_requests', 'http.request.method', 'url.scheme')).toEqual([
      '0 GET http',
      '0 _OTHER http',
    ]);
  });

  it('HTTP/2: as over HTTP/1.1, and many requests on one connection', async () => {
    const client = connectHttp2(`http://127.0.0.1:${portOf(0)}`);
    const answers = [1, 2, 3].map(
      (id) =>
        new Promise((resolve) =>
          client
            .request({ ':path': `/users/${id}` })
            .resume()
            .on('end', resolve),
        ),
    );
    await Promise.all(answers);
    client.close();
    await allClosed();
    expect(await metrics.points('http.server.request.duration', ...shown)).toEqual(['3 GET 200 /users/:id 2']);
    expect(await metrics.points('windhover.connection.duration', 'network.protocol.version', 'error.type')).toEqual([
      '1 2',
    ]);
  });

  it('sizes of bodies are sums of what was sent and received, and a request without content has none', async () => {
    await ask('/echo', 'POST', 'x'.repeat(1000));
    await ask('/users/1');
    const all = await metrics.collect();
    const totals = (name: string): [count: number, sum: number][] =>
      (all.get(name) as HistogramMetricData).dataPoints.map(({ value: { count, sum } }) => [count, sum!]);
    expect(totals('http.server.request.body.size')).toEqual([[1, 1000]]);
    expect(totals('http.server.response.body.size')).toEqual([
      [1, 1000],
      [1, 6],
    ]);
  });

  it('an aborted request has the error type HTTP_REQUEST_ABORTED, and is active until then', async () => {
    const sent = get({ host: '127.0.0.1', port: portOf(0), path: '/wait', agent: new Agent() }).on(
      'error',
      () => undefined,
    );
    await until(() => waiting.length === 1);
    expect(await metrics.points('http.server.active_requests', 'http.request.method')).toEqual(['1 GET']);
    sent.socket!.resetAndDestroy();
    await allClosed();
    for (const resolve of waiting.splice(0)) resolve();
    await until(async () => (await metrics.points('http.server.request.duration')).length === 1);
    expect(await metrics.points('http.server.request.duration', ...shown)).toEqual([
      '1 GET 200 /wait 1.1 HTTP_REQUEST_ABORTED',
    ]);
    expect(await metrics.points('http.server.active_requests')).toEqual(['0']);
  });

  it('HttpMetricsFeature leaves a request out, or adds attributes', async () => {
    await ask('/health');
    await ask('/tenant');
    expect(await metrics.points('http.server.request.duration', 'http.route', 'shop.tenant')).toEqual([
      '1 /tenant blue',
    ]);
  });

  it('the same attributes in another order are the same series', async () => {
    for (const order of ['forth', 'back']) await ask(`/order/${order}`);
    expect(await metrics.points('http.server.request.duration', 'http.route', 'a', 'b')).toEqual(['2 /order/:way 1 2']);
  });

  it('series are at most 2,000: the requests of others share one, and none is lost', async () => {
    for (let at = 0; at < 2010; at++) publishRequest(`/route-${at}`);
    const all = (await metrics.collect()).get('http.server.request.duration') as HistogramMetricData;
    const counts = all.dataPoints.map(({ value }) => value.count);
    expect(all.dataPoints.length).toBeLessThanOrEqual(2001);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2010);
    expect(all.dataPoints.filter(({ attributes }) => attributes['otel.metric.overflow'] === true)).toHaveLength(1);
  });

  it('100,000 methods, paths and hosts that clients invent are two series', async () => {
    publishInventedRequests(100_000, '/users/:id');
    const names = ['http.request.method', 'http.route'];
    expect(await metrics.points('http.server.request.duration', ...names)).toEqual([
      '50000 _OTHER',
      '50000 _OTHER /users/:id',
    ]);
    expect(await metrics.points('http.server.active_requests', ...names)).toEqual(['0 _OTHER']);
  });

  it('a subscriber that throws changes nothing: requests are answered and counted, Node.js reports the errors', async () => {
    telemetry[Symbol.dispose]();
    const fail = (): void => {
      throw new Error('subscriber');
    };
    const failing = subscribe({ 'windhover:request:start': fail, 'windhover:request:end': fail });
    observe(requestMetrics);
    const reported = catchUncaught();
    try {
      expect(await ask('/users/1')).toBe(200);
      expect(await ask('/users/2')).toBe(200);
      await until(() => reported.errors.length === 4);
    } finally {
      failing[Symbol.dispose]();
      reported[Symbol.dispose]();
    }
    expect(await metrics.points('http.server.request.duration', 'http.route')).toEqual(['2 /users/:id']);
  });

  it('an SDK that is shut down loses no request: those that run and later ones are answered', async () => {
    const running = ask('/wait');
    await until(() => waiting.length === 1);
    await metrics.provider.shutdown();
    for (const resolve of waiting.splice(0)) resolve();
    expect([await running, await ask('/users/1')]).toEqual([200, 200]);
  });

  it('a request that was active before the subscription is not counted', async () => {
    telemetry[Symbol.dispose]();
    const answered = ask('/wait');
    await until(() => waiting.length === 1);
    observe(requestMetrics);
    for (const resolve of waiting.splice(0)) resolve();
    await answered;
    await ask('/users/1');
    expect(await metrics.points('http.server.request.duration', 'http.route')).toEqual(['1 /users/:id']);
  });
});

describe('metrics of connections', () => {
  it.each<[condition: string, bytes: string, errorType: string]>([
    ['a request line that is none', 'GET\r\n\r\n', 'invalid_request_line'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 'invalid_request_headers'],
    ['an unknown version', 'GET / HTTP/3.0\r\nHost: a\r\n\r\n', 'invalid_http_version'],
    [
      'a header section that is too large',
      `GET / HTTP/1.1\r\na: ${'x'.repeat(70_000)}\r\n\r\n`,
      'max_request_headers_total_size_exceeded',
    ],
    ['TLS on a port without it', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03', 'tls_not_supported'],
    [
      'invalid HTTP/2 frames',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00',
      'invalid_handshake',
    ],
  ])('refused, %s: the connection has the error type %3$s', async (_condition, bytes, errorType) => {
    const socket = await openSocket();
    socket.resume().end(Buffer.from(bytes, 'latin1'));
    await until(async () => (await metrics.points('windhover.connection.duration')).length === 1);
    expect(await metrics.points('windhover.connection.duration', 'network.type', 'error.type')).toEqual([
      `1 ipv4 ${errorType}`,
    ]);
    expect(await metrics.points('windhover.active_connections', 'network.transport')).toEqual(['0 tcp']);
    expect(await metrics.points('http.server.request.duration')).toEqual([]);
  });

  it('a reset by the client is connection_reset', async () => {
    const socket = await openSocket();
    await until(() => server.connectionCount === 1);
    socket.resetAndDestroy();
    await allClosed();
    expect(await metrics.points('windhover.connection.duration', 'error.type')).toEqual(['1 connection_reset']);
  });

  it('a connection that the client ends has no error', async () => {
    const socket = await openSocket();
    socket.resume().end();
    await allClosed();
    expect(await metrics.points('windhover.connection.duration', 'error.type')).toEqual(['1']);
  });

  it('connections past the deadline of a stop are app_shutdown_timeout', async () => {
    const socket = await openSocket();
    socket.on('error', () => undefined).write('GET / HTTP/1.1\r\n');
    await until(() => server.connectionCount === 1);
    await server.stop(AbortSignal.abort());
    expect(await metrics.points('windhover.connection.duration', 'error.type')).toEqual(['1 app_shutdown_timeout']);
  });

  it('connections over the limit are rejected, and not active', async () => {
    const open = await Promise.all(Array.from({ length: 8 }, openSocket));
    await until(() => server.connectionCount === 8);
    const rejected = await openSocket();
    rejected.on('error', () => undefined).resume();
    await until(() => rejected.closed);
    expect(await metrics.points('windhover.rejected_connections', 'server.port')).toEqual([`1 ${portOf(0)}`]);
    expect(await metrics.points('windhover.active_connections', 'server.address')).toEqual(['8 127.0.0.1']);
    for (const socket of open) socket.on('error', () => undefined).destroy();
    await allClosed();
    expect(await metrics.points('windhover.active_connections')).toEqual(['0']);
  });

  it('a WebSocket is an upgraded connection until it closes, and its request a complete one', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(0)}/chat`);
    await new Promise((resolve) => socket.once('open', resolve));
    expect(await metrics.points('windhover.upgraded_connections')).toEqual(['1']);
    await until(async () => (await metrics.points('http.server.request.duration')).length === 1);
    expect(await metrics.points('http.server.request.duration', ...shown)).toEqual(['1 GET 101 /chat 1.1']);
    socket.close();
    await allClosed();
    expect(await metrics.points('windhover.upgraded_connections')).toEqual(['0']);
  });

  it('connections that wait to be served: always none', async () => {
    expect(await metrics.points('windhover.queued_connections')).toEqual(['0']);
  });
});

describe('metrics of TLS handshakes', () => {
  it('a handshake has the version of TLS, and its connection, too', async () => {
    const client = connectTls({
      port: portOf(1),
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
    client.write('GET /users/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => client.resume().on('end', resolve));
    client.destroy();
    await allClosed();
    expect(await metrics.points('windhover.tls_handshake.duration', 'tls.protocol.version', 'error.type')).toEqual([
      '1 1.3',
    ]);
    expect(await metrics.points('windhover.connection.duration', 'tls.protocol.version', 'error.type')).toEqual([
      '1 1.3',
    ]);
    expect(await metrics.points('windhover.active_tls_handshakes')).toEqual(['0']);
  });

  it('a refused handshake has its cause, and its connection is tls_handshake_failed', async () => {
    const socket = connect({ host: '127.0.0.1', port: portOf(1) });
    socket
      .on('error', () => undefined)
      .resume()
      .end('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(async () => (await metrics.points('windhover.connection.duration')).length === 1);
    expect(await metrics.points('windhover.tls_handshake.duration', 'error.type')).toEqual(['1 TLS_PLAIN_HTTP']);
    expect(await metrics.points('windhover.connection.duration', 'error.type')).toEqual(['1 tls_handshake_failed']);
    expect(await metrics.points('windhover.active_tls_handshakes')).toEqual(['0']);
  });
});

/** Bucket boundaries of a histogram; `undefined` for a number. */
const boundariesOf = (value: unknown): readonly number[] | undefined =>
  (value as Partial<Histogram>).buckets?.boundaries;

describe('every instrument', () => {
  it.each([
    ['the SDK', false],
    ['a RequestMetricProducer', true],
  ])(
    'of %s has the unit, the type and the boundaries of the table, and only attributes of the table',
    async (_owner, isProduced) => {
      telemetry[Symbol.dispose]();
      const producer = new RequestMetricProducer();
      metrics = new CollectedMetrics(isProduced ? [producer] : []);
      telemetry = startTelemetry({
        meterProvider: metrics.provider,
        traces: false,
        ...(isProduced && { requestMetrics: producer }),
      });
      await ask('/users/1');
      await ask('/echo', 'POST', 'abc');
      await ask('/broken');
      await allClosed();
      let all = await metrics.collect();
      await until(async () => (all = await metrics.collect()).has('nodejs.eventloop.delay.p99'));
      for (const [name, { descriptor, dataPointType, dataPoints }] of all) {
        const spec = instruments[name as keyof typeof instruments];
        expect({ name, unit: descriptor.unit, description: descriptor.description }).toEqual({
          name,
          unit: spec.unit,
          description: spec.description,
        });
        const isHistogram = spec.kind === 'Histogram';
        expect(dataPointType === DataPointType.HISTOGRAM).toBe(isHistogram);
        for (const { value, attributes } of dataPoints) {
          expect(spec.attributes).toEqual(expect.arrayContaining(Object.keys(attributes)));
          const boundaries = 'boundaries' in spec ? spec.boundaries : undefined;
          expect(boundaries ?? boundariesOf(value)).toEqual(boundariesOf(value));
        }
      }
      expect(all.size).toBeGreaterThan(15);
    },
  );
});
