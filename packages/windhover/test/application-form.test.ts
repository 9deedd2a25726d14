import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { fetchHandler } from '@windhover/app-fetch';
import { type NodeHandler, nodeHandler } from '@windhover/app-node';
import express from 'express';
import fastify from 'fastify';
import { H3 } from 'h3';
import { Hono } from 'hono';
import { AutoRouter } from 'itty-router';
import Koa from 'koa';
import { type Application, type HttpContext, type WebHost, createBuilder, createHostBuilder, serve } from 'windhover';
import { Readme } from '../../../tools/test-support/readme.ts';
import { applicationFormErrors } from '../src/application-form-error.ts';
import { applicationForms } from '../src/application-form.ts';
import { get } from './responses.ts';

const urls = 'http://127.0.0.1:0';
const open: WebHost[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((host) => host.stop(AbortSignal.abort())));
});

const serving = async (application: Application): Promise<string> => {
  const host = await serve(application as never, { urls });
  open.push(host);
  return host.addresses[0]!;
};

const answered: NodeHandler = (_request, response) => void response.end('hello');

const expressApplication = (): Application => {
  const app = express();
  app.get('/', (_request, response) => void response.send('hello'));
  return app;
};

const fastifyApplication = (): Application => {
  const app = fastify();
  app.get('/', () => 'hello');
  return app;
};

const koaApplication = (): Application => {
  const app = new Koa();
  app.use((context) => void (context.body = 'hello'));
  return app;
};

const nestApplication = (): Application => {
  let isReady = false;
  const inner = Object.assign((...parameters: Parameters<NodeHandler>) => isReady && answered(...parameters), {
    handle() {},
    use() {},
  });
  return {
    init: () => Promise.resolve((isReady = true)),
    getHttpAdapter: () => ({ getInstance: () => inner }),
  };
};

const forms: readonly (readonly [what: string, make: () => Application | Promise<Application>])[] = [
  ['a context handler that sends', () => (context: HttpContext) => context.response.send('hello')],
  ['a context handler that returns a Response', () => () => new Response('hello')],
  ['a function that fetchHandler returned', () => fetchHandler(() => new Response('hello'))],
  ['a function that nodeHandler returned', () => nodeHandler(answered)],
  ['{ fetch }', () => ({ fetch: (request) => new Response(request.method === 'GET' ? 'hello' : '') })],
  [
    'a function named fetch',
    () => {
      const fetch = (request: Request): Response => new Response(request.method === 'GET' ? 'hello' : '');
      return fetch as never;
    },
  ],
  ['a (req, res) handler', () => answered],
  ['a (req, res, next) handler', () => (_request, response, _next) => void response.end('hello')],
  ['Hono', () => new Hono().get('/', (c) => c.text('hello'))],
  ['H3', () => new H3().get('/', () => 'hello')],
  ['itty-router', () => AutoRouter().get('/', () => new Response('hello'))],
  ['Express', expressApplication],
  ['Koa', koaApplication],
  ['Fastify', fastifyApplication],
  ['NestJS', nestApplication],
  ['a builder', () => createHostBuilder().configure((app) => void app.run(() => 'hello'))],
  ['an application of createBuilder', async () => (await createBuilder([])).build().get('/', () => 'hello')],
];

describe('serve', () => {
  it.each(forms)('serves %s', async (_what, make) => {
    // A Fastify application is a thenable: it must not be awaited.
    const made = make();
    const application = made instanceof Promise ? await made : made;
    expect((await get(`${await serving(application)}/`)).text).toBe('hello');
  });

  it('an export named fetch of a module: served as a fetch handler', async () => {
    const module = await import('./fixtures/named-fetch.ts');
    expect((await get(`${await serving(module)}/tea`)).text).toBe('/tea');
  });

  it.each<[what: string, application: unknown, code: string, says: RegExp]>([
    ['null', null, 'APPLICATION_FORM_UNKNOWN', /received null$/],
    ['a number', 5, 'APPLICATION_FORM_UNKNOWN', /a value of the type number$/],
    ['a promise', Promise.resolve(1), 'APPLICATION_FORM_UNKNOWN', /a promise; await it first$/],
    ['an empty object', {}, 'APPLICATION_FORM_UNKNOWN', /an object$/],
    [
      'a class',
      class Shop {
        open = true;
      },
      'APPLICATION_FORM_UNKNOWN',
      /the class Shop; pass an instance$/,
    ],
    [
      'four parameters',
      (_a: unknown, _b: unknown, _c: unknown, _d: unknown) => {},
      'APPLICATION_FORM_AMBIGUOUS',
      /4 parameters .* fetchHandler\(handler\) .* nodeHandler\(handler\)/,
    ],
  ])('refuses %s', async (_what, application, code, says) => {
    await expect(serve(application as never, { urls })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(says) as string,
    });
  });

  it('a CommonJS module whose exports have a method fetch: served, because its default export is the same object', async () => {
    const exports = { fetch: () => new Response('hello') };
    const module = { ...exports, default: exports, [Symbol.toStringTag]: 'Module' };
    expect((await get(await serving(module as never))).text).toBe('hello');
  });

  it('a server of node:http: the error says to pass its handler', async () => {
    await expect(serving(createServer() as never)).rejects.toMatchObject({
      code: 'APPLICATION_FORM_UNKNOWN',
      message: expect.stringContaining('a server, e.g. of node:http; pass the handler') as string,
    });
  });

  it('a module with a default export and an export named fetch: APPLICATION_FORM_AMBIGUOUS', async () => {
    const module = await import('./fixtures/two-applications.ts');
    await expect(serving(module)).rejects.toMatchObject({ code: 'APPLICATION_FORM_AMBIGUOUS' });
  });

  it.each([
    ['at once', (_request: Request, _context: unknown) => new Response('lost')],
    ['later', (_request: Request, _context: unknown) => Promise.resolve(new Response('lost'))],
    ['of another implementation', (_request: Request, _context: unknown) => ({ [Symbol.toStringTag]: 'Response' })],
  ])(
    'a (request, context) handler that returns its Response %s: 500, and an error that says what to write',
    async (_when, handler) => {
      const errors: unknown[] = [];
      const logger = { debug() {}, info() {}, warn() {}, error: (details: object) => void errors.push(details) };
      const host = await serve(handler as never, { urls, logger });
      open.push(host);
      expect((await get(`${host.addresses[0]}/`)).status).toBe(500);
      expect(errors).toMatchObject([{ err: { code: 'APPLICATION_FORM_AMBIGUOUS', message: /fetch: handler/ } }]);
    },
  );

  it.each(['limits', 'logger', 'shutdownTimeout'] as const)(
    'refuses the option %s for a host that is built',
    async (name) => {
      const host = createHostBuilder()
        .configure((app) => void app.run(() => 'hello'))
        .build();
      await expect(serve(host, { urls, [name]: {} })).rejects.toMatchObject({ code: 'APPLICATION_OPTION_UNUSED' });
    },
  );
});

describe('README', () => {
  const readme = new Readme(import.meta.url);

  it('lists every form in the order in which it is tried', () => {
    expect(readme.plainTableUnder('Forms').map(([form]) => form)).toEqual(applicationForms.map(({ name }) => name));
  });

  it('lists every error code', () => {
    for (const code of Object.keys(applicationFormErrors)) expect(readme.text).toContain(`\`${code}\``);
  });
});
