import type { FeatureCollection } from '@windhover/features';
import type { HttpContext } from './http-context.ts';
import { isUnderPath, runUnderPath } from './path-base.ts';
import type { Middleware, RequestDelegate } from './request-delegate.ts';

/** Middleware written in one piece: does its work around `next(context)`, or answers itself. */
export type InlineMiddleware = (context: HttpContext, next: RequestDelegate) => void | Promise<void>;

/**
 * Collects middleware and folds it, once, into the delegate that handles requests.
 *
 * Source: Kestrel `IApplicationBuilder` with `Use`, `Run`, `Map`, `MapWhen`, `UseWhen`.
 */
export class ApplicationBuilder {
  /** The features of the server that the application runs on, e.g. the addresses it listens on. */
  readonly serverFeatures: FeatureCollection;
  readonly #middleware: Middleware[] = [];

  constructor(serverFeatures: FeatureCollection) {
    this.serverFeatures = serverFeatures;
  }

  /**
   * Adds middleware. A function of two parameters runs for every request as `(context, next)`; a function of one is
   * called when the pipeline is built, with what comes next, and returns the delegate to run.
   */
  // In this order the parameters of `(context, next) => …` get their types without annotations.
  use(middleware: InlineMiddleware): this;
  use(middleware: Middleware): this;
  use(middleware: Middleware | InlineMiddleware): this {
    this.#middleware.push(middleware.length >= 2 ? inline(middleware as InlineMiddleware) : (middleware as Middleware));
    return this;
  }

  /** Adds the end of the pipeline: nothing added later is reached. */
  run(handler: RequestDelegate): this {
    return this.use(() => handler);
  }

  /**
   * Requests under a path go to a branch, where that part of the path stands in `pathBase`. Whole segments match,
   * without case: `/api` takes `/API/users`, not `/apis`.
   *
   * @param path starts with `/`, does not end with it
   * @throws TypeError for another path
   */
  map(path: string, configure: (branch: ApplicationBuilder) => void): this {
    if (!/^\/.*[^/]$/.test(path)) throw new TypeError(`map: "${path}" has to start with "/" and not end with it`);
    const branch = this.#branch(configure);
    return this.use((next: RequestDelegate): RequestDelegate => {
      const mapped = branch.build();
      return (context) =>
        isUnderPath(context.request.path, path) ? runUnderPath(context, path, mapped) : next(context);
    });
  }

  /** Requests for which the predicate is true go to a branch and do not come back. */
  mapWhen(predicate: (context: HttpContext) => boolean, configure: (branch: ApplicationBuilder) => void): this {
    const branch = this.#branch(configure);
    return this.use((next: RequestDelegate): RequestDelegate => {
      const taken = branch.build();
      return (context) => (predicate(context) ? taken(context) : next(context));
    });
  }

  /** Requests for which the predicate is true pass a branch first, whose end leads back here. */
  useWhen(predicate: (context: HttpContext) => boolean, configure: (branch: ApplicationBuilder) => void): this {
    const branch = this.#branch(configure);
    return this.use((next: RequestDelegate): RequestDelegate => {
      const detour = branch.build(next);
      return (context) => (predicate(context) ? detour(context) : next(context));
    });
  }

  /**
   * Folds the middleware into one delegate.
   *
   * @param end what a request meets that no middleware has answered; by default a 404 without content
   */
  build(end: RequestDelegate = notFound): RequestDelegate {
    return this.#middleware.reduceRight((next, middleware) => middleware(next), end);
  }

  #branch(configure: (branch: ApplicationBuilder) => void): ApplicationBuilder {
    const branch = new ApplicationBuilder(this.serverFeatures);
    configure(branch);
    return branch;
  }
}

const inline =
  (middleware: InlineMiddleware): Middleware =>
  (next) =>
  (context) =>
    middleware(context, next);

const notFound: RequestDelegate = ({ response }) => {
  if (!response.hasStarted) response.statusCode = 404;
};
