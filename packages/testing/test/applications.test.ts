import express from 'express';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { ReadinessFeature, createBuilder, createHostBuilder, serviceKey, servicesOf } from 'windhover';
import { TestServer } from '../src/index.ts';

const greeting = serviceKey<string>('greeting');

describe('TestServer.start', () => {
  it('an application of Express', async () => {
    const app = express();
    app.use(express.json());
    app.post('/notes', (request, response) => {
      response.status(201).json({ received: request.body as unknown, ip: request.ip, secure: request.secure });
    });
    await using server = await TestServer.start(app, { https: true });
    const response = await server.fetch('/notes', { json: { a: 1 }, remoteAddress: '192.0.2.7' });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ received: { a: 1 }, ip: '192.0.2.7', secure: true });
  });

  it('an application with a method fetch', async () => {
    await using server = await TestServer.start(new Hono().get('/', (c) => c.text('hono')));
    expect(await (await server.fetch('/')).text()).toBe('hono');
  });

  it('an application of createBuilder: services, limits and routes are its own, and it listens nowhere else', async () => {
    const builder = (await createBuilder([])).useUrls('http://127.0.0.1:1');
    builder.services.add(greeting, () => 'Good evening');
    builder.useServer((options) => void (options.limits.maxRequestBodySize = 3));
    const app = builder.build();
    app.get('/hello', (context) => servicesOf(context).get(greeting));
    app.post('/', ({ request }) => request.text());
    await using server = await TestServer.start(app);
    expect(await (await server.fetch('/hello')).text()).toBe('Good evening');
    expect((await server.fetch('/', { method: 'POST', body: 'four' })).status).toBe(413);
    expect(app.addresses.filter((address) => address.includes('127.0.0.1'))).toEqual([]);
  });

  it('an application of createBuilder can reload', async () => {
    const builder = await createBuilder(['--urls', 'http://127.0.0.1:1']);
    await using server = await TestServer.start(builder.build().get('/', () => 'ok'));
    let count = 0;
    server.host.onReload(() => void count++);
    expect([await server.host.reload(), count]).toEqual([true, 1]);
  });

  it('a host builder, before it is built', async () => {
    const builder = createHostBuilder()
      .useUrls('http://127.0.0.1:1')
      .configure((app) => void app.run(() => 'built'));
    await using server = await TestServer.start(builder);
    expect(await (await server.fetch('/')).text()).toBe('built');
    expect(server.host.features.get(ReadinessFeature)?.isReady).toBe(true);
  });

  it('a module, also as the promise of an import', async () => {
    await using server = await TestServer.start(import('./fixtures/app.ts'));
    expect(await (await server.fetch('/')).text()).toBe('from a module');
  });

  it('a value that is not an application: rejects with the error of serve', async () => {
    await expect(TestServer.start({} as never)).rejects.toMatchObject({ code: 'APPLICATION_FORM_UNKNOWN' });
  });

  it('an application that fails to start: rejects with its error and leaves nothing open', async () => {
    const builder = createHostBuilder().configure(() => {
      throw new Error('no database');
    });
    await expect(TestServer.start(builder)).rejects.toThrow('no database');
  });
});
