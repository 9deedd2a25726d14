import { Agent, get } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { DataPointType, type Histogram, type HistogramMetricData } from '@opentelemetry/sdk-metrics';
import { subscribe } from '@windhover/diagnostics';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CertificateAuthority, type KeyAndCertificate } from '../../../tools/test-support/certificates.ts';
import { hostileValues } from '../../../tools/test-support/hostile-values.ts';
import { publishInventedRequests, publishRequest } from '../../../tools/test-support/request-message.ts';
import { until } from '../../../tools/test-support/until.ts';
import { RequestMetricProducer, instruments } from '../src/index.ts';
import { MeasuredServer } from './support/measured-server.ts';

let identity: KeyAndCertificate;
let measured: MeasuredServer;

beforeAll(async () => {
  identity = await (await CertificateAuthority.create()).issue();
});

beforeEach(async () => {
  measured = await MeasuredServer.start(identity);
});

afterEach(() => measured[Symbol.asyncDispose]());

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

it('after the end of the telemetry, running requests and open connections are not counted any more', async () => {
  const instruments = ['http.server.active_requests', 'windhover.queued_connections', 'windhover.active_connections'];
  const counts = (): Promise<string[][]> => Promise.all(instruments.map((name) => measured.metrics.points(name)));
  const asked = measured.ask('/wait');
  await until(() => measured.waiting.length === 1);
  expect(await counts()).toEqual([['1'], ['0'], ['1']]);
  measured.unobserve();
  expect(await counts()).toEqual([['0'], ['0'], ['0']]);
  measured.waiting[0]!();
  expect(await asked).toBe(200);
  await measured.allClosed();
  expect(await counts()).toEqual([['0'], ['0'], ['0']]);
});

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
  /** Where the histograms of requests are counted. */
  let requestMetrics: RequestMetricProducer | undefined;

  beforeEach(() => {
    requestMetrics = create();
    measured.observe(requestMetrics);
  });

  it.each(hostileValues.map(([name], at) => [name, at] as const))(
    'a handler that throws %s: counted',
    async (_, at) => {
      // An error of a subscriber is an uncaught exception, which fails the run.
      expect(await measured.ask(`/hostile/${at}`)).toBe(500);
      await measured.allClosed();
      expect(await measured.metrics.points('http.server.request.duration', 'http.route')).toEqual(['1 /hostile/:at']);
    },
  );

  it('HTTP/1.1: each request is counted once, with the template of its route', async () => {
    await measured.ask('/users/1');
    await measured.ask('/users/2');
    await measured.ask('/nowhere');
    await measured.ask('/broken');
    await measured.ask('/users/3', 'BREW');
    expect(await measured.metrics.points('http.server.request.duration', ...shown)).toEqual([
      '1 GET 404 1.1',
      '1 GET 500 /broken 1.1 Error',
      '1 _OTHER 405 1.1',
      '2 GET 200 /users/:id 1.1',
    ]);
    expect(await measured.metrics.points('http.server.active_requests', 'http.request.method', 'url.scheme')).toEqual([
      '0 GET http',
      '0 _OTHER http',
    ]);
  });

  it('HTTP/2: as over HTTP/1.1, and many requests on one connection', async () => {
    const client = connectHttp2(`http://127.0.0.1:${measured.portOf(0)}`);
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
    await measured.allClosed();
    expect(await measured.metrics.points('http.server.request.duration', ...shown)).toEqual(['3 GET 200 /users/:id 2']);
    expect(
      await measured.metrics.points('windhover.connection.duration', 'network.protocol.version', 'error.type'),
    ).toEqual(['1 2']);
  });

  it('sizes of bodies are sums of what was sent and received, and a request without content has none', async () => {
    await measured.ask('/echo', 'POST', 'x'.repeat(1000));
    await measured.ask('/users/1');
    const all = await measured.metrics.collect();
    const totals = (name: string): [count: number, sum: number][] =>
      (all.get(name) as HistogramMetricData).dataPoints.map(({ value: { count, sum } }) => [count, sum!]);
    expect(totals('http.server.request.body.size')).toEqual([[1, 1000]]);
    expect(totals('http.server.response.body.size')).toEqual([
      [1, 1000],
      [1, 6],
    ]);
  });

  it('an aborted request has the error type HTTP_REQUEST_ABORTED, and is active until then', async () => {
    const sent = get({ host: '127.0.0.1', port: measured.portOf(0), path: '/wait', agent: new Agent() }).on(
      'error',
      () => undefined,
    );
    await until(() => measured.waiting.length === 1);
    expect(await measured.metrics.points('http.server.active_requests', 'http.request.method')).toEqual(['1 GET']);
    sent.socket!.resetAndDestroy();
    await measured.allClosed();
    for (const resolve of measured.waiting.splice(0)) resolve();
    await until(async () => (await measured.metrics.points('http.server.request.duration')).length === 1);
    expect(await measured.metrics.points('http.server.request.duration', ...shown)).toEqual([
      '1 GET 200 /wait 1.1 HTTP_REQUEST_ABORTED',
    ]);
    expect(await measured.metrics.points('http.server.active_requests')).toEqual(['0']);
  });

  it('a failure after the head has the error type of the failure', async () => {
    const socket = await measured.openSocket();
    socket.resume().write('GET /cut-off HTTP/1.1\r\nHost: a\r\n\r\n');
    await measured.allClosed();
    expect(await measured.metrics.points('http.server.request.duration', ...shown)).toEqual([
      '1 GET 200 /cut-off 1.1 TypeError',
    ]);
  });

  it('HttpMetricsFeature leaves a request out, or adds attributes', async () => {
    await measured.ask('/health');
    await measured.ask('/tenant');
    expect(await measured.metrics.points('http.server.request.duration', 'http.route', 'shop.tenant')).toEqual([
      '1 /tenant blue',
    ]);
  });

  it('the same attributes in another order are the same series', async () => {
    for (const order of ['forth', 'back']) await measured.ask(`/order/${order}`);
    expect(await measured.metrics.points('http.server.request.duration', 'http.route', 'a', 'b')).toEqual([
      '2 /order/:way 1 2',
    ]);
  });

  it('attributes that differ only in the limits of their texts are two series', async () => {
    for (const kind of ['one', 'two']) await measured.ask(`/list/${kind}`);
    const all = (await measured.metrics.collect()).get('http.server.request.duration') as HistogramMetricData;
    expect(all.dataPoints.map(({ attributes }) => attributes['list'])).toEqual([['a,b'], ['a', 'b']]);
  });

  it('series are at most 2,000: the requests of others share one, and none is lost', async () => {
    for (let at = 0; at < 2010; at++) publishRequest(`/route-${at}`);
    const all = (await measured.metrics.collect()).get('http.server.request.duration') as HistogramMetricData;
    const counts = all.dataPoints.map(({ value }) => value.count);
    expect(all.dataPoints.length).toBeLessThanOrEqual(2001);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2010);
    expect(all.dataPoints.filter(({ attributes }) => attributes['otel.metric.overflow'] === true)).toHaveLength(1);
  });

  it('10,000 methods, paths and hosts that clients invent are two series', async () => {
    publishInventedRequests(10_000, '/users/:id');
    const names = ['http.request.method', 'http.route'];
    expect(await measured.metrics.points('http.server.request.duration', ...names)).toEqual([
      '5000 _OTHER',
      '5000 _OTHER /users/:id',
    ]);
    expect(await measured.metrics.points('http.server.active_requests', ...names)).toEqual(['0 _OTHER']);
  });

  it('a subscriber that throws changes nothing: requests are answered and counted, Node.js reports the errors', async () => {
    measured.unobserve();
    const fail = (): void => {
      throw new Error('subscriber');
    };
    const failing = subscribe({ 'windhover:request:start': fail, 'windhover:request:end': fail });
    measured.observe(requestMetrics);
    const reported = catchUncaught();
    try {
      expect(await measured.ask('/users/1')).toBe(200);
      expect(await measured.ask('/users/2')).toBe(200);
      await until(() => reported.errors.length === 4);
    } finally {
      failing[Symbol.dispose]();
      reported[Symbol.dispose]();
    }
    expect(await measured.metrics.points('http.server.request.duration', 'http.route')).toEqual(['2 /users/:id']);
  });

  it('an SDK that is shut down loses no request: those that run and later ones are answered', async () => {
    const running = measured.ask('/wait');
    await until(() => measured.waiting.length === 1);
    await measured.metrics.provider.shutdown();
    for (const resolve of measured.waiting.splice(0)) resolve();
    expect([await running, await measured.ask('/users/1')]).toEqual([200, 200]);
  });

  it('a request that was active before the subscription is not counted', async () => {
    measured.unobserve();
    const answered = measured.ask('/wait');
    await until(() => measured.waiting.length === 1);
    measured.observe(requestMetrics);
    for (const resolve of measured.waiting.splice(0)) resolve();
    await answered;
    await measured.ask('/users/1');
    expect(await measured.metrics.points('http.server.request.duration', 'http.route')).toEqual(['1 /users/:id']);
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
      measured.observe(isProduced ? new RequestMetricProducer() : undefined, true);
      await measured.ask('/users/1');
      await measured.ask('/echo', 'POST', 'abc');
      await measured.ask('/broken');
      await measured.allClosed();
      let all = await measured.metrics.collect();
      await until(async () => (all = await measured.metrics.collect()).has('nodejs.eventloop.delay.p99'));
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
