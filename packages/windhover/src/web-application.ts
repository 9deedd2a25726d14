import { type Logger, WebHost, type WebHostParts, isDevelopment, serverLog } from '@windhover/hosting';
import {
  type ApplicationBuilder,
  BadHttpRequestError,
  type HttpContext,
  type InlineMiddleware,
  type Middleware,
} from '@windhover/http';
import type { RouteHandler, Router } from '@windhover/middleware-routing';
import { ServerAddressesFeature } from '@windhover/server';

type AddRoutes = (router: Router) => void;

/**
 * A host with its pipeline: hosts that are not allowed are refused, errors are shown as a page in development; then comes
 * middleware in the order in which it was added, then the routes.
 *
 * Routes, as every part that an application does not use, are loaded only if there are some; a pattern that is wrong is an
 * error of `start`.
 *
 * Source: ASP.NET Core `WebApplication`
 */
export class WebApplication extends WebHost {
  readonly #pipeline: ((app: ApplicationBuilder) => void)[];
  readonly #routes: AddRoutes[];

  /** @param parts as of `WebApplicationBuilder`, which is where applications come from */
  constructor(parts: WebHostParts) {
    const pipeline: ((app: ApplicationBuilder) => void)[] = [];
    const routes: AddRoutes[] = [];
    const before = async (app: ApplicationBuilder): Promise<void> => {
      const { allowedHosts = ['*'] } = parts.plan ?? {};
      if (!allowedHosts.includes('*')) await useHostFiltering(app, allowedHosts);
      if (isDevelopment(parts.environment)) await useExceptionPage(app, parts.logger);
    };
    const own = async (app: ApplicationBuilder): Promise<void> => {
      for (const add of pipeline) add(app);
      if (routes.length > 0) await useRoutes(app, routes);
    };
    super({ ...parts, configure: [before, ...parts.configure, own] });
    this.#pipeline = pipeline;
    this.#routes = routes;
  }

  // Middleware

  /** As `use` of `ApplicationBuilder`. */
  // In this order the parameters of `(context, next) => …` get their types without annotations.
  use(middleware: InlineMiddleware): this;
  use(middleware: Middleware): this;
  use(middleware: Middleware | InlineMiddleware): this {
    return this.#add((app) => void app.use(middleware as Middleware));
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

  #add(step: (app: ApplicationBuilder) => void): this {
    this.#pipeline.push(step);
    return this;
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
    return this.#addRoute((router) => void router.any(pattern, handler as RouteHandler));
  }

  /** Serves one method or several. */
  on<const Pattern extends string>(
    methods: string | readonly string[],
    pattern: Pattern,
    handler: RouteHandler<Pattern>,
  ): this {
    return this.#addRoute((router) => void router.on(methods, pattern, handler as RouteHandler));
  }

  /** Routes below a path, which may have parameters. */
  group<const Path extends string>(prefix: Path, configure: (group: Router<Path>) => void): this {
    return this.#addRoute(
      (router) => void router.group<string>(prefix, configure as unknown as (group: Router<string>) => void),
    );
  }

  #addRoute(add: AddRoutes): this {
    this.#routes.push(add);
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

const useRoutes = async (app: ApplicationBuilder, routes: readonly AddRoutes[]): Promise<void> => {
  const { Router, routing } = await import('@windhover/middleware-routing');
  const router = new Router();
  for (const add of routes) add(router);
  app.use(routing(router));
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
        if (!(error instanceof BadHttpRequestError)) applicationError(error, features);
      },
    }),
  );
};
