import { type Span, SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import {
  ApplicationBuilder,
  HttpResponseFeature,
  type Middleware,
  type RequestHandler,
  pipelineApplication,
} from '@windhover/http';
import { http1 } from '@windhover/http1';
import { Router, routing } from '@windhover/middleware-routing';
import { WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { startTelemetry } from '../src/index.ts';

let exporter: InMemorySpanExporter;
let provider: TracerProvider;
let telemetry: Disposable | undefined;
const servers: WindhoverServer[] = [];

const setUp = (sampler?: Sampler, sampleRatio?: number): void => {
  exporter = new InMemorySpanExporter();
  provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    ...(sampler && { sampler }),
  });
  telemetry = startTelemetry({
    metrics: false,
    runtime: false,
    tracerProvider: provider,
    ...(sampleRatio !== undefined && { sampleRatio }),
  });
};

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop(AbortSignal.abort())));
  telemetry?.[Symbol.dispose]();
  context.disable();
  propagation.disable();
});

/** A server with one route after the middleware. @returns its origin */
const serve = async (
  path: string,
  handler: RequestHandler,
  middleware: readonly Middleware[] = [],
): Promise<string> => {
  const server = new WindhoverServer({
    transports: [sockets()],
    protocols: [http1()],
    events: { applicationError: () => undefined },
  });
  servers.push(server);
  server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
  const router = new Router().get(path, handler);
  const app = new ApplicationBuilder(server.features);
  for (const each of middleware) app.use(each);
  await server.start(pipelineApplication(app.use(routing(router)).build()));
  return server.endpoints[0]!.address;
};

const spans = async (count: number): Promise<readonly ReadableSpan[]> => {
  await until(() => exporter.getFinishedSpans().length >= count);
  return exporter.getFinishedSpans();
};

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('a span for each request', () => {
  it('has the attributes of the conventions, and the parent of the request', async () => {
    setUp();
    const origin = await serve('/users/:id', () => 'user');
    await (
      await fetch(`${origin}/users/1?token=secret&page=2`, { headers: { traceparent: parent, 'user-agent': 'test' } })
    ).text();
    const [span] = await spans(1);
    expect(span).toMatchObject({
      name: 'GET /users/:id',
      kind: SpanKind.SERVER,
      status: { code: SpanStatusCode.UNSET },
      parentSpanContext: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', isRemote: true },
    });
    expect(span!.attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'http.route': '/users/:id',
      'url.path': '/users/1',
      'url.query': 'token=Redacted&page=Redacted',
      'url.scheme': 'http',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(origin).port),
      'user_agent.original': 'test',
      'network.protocol.version': '1.1',
      'client.address': '127.0.0.1',
      'network.peer.address': '127.0.0.1',
      'network.peer.port': expect.any(Number),
    });
  });

  it('an unknown method is _OTHER, with the method as the client sent it', async () => {
    setUp();
    const origin = await serve('/', () => 'Hello');
    await (await fetch(origin, { method: 'BREW' })).text();
    const [span] = await spans(1);
    expect(span!.name).toBe('HTTP');
    expect(span!.attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'BREW',
      'http.response.status_code': 405,
    });
  });

  it('a failure of the application is an error with its exception', async () => {
    setUp();
    const origin = await serve('/', () => {
      throw new TypeError('broken');
    });
    await (await fetch(origin)).text();
    const [span] = await spans(1);
    expect(span).toMatchObject({ status: { code: SpanStatusCode.ERROR }, events: [{ name: 'exception' }] });
    expect(span!.attributes).toMatchObject({ 'error.type': 'TypeError', 'http.response.status_code': 500 });
  });

  it('a failure after the head is an error with its exception', async () => {
    setUp();
    const origin = await serve('/', async ({ response }) => {
      await response.write('first');
      await turns();
      throw new TypeError('late');
    });
    const response = await fetch(origin);
    await expect(response.text()).rejects.toThrow(TypeError);
    const [span] = await spans(1);
    expect(span).toMatchObject({ status: { code: SpanStatusCode.ERROR }, events: [{ name: 'exception' }] });
    expect(span!.attributes).toMatchObject({ 'error.type': 'TypeError', 'http.response.status_code': 200 });
  });

  it('has the path as the client sent it', async () => {
    setUp();
    const origin = await serve('/:name', () => 'found');
    await (await fetch(`${origin}/caf%C3%A9%20au%2Flait?a`)).text();
    const [span] = await spans(1);
    expect(span!.attributes).toMatchObject({ 'url.path': '/caf%C3%A9%20au%2Flait', 'url.query': 'a' });
  });

  it.each<[host: string, address: string, port: number]>([
    ['shop.test', 'shop.test', 443],
    ['shop.test:8443', 'shop.test', 8443],
    ['[::1]', '::1', 443],
  ])(
    'has the client and the address %s that a proxy forwards, and the proxy as peer',
    async (forwarded, address, port) => {
      setUp();
      // As forwardedHeaders does.
      const restored: Middleware = (given, next) => {
        given.request.scheme = 'https';
        given.request.headers.set('host', forwarded);
        given.connection.remoteEndpoint = { kind: 'ip', address: '203.0.113.7', port: 0 };
        return next(given);
      };
      const origin = await serve('/', () => 'found', [restored]);
      await (await fetch(origin)).text();
      const [span] = await spans(1);
      expect(span!.attributes).toMatchObject({
        'url.scheme': 'https',
        'server.address': address,
        'server.port': port,
        'client.address': '203.0.113.7',
        'network.peer.address': '127.0.0.1',
      });
    },
  );

  it('ends when the response has been sent, not when the handler has returned', async () => {
    setUp();
    let finish!: () => void;
    const origin = await serve('/', ({ features, response }) => {
      const content = new Promise<void>((resolve) => (finish = resolve)).then(() => response.write('world'));
      features.require(HttpResponseFeature).waitFor(content);
      void response.write('Hello ');
    });
    const response = await fetch(origin);
    expect(response.status).toBe(200);
    expect(exporter.getFinishedSpans()).toEqual([]);
    finish();
    expect(await response.text()).toBe('Hello world');
    expect(await spans(1)).toHaveLength(1);
  });

  it('an SDK that is shut down loses no request: those that run and later ones are answered', async () => {
    setUp();
    let finish: (() => void) | undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    let calls = 0;
    const origin = await serve('/', async () => {
      calls++;
      await finished;
      return 'answered';
    });
    const running = fetch(origin);
    await until(() => calls === 1);
    await provider.shutdown();
    finish!();
    expect(await (await running).text()).toBe('answered');
    expect(await (await fetch(origin)).text()).toBe('answered');
  });

  it('not sampled: the handler still runs inside the context of the request', async () => {
    setUp(new AlwaysOffSampler());
    const origin = await serve('/', async () => {
      await Promise.resolve();
      return trace.getActiveSpan()!.spanContext().traceId;
    });
    const response = await fetch(origin, { headers: { traceparent: parent } });
    expect(await response.text()).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});

describe('sampleRatio', () => {
  const unsampledParent = parent.replace(/01$/, '00');

  it.each<[condition: string, ratio: number, fields: Record<string, string>, spanCount: number, traceparent: RegExp]>([
    ['0, no parent: a new trace that is not sampled', 0, {}, 0, /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-00$/],
    ['1, no parent: a new trace', 1, {}, 1, /^00-[\da-f]{32}-[\da-f]{16}-01$/],
    ['0, a sampled parent: its trace', 0, { traceparent: parent }, 1, /^00-4bf92f3577b34da6a3ce929d0e0e4736-.*-01$/],
    [
      '1, a parent that is not sampled: its trace, not sampled',
      1,
      { traceparent: unsampledParent, tracestate: 'vendor=1' },
      0,
      /^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7).*-00 vendor=1$/,
    ],
    [
      '0, an invalid parent: a new trace that is not sampled',
      0,
      { traceparent: '00-xyz' },
      0,
      /^00-[\da-f]{32}-.*-00$/,
    ],
  ])('%s', async (_condition, ratio, fields, spanCount, traceparent) => {
    setUp(undefined, ratio);
    const origin = await serve('/', async () => {
      await Promise.resolve();
      // The parent of outgoing requests, the same on every call.
      const [first, second] = [1, 2].map(() => {
        const carrier: Record<string, string> = {};
        propagation.inject(context.active(), carrier);
        return [carrier['traceparent'], carrier['tracestate']].filter((value) => value !== undefined).join(' ');
      });
      provider.getTracer('handler').startSpan('inner').end();
      // A derived context has the same span.
      const active = context.active().setValue(Symbol.for('test'), 1);
      if (trace.getSpanContext(active) !== trace.getActiveSpan()!.spanContext()) return 'another span';
      if (trace.getSpan(trace.deleteSpan(context.active())) !== undefined) return 'still a span';
      return first === second ? first : 'differs';
    });
    expect(await (await fetch(origin, { headers: fields })).text()).toMatch(traceparent);
    await until(() => exporter.getFinishedSpans().length >= 2 * spanCount);
    expect(exporter.getFinishedSpans()).toHaveLength(2 * spanCount);
  });

  it.each([-0.1, 1.1, Number.NaN])('%d: throws', (ratio) => {
    expect(() => startTelemetry({ sampleRatio: ratio })).toThrow(RangeError);
  });
});

describe('a trace from a client through Windhover to an upstream fetch', () => {
  it('joins up: client, server, upstream client and upstream server are one trace, each the parent of the next', async () => {
    setUp();
    const instrumentation = new UndiciInstrumentation();
    instrumentation.setTracerProvider(provider);
    instrumentation.enable();
    try {
      const upstream = await serve('/stock/:id', () => '7');
      const shop = await serve('/articles/:id', async (_context) => {
        const stock = await fetch(`${upstream}/stock/1`);
        return `in stock: ${await stock.text()}`;
      });
      const tracer = provider.getTracer('test');
      await tracer.startActiveSpan('client', async (span: Span) => {
        expect(await (await fetch(`${shop}/articles/1`)).text()).toBe('in stock: 7');
        span.end();
      });
      const all = await spans(5);
      const named = (name: string, kind: SpanKind): ReadableSpan =>
        all.find((each) => each.name === name && each.kind === kind)!;
      const chain = [
        named('client', SpanKind.INTERNAL),
        all.find(({ kind, attributes }) => kind === SpanKind.CLIENT && attributes['url.path'] === '/articles/1')!,
        named('GET /articles/:id', SpanKind.SERVER),
        all.find(({ kind, attributes }) => kind === SpanKind.CLIENT && attributes['url.path'] === '/stock/1')!,
        named('GET /stock/:id', SpanKind.SERVER),
      ];
      expect(new Set(chain.map((each) => each.spanContext().traceId)).size).toBe(1);
      expect(chain.slice(1).map((each) => each.parentSpanContext!.spanId)).toEqual(
        chain.slice(0, -1).map((each) => each.spanContext().spanId),
      );
    } finally {
      instrumentation.disable();
    }
  });
});
