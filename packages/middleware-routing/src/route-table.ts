import { type MatchedRoute, addRoute, compareRoutes, createRouter, findRoute, routeNodeKeys } from 'rou3';
import { RoutingError } from './errors.ts';
import { lookupPattern } from './lookup-path.ts';
import type { Route } from './route.ts';

/** Finds routes by method and path. Paths are in the form of `lookupPath`. */
export class RouteTable {
  readonly #tree = createRouter<Route>();
  /** Patterns by method and node of the tree, to find duplicates. */
  readonly #places = new Map<string, string[]>();
  readonly #methods = new Set<string>();

  /** @throws RoutingError `ROUTING_DUPLICATE`, `ROUTING_PATTERN_INVALID` */
  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      if (!this.#add(route.method, route)) {
        throw new RoutingError('ROUTING_DUPLICATE', `${route.method} ${route.pattern}`.trim());
      }
    }
    for (const route of routes) if (route.method === 'GET') this.#add('HEAD', route);
  }

  find(method: string, path: string): MatchedRoute<Route> | undefined {
    return findRoute(this.#tree, method, path);
  }

  /** The methods for which the path has its own route; empty if routes for every method match the path. */
  methodsOf(path: string): string[] {
    return [...this.#methods].filter((method) => findRoute(this.#tree, method, path, { params: false }) !== undefined);
  }

  /** @returns false if another route matches the same requests */
  #add(method: string, route: Route): boolean {
    const pattern = lookupPattern(route.pattern);
    try {
      if (!this.#takePlace(method, pattern)) return false;
      addRoute(this.#tree, method, pattern, route);
    } catch (cause) {
      throw new RoutingError('ROUTING_PATTERN_INVALID', (cause as Error).message, { cause });
    }
    if (method !== '') this.#methods.add(method);
    return true;
  }

  #takePlace(method: string, pattern: string): boolean {
    const place = `${method} ${routeNodeKeys(pattern)[0]}`;
    const others = this.#places.get(place) ?? [];
    if (others.some((other) => compareRoutes(other, pattern) === 'equal')) return false;
    this.#places.set(place, [...others, pattern]);
    return true;
  }
}
