import { type Logger, WebHost, type WebHostParts, isDevelopment, serverLog } from '@windhover/hosting';
import {
  type ApplicationBuilder,
  type ErrorHandler,
  type HttpContext,
  HttpError,
  type Middleware,
  type RequestHandler,
  checkHandler,
  checkMiddleware,
  errorResponse,
} from '@windhover/http';
import type * as Routing from '@windhover/middleware-routing';
import type { RouteHandler, Router } from '@windhover/middleware-routing';
import { ServerAddressesFeature } from '@windhover/server';

type AddRoute = (router: Router) => void;

/** A part of the pipeline: one middleware, or consecutive routes without middleware between them. */
type Step = { readonly add: (app: ApplicationBuilder) => void } | { readonly routes: AddRoute[] };

/**
 * A host with its pipeline. Host names that are not allowed are refused, and errors are shown as a page in development.
 * Then middleware and routes run in the order in which they were added. Among consecutive routes, the most specific
 * match handles a request, regardless of their order.
 *
 * Unused parts, such as routing, are not loaded. An invalid pattern is an error of `start`.
 * Methods that add to the pipeline throw HttpError `HTTP_PIPELINE_BUILT` after the start.
 *
 * Source: ASP.NET Core `WebApplication`
 */
export class WebApplication extends WebHost {
  readonly #steps: Step[];
  readonly #hooks: ((app: ApplicationBuilder) => void)[];
  #isBuilt = false;

  /** @param parts created by `WebApplicationBuilder` */
  constructor(parts: WebHostParts) {
    const steps: Step[] = [];
    const hooks: ((app: ApplicationBuilder) => void)[] = [];
    const before = async (app: ApplicationBuilder): Promise<void> => {
      const { allowedHosts = ['*'] } = parts.plan ?? {};
      if (!allowedHosts.includes('*')) await useHostFiltering(app, allowedHosts);
      if (isDevelopment(parts.environment)) await useExceptionPage(app, parts.logger);
    };
    const own = async (app: ApplicationBuilder): Promise<void> => {
      this.#isBuilt = true;
      for (const add of hooks) add(app);
      await useSteps(app, steps);
    };
    super({ ...parts, configure: [before, ...parts.configure, own] });
    this.#steps = steps;
    this.#hooks = hooks;
  }

  // Middleware

  /**
   * Same as `use` of `ApplicationBuilder`. Middleware runs for requests that no earlier route has handled.
   *
   * @throws HttpError `HTTP_MIDDLEWARE_INVALID`, `HTTP_PIPELINE_BUILT` after the start
   */
  use(middleware: Middleware, ...extra: never[]): this {
    checkMiddleware(middleware, 'use', extra);
    return this.#add((app) => void app.use(middleware));
  }

  /** Same as `map` of `ApplicationBuilder`: handles requests below a path in a branch of the pipeline. */
  map(path: string, configure: (branch: ApplicationBuilder) => void): this {
    return this.#add((app) => void app.map(path, configure));
  }

  /** Same as `mapWhen` of `ApplicationBuilder`: handles requests that match a predicate in a branch of the pipeline. */
  mapWhen(predicate: (context: HttpContext) => boolean, configure: (branch: ApplicationBuilder) => void): this {
    return this.#add((app) => void app.mapWhen(predicate, configure));
  }

  /** Same as `useWhen` of `ApplicationBuilder`: a branch for matching requests, which rejoins the pipeline. */
  useWhen(predicate: (context: HttpContext) => boolean, configure: (branch: ApplicationBuilder) => void): this {
    return this.#add((app) => void app.useWhen(predicate, configure));
  }

  /** Same as `onNotFound` of `ApplicationBuilder`: handles requests that no middleware or route has handled. */
  onNotFound(handler: RequestHandler): this {
    checkHandler(handler, 'onNotFound');
    return this.#addHook((app) => void app.onNotFound(handler));
  }

  /** Same as `onError` of `ApplicationBuilder`: handles errors of the whole application. */
  onError(handler: ErrorHandler): this {
    checkHandler(handler, 'onError');
    return this.#addHook((app) => void app.onError(handler));
  }

  #add(add: (app: ApplicationBuilder) => void): this {
    this.#checkNotBuilt();
    this.#steps.push({ add });
    return this;
  }

  #addHook(add: (app: ApplicationBuilder) => void): this {
    this.#checkNotBuilt();
    this.#hooks.push(add);
    return this;
  }

  #checkNotBuilt(): void {
    if (this.#isBuilt) throw new HttpError('HTTP_PIPELINE_BUILT');
  }

  // Routes, same as in `Router` of @windhover/middleware-routing

  /** Handles GET, and HEAD unless there is a HEAD route. */
  get<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Pattern>): this {
    return this.on('GET', pattern, handler);
  }

  head<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Pattern>): this {
    return this.on('HEAD', pattern, handler);
  }

  post<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Pattern>): this {
    return this.on('POST', pattern, handler);
  }

  put<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Pattern>): this {
    return this.on('PUT', pattern, handler);
  }

  patch<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Pattern>): this {
    return this.on('PATCH', pattern, handler);
  }

  delete<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Pattern>): this {
    return this.on('DELETE', pattern, handler);
  }

  options<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Pattern>): this {
    return this.on('OPTIONS', pattern, handler);
  }

  /** Handles every method without an equally specific route. */
  any<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Pattern>): this {
    checkHandler(handler, `any ${pattern}`);
    return this.#addRoute((router) => void router.any(pattern, handler as RouteHandler));
  }

  /** Handles one or several methods. */
  on<const Pattern extends string>(
    methods: string | readonly string[],
    pattern: Pattern,
    handler: RouteHandler<Pattern>,
  ): this {
    checkHandler(handler, `${String(methods)} ${pattern}`);
    return this.#addRoute((router) => void router.on(methods, pattern, handler as RouteHandler));
  }

  /** Adds routes below a path, which may have parameters. */
  group<const Path extends string>(prefix: Path, configure: (group: Router<Path>) => void): this {
    return this.#addRoute(
      (router) => void router.group<string>(prefix, configure as unknown as (group: Router<string>) => void),
    );
  }

  #addRoute(add: AddRoute): this {
    this.#checkNotBuilt();
    const last = this.#steps.at(-1);
    if (last !== undefined && 'routes' in last) last.routes.push(add);
    else this.#steps.push({ routes: [add] });
    return this;
  }

  // Run

  /**
   * Same as `run` of `WebHost`.
   *
   * @param urls addresses that override those of `useUrls`; each may be several separated by `;`. Addresses and endpoints of
   *   the configuration override them, with a warning
   */
  override run(...urls: string[]): Promise<void> {
    for (const url of urls) {
      if (typeof url === 'string') continue;
      throw new TypeError(
        `run takes addresses, e.g. "http://localhost:5000"; received a value of the type ${typeof url}. Add handlers before it, e.g. with get or use.`,
      );
    }
    for (const url of urls) this.features.get(ServerAddressesFeature)?.add(url);
    return super.run();
  }
}

/** Adds the steps in order. The 405 response for a path without a matching method comes after all of them. */
const useSteps = async (app: ApplicationBuilder, steps: readonly Step[]): Promise<void> => {
  const routes = steps.some((step) => 'routes' in step) ? await import('@windhover/middleware-routing') : undefined;
  const routers: Router[] = [];
  for (const step of steps) {
    if ('add' in step) step.add(app);
    else routers.push(useRouter(app, new routes!.Router(), step.routes, routes!));
  }
  if (routes !== undefined) app.use(routes.allowedMethods(...routers));
};

const useRouter = (
  app: ApplicationBuilder,
  router: Router,
  routes: readonly AddRoute[],
  { routing }: typeof Routing,
): Router => {
  for (const add of routes) add(router);
  app.use(routing(router, { methodMismatch: 'pass' }));
  return router;
};

const useHostFiltering = async (app: ApplicationBuilder, allowedHosts: readonly string[]): Promise<void> => {
  const { hostFiltering } = await import('@windhover/middleware-host-filtering');
  app.use(hostFiltering({ allowedHosts }));
};

const useExceptionPage = async (app: ApplicationBuilder, logger: Logger): Promise<void> => {
  const { exceptionPage } = await import('@windhover/middleware-exception-page');
  const { applicationError } = serverLog(logger);
  app.use(
    exceptionPage({
      details: true,
      onError: (error, { features }) => {
        if (!errorResponse(error).isClientFault) applicationError(error, features);
      },
    }),
  );
};
