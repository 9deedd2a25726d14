import { describe, expect, it } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import {
  type HttpContext,
  HttpError,
  type Middleware,
  type PathBaseOptions,
  type RequestDelegate,
  type ResolvedPathBaseOptions,
  pathBase,
} from '../src/index.ts';

const whereabouts = ({ request }: HttpContext): string => `${request.pathBase}|${request.path}`;

const show: RequestDelegate = (context) => context.response.send(whereabouts(context));

const seen = async (base: string, target: string, options?: PathBaseOptions): Promise<string> =>
  (await MemoryHttp.of([pathBase(base, options)], show).get(target)).content;

describe('the path base and the path', () => {
  it.each<[base: string, target: string, seen: string]>([
    ['/app', '/app', '/app|'],
    ['/app', '/app/', '/app|/'],
    ['/app', '/app/users', '/app|/users'],
    ['/app', '/App/users', '/App|/users'],
    ['/APP', '/app/users', '/app|/users'],
    ['/app', '/app?x=/app', '/app|'],
    ['/app', '/apps', '|/apps'],
    ['/app', '/ap', '|/ap'],
    ['/app', '/', '|/'],
    ['/app', '/x/app', '|/x/app'],
    ['/app', '/app/app', '/app|/app'],
    ['/app', '/%61pp/users', '/app|/users'],
    ['/app', '/x/../app/users', '/app|/users'],
    ['/app', '/app%2Fusers', '|/app%2Fusers'],
    ['/a/b', '/a/b/c', '/a/b|/c'],
    ['/a/b', '/a', '|/a'],
    ['/café', '/caf%C3%A9/x', '/café|/x'],
    ['/café', '/CAF%C3%89/x', '/CAFÉ|/x'],
    ['/app', 'http://a/app/users', '/app|/users'],
  ])('%s and a request for %s: %s', async (base, target, expected) => {
    expect(await seen(base, target)).toBe(expected);
  });

  it('the target * has no path', async () => {
    const answer = await MemoryHttp.of([pathBase('/app')], show).answer('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(answer.content).toBe('|');
  });

  it('one inside another adds to it', async () => {
    const answer = await MemoryHttp.of([pathBase('/a'), pathBase('/b')], show).get('/a/b/c');
    expect(answer.content).toBe('/a/b|/c');
  });
});

describe('requests outside', () => {
  it.each<[outside: ResolvedPathBaseOptions['outside'], target: string, status: number]>([
    ['pass', '/other', 200],
    ['notFound', '/other', 404],
    ['notFound', '/apps', 404],
    ['notFound', '/app', 200],
    ['notFound', '/app/x', 200],
  ])('%s, %s: %i', async (outside, target, status) => {
    expect((await MemoryHttp.of([pathBase('/app', { outside })], show).get(target)).status).toBe(status);
  });
});

describe('middleware outside sees the path as it was', () => {
  const failure = new Error('of the handler');
  const fail = (): never => {
    throw failure;
  };

  it.each<[title: string, handler: RequestDelegate, status: number]>([
    ['after a handler', ({ response }) => response.end(), 200],
    ['after an async handler', ({ response }) => Promise.resolve().then(() => response.end()), 200],
    ['after a handler that throws', fail, 500],
    ['after an async handler that throws', () => Promise.resolve().then(fail), 500],
  ])('%s', async (_title, handler, status) => {
    const log: string[] = [];
    const around: Middleware = async (context, next) => {
      try {
        await next(context);
      } finally {
        log.push(whereabouts(context));
      }
    };
    const served = MemoryHttp.of([around, pathBase('/app')], handler);
    expect((await served.get('/app/users')).status).toBe(status);
    expect(log).toEqual(['|/app/users']);
    expect(served.applicationErrors).toEqual(status === 500 ? [failure] : []);
  });
});

describe('a path base that no request can have', () => {
  it.each(['', '/', 'app', '/app/', '//', '/a//b', '/app?x', '/app#x', '/caf%C3%A9', '/a/../b', '/.', ' /app'])(
    '%j: HTTP_PATH_BASE_INVALID',
    (base) => {
      expect(() => pathBase(base)).toThrow(HttpError);
      expect(() => pathBase(base)).toThrow(expect.objectContaining({ code: 'HTTP_PATH_BASE_INVALID' }));
      expect(() => pathBase(base)).toThrow(JSON.stringify(base));
    },
  );
});

it.each(['/app/x', '/other'])('returns no promise if the rest of the pipeline returns none: %s', (path) => {
  const request = { path, pathBase: '' };
  expect(pathBase('/app')({ request } as HttpContext, () => undefined)).toBeUndefined();
});
