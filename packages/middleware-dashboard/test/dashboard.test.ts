import { type IncomingMessage, request } from 'node:http';
import { Features } from '@windhover/features';
import { ApplicationBuilder, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { Router, routing } from '@windhover/middleware-routing';
import { ServerAddressesFeature, WindhoverServer } from '@windhover/server';
import { channels } from '@windhover/diagnostics';
import { sockets } from '@windhover/transport-sockets';
import { afterEach, describe, expect, it } from 'vitest';
import { RawClient } from '../../../tools/test-support/raw-client.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type DashboardOptions, type LiveView, dashboard } from '../src/index.ts';

let server: WindhoverServer;

const start = async (options?: DashboardOptions): Promise<number> => {
  server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
  server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
  const router = new Router().get('/users/:id', () => 'user');
  const app = new ApplicationBuilder(new Features()).use(dashboard(options)).use(routing(router));
  await server.start(pipelineApplication(app.build()));
  return Number(new URL(server.features.require(ServerAddressesFeature).addresses[0]!).port);
};

afterEach(() => server.stop(AbortSignal.abort()));

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly fields: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const get = (port: number, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode!, text, fields: response.headers }));
    });
    sent.on('error', reject).end();
  });

describe('access to the dashboard', () => {
  it.each<[condition: string, headers: Record<string, string>, status: number]>([
    ['a client on this machine', {}, 200],
    ['localhost by name', { host: 'localhost:5000' }, 200],
    ['another name, as after DNS rebinding', { host: 'attacker.example' }, 403],
    ['its own origin', { origin: 'http://localhost:5000' }, 200],
    ['another origin, which CORS may allow', { origin: 'https://attacker.example' }, 403],
    ['an origin that only begins like this machine', { origin: 'http://localhost.attacker.example' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['a proxy between', { 'x-forwarded-for': '203.0.113.7' }, 403],
    ['another proxy between', { forwarded: 'for=203.0.113.7' }, 403],
  ])('without a token, %s: %3$i', async (_condition, headers, status) => {
    const port = await start();
    expect((await get(port, '/dashboard', headers)).status).toBe(status);
  });

  it('without a token, HTTP/1.0, like a proxy that adds no fields: 403', async () => {
    const port = await start();
    const client = await RawClient.open({ port, host: '127.0.0.1' });
    expect(await client.send('GET /dashboard HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n').untilEnd()).toMatch(
      /^HTTP\/1\.1 403 /,
    );
  });

  const token = 'a token of some length';

  it.each<[condition: string, path: string, headers: Record<string, string>, status: number]>([
    ['none', '', {}, 403],
    ['another one', '?token=another', {}, 403],
    ['in the query', `?token=${encodeURIComponent(token)}`, { host: 'shop.example' }, 200],
    ['as a bearer token', '', { authorization: `Bearer ${token}`, host: 'shop.example' }, 200],
  ])('with a token, given %s: %4$i', async (_condition, query, headers, status) => {
    const port = await start({ token });
    expect((await get(port, `/dashboard${query}`, headers)).status).toBe(status);
  });

  it.each([{ token: 'short' }, { path: 'dashboard' }, { path: '/' }, { path: '/a"b' }])(
    'an option that is not valid throws: %o',
    async (options) => {
      await start();
      expect(() => dashboard(options)).toThrow(expect.objectContaining({ code: 'HTTP_MIDDLEWARE_INVALID' }));
    },
  );
});

it('an unknown option: TypeError that names it', async () => {
  await start();
  expect(() => dashboard({ tokn: 'x'.repeat(16) } as DashboardOptions)).toThrow(/^dashboard has no option "tokn"/);
});

describe('the page', () => {
  it('runs no script but its own, is not stored, and other paths go on to the application', async () => {
    const port = await start();
    const { fields, text } = await get(port, '/dashboard');
    expect(fields).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/,
      ),
    });
    expect(text).toContain('src="/dashboard/dashboard.js"');
    expect((await get(port, '/dashboard/dashboard.js')).fields['content-type']).toMatch(/^text\/javascript/);
    expect((await get(port, '/dashboard/nothing')).status).toBe(404);
    expect((await get(port, '/dashboards')).status).toBe(404);
    expect((await get(port, '/users/1')).text).toBe('user');
  });
});

describe('the events', () => {
  it('100 viewers are the most: the next one gets 503, until one of them leaves', async () => {
    const port = await start();
    const open = (): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        request({ host: '127.0.0.1', port, path: '/dashboard/events', agent: false }, resolve)
          .on('error', reject)
          .end();
      });
    const viewers = await Promise.all(Array.from({ length: 100 }, open));
    expect(viewers.map(({ statusCode }) => statusCode)).toEqual(viewers.map(() => 200));
    expect((await get(port, '/dashboard/events')).status).toBe(503);
    viewers[0]!.destroy();
    await until(async () => {
      const next = await open();
      next.on('error', () => undefined).destroy();
      return next.statusCode === 200;
    });
    for (const viewer of viewers) viewer.on('error', () => undefined).destroy();
  });

  it('a view has what happened in its second, and without a viewer the channels have no subscriber', async () => {
    const port = await start();
    const views: LiveView[] = [];
    const sent = request({ host: '127.0.0.1', port, path: '/dashboard/events', agent: false }, (response) => {
      response.setEncoding('utf8').on('data', (text: string) => {
        for (const [, json] of text.matchAll(/^event: view\ndata: (.*)$/gm)) views.push(JSON.parse(json!) as LiveView);
      });
    });
    sent.on('error', () => undefined).end();
    await until(() => channels['windhover:request:end'].hasSubscribers);
    for (const id of [1, 2, 3]) await get(port, `/users/${id}`);
    await until(() => views.flatMap(({ routes }) => routes).some(({ perSecond }) => perSecond > 0));
    const counted = views.flatMap(({ interval, routes }) =>
      routes.map((route) => ({ ...route, count: (route.perSecond * interval) / 1000 })),
    );
    const total = counted.filter(({ name }) => name === 'GET /users/:id').reduce((sum, { count }) => sum + count, 0);
    expect(Math.round(total)).toBe(3);
    expect(views.at(-1)!.processes).toMatchObject([{ pid: process.pid }]);
    sent.destroy();
    await until(() => !channels['windhover:request:end'].hasSubscribers);
    expect(channels['windhover:request:start'].hasSubscribers).toBe(false);
  });
});
