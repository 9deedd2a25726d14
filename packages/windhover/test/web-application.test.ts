import { type WebApplication, WebApplicationBuilder, createBuilder, sockets, http1 } from 'windhover';
import * as v from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { get } from './responses.ts';

const open: WebApplication[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.stop(AbortSignal.abort())));
});

const create = async (...args: readonly string[]): Promise<WebApplication> => {
  const builder = await createBuilder(['--urls', 'http://127.0.0.1:0', '--logging.level.default', 'silent', ...args]);
  const app = builder.build();
  open.push(app);
  return app;
};

const textOf = async (app: WebApplication, path: string): Promise<string> =>
  (await get(`${app.addresses[0]}${path}`)).text;

describe('WebApplication', () => {
  it('serves routes, by method and pattern', async () => {
    const app = await create();
    app
      .get('/users/:id', ({ response }, { id }) => response.send(`user ${id}`))
      .group('/api', (api) => void api.get('/:version', ({ response }, { version }) => response.send(version)))
      .any('/any', ({ request, response }) => response.send(request.method));
    await app.start();
    expect(await textOf(app, '/users/7')).toBe('user 7');
    expect(await textOf(app, '/api/v2')).toBe('v2');
    expect(await textOf(app, '/any')).toBe('GET');
    expect((await get(`${app.addresses[0]}/nothing`)).status).toBe(404);
    const put = await fetch(`${app.addresses[0]}/users/7`, { method: 'PUT', headers: { connection: 'close' } });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('middleware runs in its order and before the routes, wherever it was added', async () => {
    const app = await create();
    const told: string[] = [];
    app.get('/', ({ response }) => response.send(told.join(' ')));
    for (const name of ['one', 'two']) {
      app.use((context, next) => {
        told.push(name);
        return next(context);
      });
    }
    app.map('/branch', (branch) => void branch.run(({ response }) => response.send('branch')));
    await app.start();
    expect(await textOf(app, '/')).toBe('one two');
    expect(await textOf(app, '/branch')).toBe('branch');
  });

  it('a pattern that is wrong is an error of the start', async () => {
    const app = await create();
    app.get('users', () => {});
    await expect(app.start()).rejects.toMatchObject({ code: 'ROUTE_PATTERN_INVALID' });
  });

  it('refuses hosts that are not allowed', async () => {
    const app = await create('--allowedHosts', 'example.com');
    app.get('/', ({ response }) => response.send('ok'));
    await app.start();
    expect((await get(`${app.addresses[0]}/`)).status).toBe(400);
  });

  it('environment and other settings go before what the program says', async () => {
    const builder = await createBuilder(['--environment', 'staging', '--contentRoot', '/tmp']);
    const app = builder.useEnvironment('development').useContentRoot('/').useShutdownTimeout(5).build();
    expect(app.environment).toEqual({ name: 'staging', contentRoot: '/tmp' });
    expect(builder.configuration.values.environment).toBe('staging');
    expect(builder.configuration.sourceOf(['environment'])).toEqual({ kind: 'argument', argument: '--environment' });
  });

  it('sections of the application are checked by its schemas, and typed', async () => {
    const sections = { shop: v.strictObject({ name: v.string(), shelves: v.optional(v.number(), 3) }) };
    const builder = await createBuilder(['--shop.name', 'Corner'], { sections });
    const { shop } = builder.configuration.values;
    const typed: { readonly name: string; readonly shelves: number } = shop;
    expect(typed).toEqual({ name: 'Corner', shelves: 3 });
    expect(builder.configuration.sourceOf(['shop', 'name'])).toEqual({ kind: 'argument', argument: '--shop.name' });
    await expect(
      createBuilder(['--shop.shelves', 'many', '--shop.name', 'Corner'], { sections }),
    ).rejects.toMatchObject({
      code: 'CONFIGURATION_VALUE_INVALID',
      message: expect.stringContaining('--shop.shelves') as string,
    });
    await expect(createBuilder(['--shop.shelfs', '2'], { sections })).rejects.toThrow(/shelves/);
    await expect(createBuilder(['--shop.name', 'Corner'])).rejects.toMatchObject({ code: 'CONFIGURATION_KEY_UNKNOWN' });
  });

  it('a setting that is wrong is an error of createBuilder', async () => {
    await expect(createBuilder(['--threads', 'none'])).rejects.toMatchObject({ code: 'CONFIGURATION_VALUE_INVALID' });
  });

  it('can be built of other parts', async () => {
    const { configuration } = await createBuilder();
    const app = new WebApplicationBuilder(configuration)
      .useTransport(sockets())
      .useProtocol(http1())
      .useUrls('http://127.0.0.1:0')
      .build()
      .get('/', ({ response }) => response.send('parts'));
    open.push(app);
    await app.start();
    expect(await textOf(app, '/')).toBe('parts');
  });
});
