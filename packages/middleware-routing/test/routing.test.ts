import { Features } from '@windhover/features';
import {
  ApplicationBuilder,
  FieldSection,
  type HttpContext,
  HttpExtendedConnectFeature,
  type Middleware,
} from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { type Answer, MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { HttpRouteFeature, type RouteHandler, Router, type RoutingOptions, routing } from '../src/index.ts';

const served = (routes: Router | ((router: Router) => void), options?: RoutingOptions): MemoryHttp =>
  MemoryHttp.of([routing(routes, options)], ({ response }) => {
    response.statusCode = 404;
    response.send('next');
  });

const say =
  (text: string): RouteHandler =>
  ({ response }, params) =>
    response.send(`${text} ${JSON.stringify(params)}`);

const request = (http: MemoryHttp, method: string, target: string): Promise<Answer> =>
  http.answer(`${method} ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);

describe('patterns', () => {
  it.each<[pattern: string, target: string, params: object | undefined]>([
    ['/', '/', {}],
    ['/', '/x', undefined],
    ['/about', '/about', {}],
    ['/about', '/about/', {}],
    ['/about/', '/about', {}],
    ['/about', '/about//', undefined],
    ['/about', '/About', undefined],
    ['/about', '/about?x=1', {}],
    ['/users/:id', '/users/7', { id: '7' }],
    ['/users/:id', '/users/7/', { id: '7' }],
    ['/users/:id', '/users/', undefined],
    ['/users/:id', '/users/7/x', undefined],
    ['/users/:id(\\d+)', '/users/7', { id: '7' }],
    ['/users/:id(\\d+)', '/users/me', undefined],
    ['/users/:id?', '/users', {}],
    ['/:year-:month', '/2026-07', { year: '2026', month: '07' }],
    ['/files/:path+', '/files/a/b.txt', { path: 'a/b.txt' }],
    ['/files/:path+', '/files', undefined],
    ['/files/*', '/files/a/b', { 0: 'a/b' }],
    ['/book{s}?', '/books', {}],
    ['{/:lang}?/docs', '/en/docs', { lang: 'en' }],
    ['/café', '/caf%C3%A9', {}],
    ['/café/:name', '/caf%C3%A9/cr%C3%A8me', { name: 'crème' }],
    ['/:name', '/a%20b', { name: 'a b' }],
    ['/:name', '/100%25', { name: '100%' }],
    ['/100%', '/100%25', {}],
    ['/a%20b', '/a%2520b', {}],
    ['/a%20b', '/a%20b', undefined],
    ['/:name', '/%2541', { name: '%41' }],
    ['/:name', '/%C3%A9%2541', { name: 'é%41' }],
    ['/:name', '/a%2Fb', { name: 'a%2Fb' }],
    ['/a/b', '/a%2Fb', undefined],
    ['/:name', '/%FF', { name: '%FF' }],
    ['/:name', '/%E2%82%AC%FF', { name: '%E2%82%AC%FF' }],
    ['/:name', '/%3F%23', { name: '?#' }],
    ['/a\\:b', '/a:b', {}],
    ['/:name', '/%F0%9F%90%A6', { name: '🐦' }],
    ['/:name', '/__proto__', { name: '__proto__' }],
    ['/a/b', '/a/./x/../b', {}],
  ])('%s and %s: %j', async (pattern, target, params) => {
    const answer = await served((router) => router.get(pattern, say('found'))).get(target);
    expect(answer.content).toBe(params === undefined ? 'next' : `found ${JSON.stringify(params)}`);
  });

  it.each<[target: string, pattern: string]>([
    ['/users/me', '/users/me'],
    ['/users/7', '/users/:id(\\d+)'],
    ['/users/ada', '/users/:name'],
    ['/users/ada/posts', '/users/*'],
    ['/elsewhere', '/*'],
  ])('the most specific route serves, independent of the order: %s by %s', async (target, pattern) => {
    const patterns = ['/*', '/users/*', '/users/:name', '/users/:id(\\d+)', '/users/me'];
    for (const order of [patterns, patterns.toReversed()]) {
      const router = new Router();
      for (const each of order) router.get(each, ({ response }) => response.send(each));
      expect((await served(router).get(target)).content).toBe(pattern);
    }
  });

  it.each(['/with/1', '/without'])('parameters inherit nothing: %s', async (target) => {
    const inherited: RouteHandler = ({ response }, params) => response.send(`${params['constructor']}`);
    const router = new Router().get<string>('/with/:id', inherited).get<string>('/without', inherited);
    expect((await served(router).get(target)).content).toBe('undefined');
  });
});

describe('methods', () => {
  const router = (): Router =>
    new Router()
      .get('/x', say('GET'))
      .post('/x', say('POST'))
      .put('/x', say('PUT'))
      .patch('/x', say('PATCH'))
      .delete('/x', say('DELETE'))
      .on(['PROPFIND', 'M-SEARCH'], '/x', say('dav'))
      .any('/any', say('any'));

  it.each([
    ['GET', '/x', 'GET {}'],
    ['POST', '/x', 'POST {}'],
    ['PUT', '/x', 'PUT {}'],
    ['PATCH', '/x', 'PATCH {}'],
    ['DELETE', '/x', 'DELETE {}'],
    ['PROPFIND', '/x', 'dav {}'],
    ['M-SEARCH', '/x', 'dav {}'],
    ['GET', '/any', 'any {}'],
    ['OPTIONS', '/any', 'any {}'],
    ['UNHEARD-OF', '/any', 'any {}'],
    ['constructor', '/any', 'any {}'],
  ])('%s %s', async (method, target, content) => {
    expect((await request(served(router()), method, target)).content).toBe(content);
  });

  it('methods of a less specific pattern serve if the more specific pattern does not have them', async () => {
    const http = served((router) => router.post('/users/me', say('me')).get('/users/:id', say('id')));
    expect((await request(http, 'GET', '/users/me')).content).toBe('id {"id":"me"}');
    expect((await request(http, 'POST', '/users/me')).content).toBe('me {}');
  });

  it('a route for a method precedes any on the same pattern, independent of the order', async () => {
    for (const order of [0, 1]) {
      const router = new Router();
      if (order === 0) router.any('/x', say('any'));
      router.get('/x', say('get'));
      if (order === 1) router.any('/x', say('any'));
      expect((await request(served(router), 'GET', '/x')).content).toBe('get {}');
      expect((await request(served(router), 'POST', '/x')).content).toBe('any {}');
    }
  });
});

describe('RFC 8441 5 a WebSocket over HTTP/2', () => {
  /** The content and the status for an extended CONNECT to `/chat`. */
  const connects = async (configure: (router: Router) => void, protocol: string): Promise<[string, number]> => {
    const features = new Features();
    features.set(HttpExtendedConnectFeature, { isExtendedConnect: true, protocol, accept: () => expect.unreachable() });
    let sent = '';
    const response = { statusCode: 200, headers: new FieldSection(), send: (content: string) => void (sent = content) };
    const request = { method: 'CONNECT', path: '/chat', pathBase: '' };
    await routing(configure)({ features, request, response } as unknown as HttpContext, () => expect.unreachable());
    return [sent, response.statusCode];
  };
  const get = (router: Router): Router => router.get('/chat', say('get'));
  const any = (router: Router): Router => router.any('/chat', say('any'));
  const connect = (router: Router): Router => router.on('CONNECT', '/chat', say('connect'));

  it.each<[name: string, configure: (router: Router) => void, protocol: string, content: string]>([
    ['a route for GET serves it', get, 'websocket', 'get {}'],
    ['the protocol is compared without case', get, 'WebSocket', 'get {}'],
    [
      'a route for GET takes precedence over a route for any method',
      (router) => any(get(router)),
      'websocket',
      'get {}',
    ],
    [
      'a route for CONNECT takes precedence over a route for GET',
      (router) => connect(get(router)),
      'websocket',
      'connect {}',
    ],
    ['a route for any method serves it', any, 'websocket', 'any {}'],
  ])('%s', async (_name, configure, protocol, content) => {
    expect(await connects(configure, protocol)).toEqual([content, 200]);
  });

  it('another protocol: 405 where the path has a route for GET only', async () => {
    expect(await connects(get, 'webtransport')).toEqual(['', 405]);
  });
});

describe('RFC 9110 9.3.2 HEAD', () => {
  it('is served by the route for GET, without content', async () => {
    const answer = await request(
      served((router) => router.get('/x', say('got'))),
      'HEAD',
      '/x',
    );
    expect(answer).toMatchObject({ status: 200, content: '', fields: { 'content-length': '6' } });
  });

  it('is served by its own route if one exists', async () => {
    const seen: string[] = [];
    const router = new Router()
      .get('/x', () => void seen.push('GET'))
      .head('/x', () => void seen.push('HEAD'))
      .get('/*', () => void seen.push('GET *'));
    for (const target of ['/x', '/y']) await request(served(router), 'HEAD', target);
    expect(seen).toEqual(['HEAD', 'GET *']);
  });

  it('is not caught by a less specific route for every method', async () => {
    const seen: string[] = [];
    const router = new Router().any('/*', () => void seen.push('any')).get('/x', () => void seen.push('GET'));
    await request(served(router), 'HEAD', '/x');
    expect(seen).toEqual(['GET']);
  });
});

describe('a path that has routes, but none for the method', () => {
  const router = (): Router =>
    new Router().post('/x', say('')).get('/x', say('')).delete('/:id', say('')).get('/y', say(''));

  it.each([
    ['PUT', '/x', 405, 'POST, GET, DELETE, HEAD, OPTIONS'],
    ['PUT', '/y', 405, 'GET, DELETE, HEAD, OPTIONS'],
    ['GET', '/z', 405, 'DELETE, OPTIONS'],
    ['get', '/x', 405, 'POST, GET, DELETE, HEAD, OPTIONS'],
    ['OPTIONS', '/x', 204, 'POST, GET, DELETE, HEAD, OPTIONS'],
    ['OPTIONS', '/z', 204, 'DELETE, OPTIONS'],
  ])('%s %s: %i, Allow: %s', async (method, target, status, allow) => {
    const answer = await request(served(router()), method, target);
    expect(answer).toMatchObject({ status, content: '', fields: { allow } });
  });

  it('a route for OPTIONS answers it', async () => {
    const http = served((router) => router.get('/x', say('')).options('/x', say('own')));
    expect((await request(http, 'OPTIONS', '/x')).content).toBe('own {}');
    expect((await request(http, 'PUT', '/x')).fields['allow']).toBe('GET, OPTIONS, HEAD');
  });

  it('an unknown methodMismatch: TypeError', () => {
    expect(() => served(router(), { methodMismatch: 'ignore' as never })).toThrow(
      new TypeError('routing: methodMismatch must be "respond" or "pass"; received "ignore".'),
    );
  });

  it.each(['PUT', 'OPTIONS'])('methodMismatch: pass continues with %s', async (method) => {
    const answer = await request(served(router(), { methodMismatch: 'pass' }), method, '/x');
    expect(answer).toMatchObject({ status: 404, content: 'next' });
  });

  it.each([
    ['GET', '/a/b', 404],
    ['OPTIONS', '/a/b', 404],
  ])('without any route: %s %s continues', async (method, target, status) => {
    expect(await request(served(router()), method, target)).toMatchObject({ status, content: 'next' });
  });

  it('the target * has no path and matches no route', async () => {
    const http = served((router) => router.any('/', say('root')).any('/*', say('all')));
    expect((await request(http, 'OPTIONS', '*')).content).toBe('next');
  });
});

describe('in a pipeline', () => {
  it('below a map, patterns begin after its path, and the rest may be empty', async () => {
    const app = new ApplicationBuilder(new Features()).map('/api', (branch) =>
      branch.use(routing((router) => router.get('/', say('root')).get('/users/:id', say('user')))),
    );
    const http = new MemoryHttp(app.build());
    expect((await http.get('/api')).content).toBe('root {}');
    expect((await http.get('/api/')).content).toBe('root {}');
    expect((await http.get('/api/users/1')).content).toBe('user {"id":"1"}');
    expect((await http.get('/users/1')).status).toBe(404);
  });

  it('of two routers, the second serves requests for which the first has no route', async () => {
    const http = MemoryHttp.of(
      [routing((router) => router.get('/a', say('first'))), routing((router) => router.get('/b', say('second')))],
      ({ response }) => response.send('end'),
    );
    const contents = await Promise.all(['/a', '/b', '/c'].map((target) => http.get(target)));
    expect(contents.map(({ content }) => content)).toEqual(['first {}', 'second {}', 'end']);
  });

  it('middleware outside can read the route after the handler', async () => {
    const seen: unknown[] = [];
    const outside: Middleware = async (context, next) => {
      seen.push(context.features.get(HttpRouteFeature));
      await next(context);
      seen.push(context.features.get(HttpRouteFeature));
    };
    const router = new Router().group('/users', (group) => group.get('/:id', () => undefined));
    const http = MemoryHttp.of([outside, routing(router)], () => undefined);
    await http.get('/users/1');
    await http.get('/elsewhere');
    expect(seen).toEqual([undefined, { pattern: '/users/:id', params: { id: '1' } }, undefined, undefined]);
  });

  it('an error of a handler is passed to the server', async () => {
    const failure = new Error('of the handler');
    const http = served((router) =>
      router.get('/x', () => {
        throw failure;
      }),
    );
    expect((await http.get('/x')).status).toBe(500);
    expect(http.applicationErrors).toEqual([failure]);
  });

  it('returns no promise if the handler returns none', () => {
    const handle = routing((router) => router.get('/', () => undefined));
    const context = { request: { method: 'GET', path: '/', pathBase: '' }, features: new Features() };
    expect(handle(context as unknown as HttpContext, () => undefined)).toBeUndefined();
  });
});

it('a path of a hundred thousand empty segments is looked up in linear time', () => {
  const handle = routing((router) => router.get('/**/end', () => undefined).get('/a/*', () => undefined));
  const context = (path: string): HttpContext =>
    ({
      request: { method: 'GET', path, pathBase: '' },
      features: new Features(),
      response: { headers: new Map() },
    }) as unknown as HttpContext;
  expect(handle(context(`/a${'/'.repeat(100_000)}`), () => undefined)).toBeUndefined();
});
