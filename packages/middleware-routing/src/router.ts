import { type Middleware, checkHandler, checkMiddleware, isToken } from '@windhover/http';
import { routeNodeKeys } from 'rou3';
import { RoutingError } from './errors.ts';
import { lookupPattern } from './lookup-path.ts';
import type { Behind, RouteHandler } from './route-handler.ts';
import { type Route, type RouteSource, surrounded } from './route.ts';

/** Other routes and their prefix. */
interface Mounted {
  readonly prefix: string;
  readonly source: RouteSource;
}

/**
 * Collects routes. `routing(router)` makes request middleware from them.
 *
 * A pattern is a path with parameters: `/users/:id`, `/files/:path+`, `/posts/:year(\\d+)/:title?`. It is matched by
 * rou3, like URLPattern with few exceptions. If several routes match a request, the most specific one serves it,
 * regardless of their order. Matching is case-sensitive and ignores one trailing slash.
 *
 * Every method that adds a route throws RoutingError `ROUTING_PATTERN_INVALID`, `ROUTING_TOO_LATE` after `routing` has used
 * the router, and HttpError `HTTP_HANDLER_INVALID` for a handler that is not a function.
 *
 * Source: ASP.NET Core `IEndpointRouteBuilder`
 */
export class Router<Prefix extends string = ''> implements RouteSource {
  readonly #entries: (Route | Mounted)[] = [];
  readonly #middleware: Middleware[] = [];
  #isInUse = false;

  /** Serves GET, and also HEAD unless the pattern has a route for HEAD (RFC 9110 9.3.2). */
  get<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Behind<Prefix, Pattern>>): this {
    return this.on('GET', pattern, handler);
  }

  head<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Behind<Prefix, Pattern>>): this {
    return this.on('HEAD', pattern, handler);
  }

  post<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Behind<Prefix, Pattern>>): this {
    return this.on('POST', pattern, handler);
  }

  put<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Behind<Prefix, Pattern>>): this {
    return this.on('PUT', pattern, handler);
  }

  patch<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Behind<Prefix, Pattern>>): this {
    return this.on('PATCH', pattern, handler);
  }

  delete<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Behind<Prefix, Pattern>>): this {
    return this.on('DELETE', pattern, handler);
  }

  options<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Behind<Prefix, Pattern>>): this {
    return this.on('OPTIONS', pattern, handler);
  }

  /** Serves every method for which the pattern has no route. */
  any<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Behind<Prefix, Pattern>>): this {
    return this.#add({ method: '', pattern, handler: handler as RouteHandler });
  }

  /**
   * Serves one or several methods.
   *
   * @throws RoutingError `ROUTING_METHOD_INVALID`
   */
  on<const Pattern extends string>(
    methods: string | readonly string[],
    pattern: Pattern,
    handler: RouteHandler<Behind<Prefix, Pattern>>,
  ): this {
    for (const method of typeof methods === 'string' ? [methods] : methods) {
      if (!isUpperCaseToken(method)) throw new RoutingError('ROUTING_METHOD_INVALID', JSON.stringify(method));
      this.#add({ method, pattern, handler: handler as RouteHandler });
    }
    return this;
  }

  /**
   * Adds middleware around every route of this router and of the routers mounted in it, including routes that are added
   * later.
   *
   * @throws HttpError `HTTP_MIDDLEWARE_INVALID`
   */
  use(middleware: Middleware, ...extra: never[]): this {
    checkMiddleware(middleware, 'use', extra);
    this.#checkInUse('middleware');
    this.#middleware.push(middleware);
    return this;
  }

  /**
   * Adds routes below a path, which may have parameters.
   *
   * @throws RoutingError `ROUTING_PREFIX_INVALID`
   */
  group<const Path extends string>(prefix: Path, configure: (group: Router<Behind<Prefix, Path>>) => void): this {
    const group = new Router<Behind<Prefix, Path>>();
    this.mount(prefix, group);
    configure(group);
    return this;
  }

  /**
   * Adds the routes of another router below a path, including routes that are added to it later.
   *
   * @throws RoutingError `ROUTING_PREFIX_INVALID`
   */
  mount(prefix: string, source: RouteSource): this {
    if (!/^[/{].*[^/]$/.test(prefix)) throw new RoutingError('ROUTING_PREFIX_INVALID', JSON.stringify(prefix));
    checkPattern(prefix);
    this.#checkInUse(prefix);
    this.#entries.push({ prefix, source });
    return this;
  }

  /**
   * Collects the routes for `routing`. No route can be added afterwards.
   *
   * @throws RoutingError `ROUTING_CYCLE`
   */
  collect(prefix: string, outer: readonly Middleware[], way: readonly RouteSource[]): Route[] {
    if (way.includes(this)) throw new RoutingError('ROUTING_CYCLE', prefix);
    this.#isInUse = true;
    const middleware = [...outer, ...this.#middleware];
    return this.#entries.flatMap((entry) => {
      if ('source' in entry) return entry.source.collect(prefix + entry.prefix, middleware, [...way, this]);
      const pattern = entry.pattern === '/' && prefix !== '' ? prefix : prefix + entry.pattern;
      return { method: entry.method, pattern, handler: surrounded(entry.handler, middleware) };
    });
  }

  #add(route: Route): this {
    checkPattern(route.pattern);
    checkHandler(route.handler, `${route.method || 'any'} ${route.pattern}`);
    this.#checkInUse(route.pattern);
    this.#entries.push(route);
    return this;
  }

  #checkInUse(what: string): void {
    if (this.#isInUse) throw new RoutingError('ROUTING_TOO_LATE', what);
  }
}

/** Methods are case-sensitive, so a route for `get` would never match. Source: RFC 9110 sections 5.6.2 and 9.1 */
const isUpperCaseToken = (method: string): boolean => isToken(method) && method === method.toUpperCase();

const checkPattern = (pattern: string): void => {
  try {
    if (!/^(?:\/|\{\/)/.test(pattern)) throw new Error(JSON.stringify(pattern));
    routeNodeKeys(lookupPattern(pattern));
  } catch (cause) {
    throw new RoutingError('ROUTING_PATTERN_INVALID', (cause as Error).message, { cause });
  }
};
