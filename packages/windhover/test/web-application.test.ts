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

  it('run with a handler: TypeError that names the methods for handlers', async () => {
    const app = (await createBuilder([])).build();
    expect(() => app.run((() => 'x') as never)).toThrow(
      /^run takes addresses, .* received a value of the type function\. .* get or use/,
    );
  });

  it('run with an environment variable that does not exist: TypeError', async () => {
    const app = (await createBuilder([])).build();
    expect(() => app.run(undefined as never)).toThrow(/^run takes addresses, .* of the type undefined/);
  });

  it('createBuilder with a value that is not an array: TypeError', async () => {
    await expect(createBuilder({ port: 5000 } as never)).rejects.toThrow(
      /^createBuilder takes the arguments .* object/,
    );
  });

  it('createBuilder with an unknown option: TypeError', async () => {
    await expect(createBuilder([], { section: {} } as never)).rejects.toThrow(
      new TypeError('createBuilder has no option "section"; its options are sections.'),
    );
  });

  it('middleware and routes run in the order in which they were added', async () => {
    const app = await create();
    let log: string[] = [];
    const noting = (name: string) => {
      app.use((context, next) => {
        log.push(name);
        return next(context);
      });
    };
    noting('one');
    app.get('/first', ({ response }) => response.send(log.join(' ')));
    noting('two');
    app.get('/second', ({ response }) => response.send(log.join(' ')));
    noting('three');
    app.map('/branch', (branch) => void branch.run(({ response }) => response.send(log.join(' '))));
    await app.start();
    const answers = ['/first', '/second', '/branch'].map((path) => async () => {
      log = [];
      return textOf(app, path);
    });
    expect([await answers[0]!(), await answers[1]!(), await answers[2]!()]).toEqual([
      'one',
      'one two',
      'one two three',
    ]);
  });

  it('a method that only a later route serves reaches that route; without one, 405 names the methods of all', async () => {
    const app = await create();
    app.get('/thing', ({ response }) => response.send('got'));
    app.use((context, next) => next(context));
    app.post('/thing', ({ response }) => response.send('posted'));
    await app.start();
    const send = (method: string): Promise<Response> =>
      fetch(`${app.addresses[0]}/thing`, { method, headers: { connection: 'close' } });
    expect(await (await send('POST')).text()).toBe('posted');
    const put = await send('PUT');
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
  });

  it('middleware added after a route handles the requests that no route serves', async () => {
    const app = await create();
    app.get('/', ({ response }) => response.send('route'));
    app.use(({ request, response }) => response.send(`no route for ${request.path}`));
    await app.start();
    expect(await textOf(app, '/')).toBe('route');
    expect(await textOf(app, '/other')).toBe('no route for /other');
  });

  it('middleware and routes added after the start are refused with HTTP_PIPELINE_BUILT', async () => {
    const app = await create();
    app.get('/', () => {});
    await app.start();
    const built = expect.objectContaining({ code: 'HTTP_PIPELINE_BUILT' }) as Error;
    expect(() => app.use((context, next) => next(context))).toThrow(built);
    expect(() => app.get('/late', () => {})).toThrow(built);
    expect(() => app.group('/late', () => {})).toThrow(built);
    expect(() => app.map('/late', () => {})).toThrow(built);
  });

  it('a value that is no function is refused when it is added, as middleware and as a handler', async () => {
    const app = await create();
    expect(() => app.use(undefined as never)).toThrow(expect.objectContaining({ code: 'HTTP_MIDDLEWARE_INVALID' }));
    expect(() => app.get('/', 'hello' as never)).toThrow(expect.objectContaining({ code: 'HTTP_HANDLER_INVALID' }));
  });

  it('a pattern that is wrong is an error of the start', async () => {
    const app = await create();
    app.get('users', () => {});
    await expect(app.start()).rejects.toMatchObject({ code: 'ROUTING_PATTERN_INVALID' });
  });

  it('refuses hosts that are not allowed', async () => {
    const app = await create('--allowedHosts', 'example.com');
    app.get('/', ({ response }) => response.send('ok'));
    await app.start();
    expect((await get(`${app.addresses[0]}/`)).status).toBe(400);
  });

  it('environment and other settings override values set in code', async () => {
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
