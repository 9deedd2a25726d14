import type { Middleware } from '@windhover/http';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import {
  type RouteHandler,
  type RouteParams,
  Router,
  RoutingError,
  type RoutingErrorCode,
  routing,
} from '../src/index.ts';

const serve = (router: Router): MemoryHttp => MemoryHttp.of([routing(router)], ({ response }) => response.send('next'));

const nothing = (): void => undefined;

describe('groups', () => {
  it('have their prefix, with its parameters, before their patterns', async () => {
    const router = new Router().group('/tenants/:tenant', (tenant) =>
      tenant
        .get('/', ({ response }, params) => response.send(`root ${params.tenant}`))
        .group('/users', (users) =>
          users.get('/:id', ({ response }, { tenant, id }) => response.send(`${tenant} ${id}`)),
        ),
    );
    const http = serve(router);
    const contents = await Promise.all(
      ['/tenants/a', '/tenants/a/', '/tenants/a/users/1', '/users/1'].map((path) => http.get(path)),
    );
    expect(contents.map(({ content }) => content)).toEqual(['root a', 'root a', 'a 1', 'next']);
  });

  it('a mounted router adds its routes, including later ones, in several places', async () => {
    const users = new Router();
    const router = new Router().mount('/v1', users).mount('/v2', users);
    users.get('/users', ({ response, request }) => response.send(request.path));
    const http = serve(router);
    expect((await http.get('/v1/users')).content).toBe('/v1/users');
    expect((await http.get('/v2/users')).content).toBe('/v2/users');
    expect((await http.get('/users')).content).toBe('next');
  });
});

describe('middleware of a router', () => {
  const noting =
    (log: string[], name: string): Middleware =>
    async (context, next) => {
      log.push(`>${name}`);
      await next(context);
      log.push(`<${name}`);
    };

  it('runs around its routes and the routes of mounted routers, and around no others', async () => {
    const log: string[] = [];
    const router = new Router()
      .get('/outer', () => void log.push('outer'))
      .group('/group', (group) =>
        group
          .get('/:id', (_context, { id }) => void log.push(id))
          .use(noting(log, 'b'))
          .use(async (context, next) => {
            log.push('>c');
            await next(context);
          }),
      )
      .use(noting(log, 'a'));
    await serve(router).get('/group/1');
    expect(log.splice(0)).toEqual(['>a', '>b', '>c', '1', '<b', '<a']);
    await serve(router).get('/outer');
    expect(log.splice(0)).toEqual(['>a', 'outer', '<a']);
    await serve(router).get('/elsewhere');
    expect(log).toEqual([]);
  });

  it('may answer itself', async () => {
    const router = new Router()
      .get('/', () => expect.unreachable())
      .use((context, _next) => context.response.send('no'));
    expect((await serve(router).get('/')).content).toBe('no');
  });
});

describe('errors', () => {
  it.each<[title: string, add: (router: Router) => unknown, code: RoutingErrorCode, detail: string]>([
    ['no slash', (router) => router.get('users', nothing), 'ROUTING_PATTERN_INVALID', '"users"'],
    ['empty', (router) => router.get('', nothing), 'ROUTING_PATTERN_INVALID', '""'],
    ['not closed', (router) => router.get('/:id(\\d+', nothing), 'ROUTING_PATTERN_INVALID', '/:id(\\d+'],
    ['a name twice', (router) => router.any('/:id/:id', nothing), 'ROUTING_PATTERN_INVALID', 'duplicate param name'],
    ['two wildcards', (router) => router.post('/*/x/*', nothing), 'ROUTING_PATTERN_INVALID', 'only one'],
    ['lower case', (router) => router.on('get', '/', nothing), 'ROUTING_METHOD_INVALID', '"get"'],
    ['no token', (router) => router.on(['GET', 'A B'], '/', nothing), 'ROUTING_METHOD_INVALID', '"A B"'],
    ['no method', (router) => router.on('', '/', nothing), 'ROUTING_METHOD_INVALID', '""'],
    ['prefix with slash', (router) => router.mount('/api/', new Router()), 'ROUTING_PREFIX_INVALID', '"/api/"'],
    ['prefix without', (router) => router.group('api', nothing), 'ROUTING_PREFIX_INVALID', '"api"'],
    ['prefix of a slash', (router) => router.group('/', nothing), 'ROUTING_PREFIX_INVALID', '"/"'],
    ['prefix not closed', (router) => router.group('/:id(', nothing), 'ROUTING_PATTERN_INVALID', '/:id('],
  ])('where a route is added: %s', (_title, add, code, detail) => {
    expect(() => add(new Router())).toThrow(RoutingError);
    expect(() => add(new Router())).toThrow(expect.objectContaining({ code }));
    expect(() => add(new Router())).toThrow(detail);
  });

  it.each<[title: string, router: () => Router, code: RoutingErrorCode, detail: string]>([
    ['one twice', () => new Router().get('/x', nothing).get('/x/', nothing), 'ROUTING_DUPLICATE', 'GET /x/'],
    ['another name', () => new Router().put('/:a', nothing).put('/:b', nothing), 'ROUTING_DUPLICATE', 'PUT /:b'],
    ['any', () => new Router().any('/x', nothing).any('/x', nothing), 'ROUTING_DUPLICATE', ': /x'],
    [
      'in a group',
      () => new Router().get('/a/x', nothing).group('/a', (group) => group.get('/x', nothing)),
      'ROUTING_DUPLICATE',
      'GET /a/x',
    ],
    [
      'a name twice, one of them in the prefix',
      () => new Router().group('/:id', (group) => group.get('/:id', nothing)),
      'ROUTING_PATTERN_INVALID',
      'duplicate param name',
    ],
    [
      'in itself',
      () => {
        const router = new Router();
        return router.group('/a', (group) => group.mount('/b', router));
      },
      'ROUTING_CYCLE',
      '/a/b',
    ],
  ])('when routing makes middleware of the router: %s', (_title, router, code, detail) => {
    const build = (): unknown => routing(router());
    expect(build).toThrow(RoutingError);
    expect(build).toThrow(expect.objectContaining({ code }));
    expect(build).toThrow(detail);
  });

  it.each([
    ['constraints', '/:id(\\d+)', '/:name([a-z]+)'],
    ['an optional segment', '/a/:id?', '/a'],
    ['a literal', '/:id', '/a'],
  ])('routes that differ by %s are not duplicates', (_title, one, other) => {
    expect(() => routing(new Router().get(one, nothing).get(other, nothing))).not.toThrow();
  });

  it('a route added after routing is refused with ROUTING_TOO_LATE, and routing may be called again', () => {
    const inner = new Router();
    const router = new Router().mount('/inner', inner);
    routing(router);
    for (const late of [router, inner]) {
      expect(() => late.get('/y', nothing)).toThrow(expect.objectContaining({ code: 'ROUTING_TOO_LATE' }));
      expect(() => late.use((_context, _next) => undefined)).toThrow(
        expect.objectContaining({ code: 'ROUTING_TOO_LATE' }),
      );
      expect(() => late.mount('/z', new Router())).toThrow(expect.objectContaining({ code: 'ROUTING_TOO_LATE' }));
    }
    expect(() => routing(router)).not.toThrow();
  });
});

it('the names of parameters are known to the type checker', () => {
  expectTypeOf<RouteParams<'/users/:id'>['id']>().toEqualTypeOf<string>();
  expectTypeOf<RouteParams<'/users/:id?'>['id']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<keyof RouteParams<'/a/:b/:c(\\d+)'>>().toEqualTypeOf<'b' | 'c'>();
  expectTypeOf<RouteParams<string>>().toEqualTypeOf<Readonly<Record<string, string | undefined>>>();
  new Router().group('/:a', (group) => {
    group.get('/:b', (_context, params) => void expectTypeOf<keyof typeof params>().toEqualTypeOf<'a' | 'b'>());
    // @ts-expect-error: there is no such parameter
    group.get('/:c', (_context, { d }) => void d);
  });
  expect(new Router().collect('', [], [])).toEqual([]);
});

it('a class can wrap the methods of a router with their types', async () => {
  class Application {
    readonly #router = new Router();

    get<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Pattern>): this {
      this.#router.get(pattern, handler);
      return this;
    }

    build(): Middleware {
      return routing(this.#router);
    }
  }
  const app = new Application().get('/:id', ({ response }, { id }) => response.send(id));
  expect((await MemoryHttp.of([app.build()], nothing).get('/7')).content).toBe('7');
});
