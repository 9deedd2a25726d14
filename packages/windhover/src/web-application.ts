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
  errorAnswer,
} from '@windhover/http';
import type * as Routing from '@windhover/middleware-routing';
import type { RouteHandler, Router } from '@windhover/middleware-routing';
import { ServerAddressesFeature } from '@windhover/server';

type AddRoute = (router: Router) => void;

/** A part of the pipeline: middleware, or routes that were added one after the other without middleware between them. */
type Step = { readonly add: (app: ApplicationBuilder) => void } | { readonly routes: AddRoute[] };

/**
 * A host with its pipeline: hosts that are not allowed are refused, errors are shown as a page in development; then
 * middleware and routes run in the order in which they were added. Of routes added without middleware between them the
 * most specific one serves a request, whatever their order.
 *
 * Parts that an application does not use, such as routing, are not loaded. A pattern that is wrong is an error of `start`.
 * Every method that adds to the pipeline throws HttpError `HTTP_PIPELINE_BUILT` after the start.
 *
 * Source: ASP.NET Core `WebApplication`
 */
export class WebApplication extends WebHost {
  readonly #steps: Step[];
  readonly #hooks: ((app: ApplicationBuilder) => void)[];
  #isBuilt = false;

  /** @param parts as `WebApplicationBuilder` makes them */
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
   * As `use` of `ApplicationBuilder`. Middleware runs for requests that no earlier route has served.
   *
   * @throws HttpError `HTTP_MIDDLEWARE_INVALID`, `HTTP_PIPELINE_BUILT` after the start
   */
  use(middleware: Middleware, ...extra: never[]): this {
    checkMiddleware(middleware, 'use', extra);
    return this.#add((app) => void app.use(middleware));
  }

  /** As `map` of `ApplicationBuilder`: requests under a path go to a branch. */
  map(path: string, configure: (branch: ApplicationBuilder) => void): this {
    return this.#add((app) => void app.map(path, configure));
  }

  /** As `mapWhen` of `ApplicationBuilder`. */
  mapWhen(predicate: (context: HttpContext) => boolean, configure: (branch: ApplicationBuilder) => void): this {
    return this.#add((app) => void app.mapWhen(predicate, configure));
  }

  /** As `useWhen` of `ApplicationBuilder`. */
  useWhen(predicate: (context: HttpContext) => boolean, configure: (branch: ApplicationBuilder) => void): this {
    return this.#add((app) => void app.useWhen(predicate, configure));
  }

  /** As `onNotFound` of `ApplicationBuilder`: answers requests that neither middleware nor a route has answered. */
  onNotFound(handler: RequestHandler): this {
    checkHandler(handler, 'onNotFound');
    return this.#addHook((app) => void app.onNotFound(handler));
  }

  /** As `onError` of `ApplicationBuilder`: answers the errors of the whole application. */
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

  // Routes, as of `Router` in @windhover/middleware-routing

  /** Serves GET, and HEAD where no route of its own does. */
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

  /** Serves every method for which no route as specific is there. */
  any<const Pattern extends string>(pattern: Pattern, handler: RouteHandler<Pattern>): this {
    checkHandler(handler, `any ${pattern}`);
    return this.#addRoute((router) => void router.any(pattern, handler as RouteHandler));
  }

  /** Serves one method or several. */
  on<const Pattern extends string>(
    methods: string | readonly string[],
    pattern: Pattern,
    handler: RouteHandler<Pattern>,
  ): this {
    checkHandler(handler, `${String(methods)} ${pattern}`);
    return this.#addRoute((router) => void router.on(methods, pattern, handler as RouteHandler));
  }

  /** Routes below a path, which may have parameters. */
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
   * As `run` of `WebHost`.
   *
   * @param urls where to listen, in place of what was configured; each may be a list with `;` between
   */
  override run(...urls: string[]): Promise<void> {
    for (const url of urls) this.features.get(ServerAddressesFeature)?.add(url);
    return super.run();
  }
}

/** Adds the steps in their order. A path without a route for the method is answered after all of them. */
const useSteps = async (app: ApplicationBuilder, steps: readonly Step[]): Promise<void> => {
  const routes = steps.some((step) => 'routes' in step) ? await import('@windhover/middleware-routing') : undefined;
  const routers: Router[] = [];
  for (const step of steps) {
    if ('add' in step) step.add(app);
    else routers.push(useRouter(app, new routes!.Router(), step.routes, routes!));
  }
  if (routes !== undefined) app.use(routes.otherMethods(...routers));
};

const useRouter = (
  app: ApplicationBuilder,
  router: Router,
  routes: readonly AddRoute[],
  { routing }: typeof Routing,
): Router => {
  for (const add of routes) add(router);
  app.use(routing(router, { otherMethods: 'pass' }));
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
        if (!errorAnswer(error).isClientFault) applicationError(error, features);
      },
    }),
  );
};
