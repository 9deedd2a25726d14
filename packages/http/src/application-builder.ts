import type { FeatureCollection } from '@windhover/features';
import { HttpError } from './errors.ts';
import type { HttpApplication } from './http-application.ts';
import type { HttpContext } from './http-context.ts';
import { isUnderPath, runUnderPath } from './path-base.ts';
import { pipelineApplication } from './pipeline-application.ts';
import { checkHandler, checkMiddleware } from './pipeline-checks.ts';
import { type ErrorHandler, sendError } from './problem/send-error.ts';
import { type Middleware, type RequestDelegate, type RequestHandler, sendingResults } from './request-delegate.ts';

interface Hooks {
  notFound?: RequestHandler;
  error?: ErrorHandler;
}

/** One step of the pipeline: takes the next delegate and returns its own. Folded when the pipeline is built. */
type Stage = (next: RequestDelegate) => RequestHandler;

/**
 * Collects middleware and folds it, once, into the delegate that handles requests. Middleware runs in the order in which
 * it was added. Once the pipeline is built, every method that adds to it throws HttpError `HTTP_PIPELINE_BUILT`.
 *
 * Source: Kestrel `IApplicationBuilder` with `Use`, `Run`, `Map`, `MapWhen`, `UseWhen`.
 */
export class ApplicationBuilder {
  /** Features of the server that runs the application, e.g. its addresses. */
  readonly serverFeatures: FeatureCollection;
  readonly #stages: Stage[] = [];
  /** Shared with branches, because hooks apply to the whole application. */
  #hooks: Hooks = {};
  #isBuilt = false;

  constructor(serverFeatures: FeatureCollection) {
    this.serverFeatures = serverFeatures;
  }

  /**
   * Adds middleware, which runs for every request that reaches it. A function that declares only `context` ends the
   * pipeline: middleware added after it is not reached.
   *
   * @param extra not allowed; makes `use('/api', middleware)` fail with advice
   * @throws HttpError `HTTP_MIDDLEWARE_INVALID` for a value that is not a function, `HTTP_PIPELINE_BUILT`
   */
  use(middleware: Middleware, ...extra: never[]): this {
    checkMiddleware(middleware, 'use', extra);
    return this.#add((next) => (context) => middleware(context, next));
  }

  /**
   * Adds the handler that ends the pipeline: middleware added after it is not reached.
   *
   * @throws HttpError `HTTP_HANDLER_INVALID` for a value that is not a function, `HTTP_PIPELINE_BUILT`
   */
  run(handler: RequestHandler): this {
    checkHandler(handler, 'run');
    return this.#add(() => handler);
  }

  /**
   * Sends requests under a path to a branch. In the branch, the path is at the end of `request.pathBase`, and
   * `request.path` is the rest. Compares whole segments and ignores case: `/API/users` is under `/api`, `/apis` is not.
   *
   * @param path starts with `/`, does not end with it
   * @param configure adds the middleware of the branch; called at once, and must not be async
   * @throws TypeError for a path in another form
   * @throws HttpError `HTTP_MIDDLEWARE_INVALID` if `configure` is not a function or returns a promise
   */
  map(path: string, configure: (branch: ApplicationBuilder) => void): this {
    if (!/^\/.*[^/]$/.test(path)) throw new TypeError(`map: "${path}" must start with "/" and not end with it`);
    const branch = this.#branch(configure, 'map');
    return this.#add((next) => {
      const mapped = sendingResults(branch.build());
      return (context) =>
        isUnderPath(context.request.path, path) ? runUnderPath(context, path, mapped) : next(context);
    });
  }

  /**
   * Sends requests for which the predicate returns true to a branch; they do not return to this pipeline.
   *
   * @throws HttpError as `map`
   */
  mapWhen(predicate: (context: HttpContext) => boolean, configure: (branch: ApplicationBuilder) => void): this {
    const branch = this.#branch(configure, 'mapWhen', predicate);
    return this.#add((next) => {
      const taken = branch.build();
      return (context) => (predicate(context) ? taken(context) : next(context));
    });
  }

  /**
   * Sends requests for which the predicate returns true through a branch first. The end of the branch continues with the
   * middleware added after `useWhen`.
   *
   * @throws HttpError as `map`
   */
  useWhen(predicate: (context: HttpContext) => boolean, configure: (branch: ApplicationBuilder) => void): this {
    const branch = this.#branch(configure, 'useWhen', predicate);
    return this.#add((next) => {
      const detour = branch.build(next);
      return (context) => (predicate(context) ? detour(context) : next(context));
    });
  }

  /**
   * Sets the handler for requests that no middleware has answered, including those in branches of `map` and `mapWhen`.
   * The status is 404 when it is called. A later call replaces the handler.
   *
   * @throws HttpError `HTTP_HANDLER_INVALID`, `HTTP_PIPELINE_BUILT`
   */
  onNotFound(handler: RequestHandler): this {
    checkHandler(handler, 'onNotFound');
    this.#checkNotBuilt();
    this.#hooks.notFound = handler;
    return this;
  }

  /**
   * Sets the error handler of the whole application. It is called with every uncaught error of a request whose response
   * has not started; the response is empty and has the status of the error. If it sends no content, the default content
   * is sent. Errors have been reported to the server before. A later call replaces the handler.
   *
   * @throws HttpError `HTTP_HANDLER_INVALID`, `HTTP_PIPELINE_BUILT`
   */
  onError(handler: ErrorHandler): this {
    checkHandler(handler, 'onError');
    this.#checkNotBuilt();
    this.#hooks.error = handler;
    return this;
  }

  /**
   * Folds the middleware into one handler. Further calls build the same pipeline.
   *
   * @param end handles requests that no middleware has answered; by default the handler of `onNotFound`, else a 404
   *   without content
   */
  build(end?: RequestHandler): RequestHandler {
    this.#isBuilt = true;
    const last = end ?? notFound(this.#hooks);
    return this.#stages.reduceRight<RequestHandler>((next, stage) => stage(sendingResults(next)), last);
  }

  /**
   * Builds the pipeline as an application for a server. Error responses without content get problem details or text,
   * depending on the Accept field. The content has the status and the parts of the error that `errorResponse` shows.
   */
  toApplication(): HttpApplication<HttpContext> {
    const hooks = this.#hooks;
    return pipelineApplication(this.build(), (context, error) => sendError(context, error, hooks.error));
  }

  #add(stage: Stage): this {
    this.#checkNotBuilt();
    this.#stages.push(stage);
    return this;
  }

  #checkNotBuilt(): void {
    if (this.#isBuilt) throw new HttpError('HTTP_PIPELINE_BUILT');
  }

  #branch(configure: (branch: ApplicationBuilder) => unknown, method: string, predicate?: unknown): ApplicationBuilder {
    this.#checkNotBuilt();
    if (predicate !== undefined) checkMiddleware(predicate as Middleware, method);
    checkMiddleware(configure as unknown as Middleware, method);
    const branch = new ApplicationBuilder(this.serverFeatures);
    branch.#hooks = this.#hooks;
    if (configure(branch) instanceof Promise) {
      throw new HttpError('HTTP_MIDDLEWARE_INVALID', `the function given to ${method}() must not be async`);
    }
    return branch;
  }
}

const notFound =
  (hooks: Hooks): RequestHandler =>
  (context) => {
    const { response } = context;
    if (response.hasStarted) return;
    response.statusCode = 404;
    return hooks.notFound?.(context);
  };
