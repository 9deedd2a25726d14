import type { FeatureCollection } from '@windhover/features';
import { HttpError } from './errors.ts';
import type { HttpContext } from './http-context.ts';
import { isUnderPath, runUnderPath } from './path-base.ts';
import { checkHandler, checkMiddleware } from './pipeline-checks.ts';
import type { Middleware, RequestDelegate } from './request-delegate.ts';

/** One step of the pipeline, folded when the pipeline is built: takes the next delegate and returns its own. */
type Stage = (next: RequestDelegate) => RequestDelegate;

/**
 * Collects middleware and folds it, once, into the delegate that handles requests. Middleware runs in the order in which
 * it was added. Once the pipeline is built, every method that adds to it throws HttpError `HTTP_PIPELINE_BUILT`.
 *
 * Source: Kestrel `IApplicationBuilder` with `Use`, `Run`, `Map`, `MapWhen`, `UseWhen`.
 */
export class ApplicationBuilder {
  /** The features of the server that the application runs on, e.g. the addresses it listens on. */
  readonly serverFeatures: FeatureCollection;
  readonly #stages: Stage[] = [];
  #isBuilt = false;

  constructor(serverFeatures: FeatureCollection) {
    this.serverFeatures = serverFeatures;
  }

  /**
   * Adds middleware, which runs for every request that reaches it. A function that declares only `context` ends the
   * pipeline: middleware added after it is not reached.
   *
   * @param extra none; exists so that `use('/api', middleware)` is refused with advice
   * @throws HttpError `HTTP_MIDDLEWARE_INVALID` for a value that is not a function, `HTTP_PIPELINE_BUILT`
   */
  use(middleware: Middleware, ...extra: never[]): this {
    checkMiddleware(middleware, 'use', extra);
    return this.#add((next) => (context) => middleware(context, next));
  }

  /**
   * Adds the end of the pipeline: middleware added after it is not reached.
   *
   * @throws HttpError `HTTP_HANDLER_INVALID` for a value that is not a function, `HTTP_PIPELINE_BUILT`
   */
  run(handler: RequestDelegate): this {
    checkHandler(handler, 'run');
    return this.#add(() => handler);
  }

  /**
   * Sends requests under a path to a branch, in which `request.pathBase` ends with that path and `request.path` begins
   * after it. Whole segments match, without case: `/api` takes `/API/users`, not `/apis`.
   *
   * @param path starts with `/`, does not end with it
   * @param configure adds the middleware of the branch; called at once, and must not be async
   * @throws TypeError for another path
   * @throws HttpError `HTTP_MIDDLEWARE_INVALID` for a `configure` that is no function or returns a promise
   */
  map(path: string, configure: (branch: ApplicationBuilder) => void): this {
    if (!/^\/.*[^/]$/.test(path)) throw new TypeError(`map: "${path}" must start with "/" and not end with it`);
    const branch = this.#branch(configure, 'map');
    return this.#add((next) => {
      const mapped = branch.build();
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
   * Folds the middleware into one delegate. May be called again, and builds the same pipeline then.
   *
   * @param end handles requests that no middleware has answered; by default a 404 without content
   */
  build(end: RequestDelegate = notFound): RequestDelegate {
    this.#isBuilt = true;
    return this.#stages.reduceRight((next, stage) => stage(next), end);
  }

  #add(stage: Stage): this {
    if (this.#isBuilt) throw new HttpError('HTTP_PIPELINE_BUILT');
    this.#stages.push(stage);
    return this;
  }

  #branch(configure: (branch: ApplicationBuilder) => unknown, method: string, predicate?: unknown): ApplicationBuilder {
    if (this.#isBuilt) throw new HttpError('HTTP_PIPELINE_BUILT');
    if (predicate !== undefined) checkMiddleware(predicate as Middleware, method);
    checkMiddleware(configure as unknown as Middleware, method);
    const branch = new ApplicationBuilder(this.serverFeatures);
    if (configure(branch) instanceof Promise) {
      throw new HttpError('HTTP_MIDDLEWARE_INVALID', `the function given to ${method}() must not be async`);
    }
    return branch;
  }
}

const notFound: RequestDelegate = ({ response }) => {
  if (!response.hasStarted) response.statusCode = 404;
};
