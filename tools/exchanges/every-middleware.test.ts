import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { Middleware } from '@windhover/http';
import { compression } from '@windhover/middleware-compression';
import { cookies, cookiesOf } from '@windhover/middleware-cookies';
import { cors } from '@windhover/middleware-cors';
import { exceptionPage } from '@windhover/middleware-exception-page';
import { forwardedHeaders } from '@windhover/middleware-forwarded-headers';
import { healthChecks } from '@windhover/middleware-health-checks';
import { hostFiltering } from '@windhover/middleware-host-filtering';
import { hsts, httpsRedirection } from '@windhover/middleware-https-redirection';
import { loadShedding } from '@windhover/middleware-load-shedding';
import { fixedWindow, rateLimiting } from '@windhover/middleware-rate-limiting';
import { requestLogging } from '@windhover/middleware-request-logging';
import { requestTimeoutOf, requestTimeouts } from '@windhover/middleware-request-timeouts';
import { routing } from '@windhover/middleware-routing';
import { staticFiles } from '@windhover/middleware-static-files';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestHost, everyHost } from '../test-support/hosts/every-host.ts';
import type { HostRequest, HostResponse } from '../test-support/hosts/host-client.ts';
import { ManualClock } from '../test-support/manual-clock.ts';
import { until } from '../test-support/until.ts';

const page = '<p>All work and no play makes Jack a dull boy.</p>\n'.repeat(100);
const origin = 'https://shop.test';
const limit = 6;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'every-middleware-'));
  writeFileSync(join(folder, 'page.html'), page);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Every request middleware, in the order in which an application adds them. */
const everyMiddleware = (
  clock: ManualClock,
  log: PassThrough,
  errors: unknown[],
  shed: { delay: number },
): Middleware[] => [
  requestLogging({ output: log }),
  exceptionPage({ onError: (error) => void errors.push(error) }),
  forwardedHeaders({ trustedProxies: ['loopback', 'memory'] }),
  hostFiltering({ allowedHosts: ['app.test'] }),
  httpsRedirection({ port: 443 }),
  hsts(),
  cors({ origins: [origin], supportsCredentials: true }),
  rateLimiting({ limiter: fixedWindow({ limit, period: 3_600_000 }), now: () => 0 }),
  loadShedding({ delay: () => shed.delay }),
  requestTimeouts({
    defaultPolicy: 3_600_000,
    policies: { short: 1 },
    choose: ({ request }) => (request.path === '/slow' ? 'short' : undefined),
    clock,
  }),
  healthChecks(),
  compression({ enableForHttps: true }),
  cookies({ keys: [new Uint8Array(32).fill(1)] }),
  async (context, next) => {
    const jar = cookiesOf(context);
    jar.setSigned('visits', String(Number(jar.getSigned('visits') ?? '0') + 1));
    await next(context);
  },
  staticFiles(folder),
  routing((router) => {
    router
      .get('/users/:id', ({ response }, { id }) => response.send(`user ${id}`))
      .get('/slow', ({ signal }) => {
        clock.advance(1);
        signal.throwIfAborted();
      });
  }),
];

type LogEntry = Readonly<Record<string, unknown>>;

const serve = async (host: TestHost) => {
  const log = new PassThrough({ encoding: 'utf8' });
  const entries: LogEntry[] = [];
  log.on('data', (lines: string) => {
    for (const line of lines.trimEnd().split('\n')) entries.push(JSON.parse(line) as LogEntry);
  });
  const errors: unknown[] = [];
  const shed = { delay: 0 };
  const { client, applicationErrors } = await host.serve(
    everyMiddleware(new ManualClock(), log, errors, shed),
    (context) => {
      if (context.request.path === '/fails') throw new Error('failed');
      return {
        headers: { 'content-type': 'text/html', 'x-timeout': String(requestTimeoutOf(context) !== undefined) },
        body: page,
      };
    },
  );
  /** Sends a request the way a client's proxy sends it. */
  const ask = (path: string, { headers, ...others }: HostRequest = {}): Promise<HostResponse> =>
    client.request({
      path,
      headers: {
        origin,
        'accept-encoding': 'gzip',
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '203.0.113.7',
        ...headers,
      },
      ...others,
    });
  return { ask, entries, errors, shed, applicationErrors };
};

/** The fields that every response has, regardless of the part of the pipeline that created it. */
const common = {
  'strict-transport-security': 'max-age=2592000',
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
};

everyHost((host) => {
  it('each middleware does its part in one response of the application', async () => {
    const { ask, entries, applicationErrors } = await serve(host);
    const { status, headers, setCookies, bytes } = await ask('/');
    expect([status, gunzipSync(bytes).toString()]).toEqual([200, page]);
    expect(headers).toMatchObject({ ...common, 'content-encoding': 'gzip', 'x-timeout': 'true' });
    expect(headers['ratelimit']).toMatch(`"default";r=${limit - 1};`);
    expect(headers['vary']!.split(', ').toSorted()).toEqual(['accept-encoding', 'origin']);
    expect(setCookies).toEqual([expect.stringMatching(/^visits=1\..+; Secure/)]);
    await until(() => entries.length === 1);
    expect(entries[0]).toMatchObject({ status: 200, scheme: 'https', remoteAddress: '203.0.113.7', host: 'app.test' });
    const again = await ask('/', { headers: { cookie: setCookies[0]!.split(';')[0]! } });
    expect(again.setCookies).toEqual([expect.stringMatching(/^visits=2\./)]);
    expect(applicationErrors).toEqual([]);
  });

  it('a static file: compressed, and 304 for the tag that it had', async () => {
    const { ask, entries } = await serve(host);
    const whole = await ask('/page.html');
    expect(whole).toMatchObject({ status: 200, headers: { ...common, 'content-encoding': 'gzip' } });
    expect(gunzipSync(whole.bytes).toString()).toBe(page);
    const unchanged = await ask('/page.html', { headers: { 'if-none-match': whole.headers['etag']! } });
    expect(unchanged).toMatchObject({ status: 304, text: '', headers: { ...common, etag: whole.headers['etag'] } });
    await until(() => entries.length === 2);
    expect(entries.map(({ status }) => status)).toEqual([200, 304]);
  });

  it('responses of the pipeline before the application have the fields, and a log entry', async () => {
    const { ask, entries, errors, shed, applicationErrors } = await serve(host);
    expect(await ask('/users/7')).toMatchObject({ status: 200, text: 'user 7', headers: common });
    expect(await ask('/livez')).toMatchObject({ status: 200, headers: common });
    expect(await ask('/slow')).toMatchObject({ status: 504, headers: common, setCookies: [] });
    expect(await ask('/fails')).toMatchObject({ status: 500, headers: common, setCookies: [] });
    expect(errors).toEqual([expect.objectContaining({ message: 'failed' })]);
    shed.delay = 1000;
    expect(await ask('/')).toMatchObject({ status: 503, headers: { ...common, 'retry-after': '5' } });
    shed.delay = 0;
    expect((await ask('/')).headers['ratelimit']).toMatch('"default";r=0;');
    expect(await ask('/')).toMatchObject({ status: 429, headers: { ...common, 'retry-after': '3600' } });
    await until(() => entries.length === 7);
    expect(entries.map(({ status }) => status)).toEqual([200, 200, 504, 500, 503, 200, 429]);
    expect(entries.map(({ route }) => route)).toEqual(['/users/:id', undefined, '/slow', ...Array(4).fill(undefined)]);
    expect(applicationErrors).toEqual([]);
  });

  it('requests that go no further: another host, plain HTTP, preflight', async () => {
    const { ask, entries } = await serve(host);
    expect(await ask('/', { headers: { host: 'other.test' } })).toMatchObject({ status: 400 });
    const plain = await ask('/a?b', { headers: { 'x-forwarded-proto': 'http' } });
    expect(plain).toMatchObject({ status: 307, headers: { location: 'https://app.test/a?b' } });
    expect(plain.headers).not.toHaveProperty('strict-transport-security');
    const preflight = { method: 'OPTIONS', headers: { 'access-control-request-method': 'GET' } };
    expect(await ask('/', preflight)).toMatchObject({ status: 204, headers: common });
    await until(() => entries.length === 3);
    expect(entries.map(({ status }) => status)).toEqual([400, 307, 204]);
    // None of these requests counted against the limit of its client.
    expect((await ask('/')).headers['ratelimit']).toMatch(`r=${limit - 1};`);
  });
});
