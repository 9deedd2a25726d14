import { inspect } from 'node:util';
import { type HttpContext, type Middleware, ReadinessFeature, addVary, listMembers, mediaType } from '@windhover/http';
import { CheckRunner } from './check-runner.ts';
import { type CheckReport, type HealthStatus, worstStatus } from './health-check.ts';
import { type HealthChecksOptions, type ResolvedHealthChecksOptions, resolveHealthChecksOptions } from './options.ts';

/**
 * Request middleware that answers liveness and readiness probes. The process is ready if the host has started and is
 * not stopping, and no check is unhealthy. At the beginning of a stop a load balancer thus stops sending new requests
 * while the host still serves.
 *
 * @throws HealthChecksError for an option out of its range
 * Source: ASP.NET Core `HealthCheckMiddleware`
 */
export const healthChecks = (given: HealthChecksOptions = {}): Middleware => {
  const options = resolveHealthChecksOptions(given);
  const { livePath, readyPath, checks } = options;
  const runners = checks.map((check) => new CheckRunner(check, options.timeout));
  const live = new Probe(
    runners.filter(({ affectsLiveness }) => affectsLiveness),
    options,
  );
  const ready = new Probe(runners, options);
  return (context, next) => {
    const { path } = context.request;
    if (path === livePath) return live.answer(context, true);
    if (path === readyPath) return ready.answer(context, isReady(context));
    return next(context);
  };
};

/** Without a host, a server that answers is ready. */
const isReady = ({ features }: HttpContext): boolean => features.get(ReadinessFeature)?.isReady ?? true;

/** The checks of one path. */
class Probe {
  readonly #checks: readonly CheckRunner[];
  readonly #options: ResolvedHealthChecksOptions;
  /**
   * Requests that arrive while the checks run share their results, so that clients cannot make the checks run more
   * often.
   */
  #running: Promise<readonly CheckReport[]> | undefined;
  #hasWarned = false;

  constructor(checks: readonly CheckRunner[], options: ResolvedHealthChecksOptions) {
    this.#checks = checks;
    this.#options = options;
  }

  /** @param isServing whether the host accepts new requests; if not, the checks need not run */
  answer(context: HttpContext, isServing: boolean): void | Promise<void> {
    const { method } = context.request;
    if (method !== 'GET' && method !== 'HEAD') return refuseMethod(context);
    if (!isServing) return this.#send(context, 'unhealthy', []);
    if (this.#checks.length === 0) return this.#send(context, 'healthy', []);
    return this.#run().then((reports) => this.#send(context, worstStatus(reports), reports));
  }

  #run(): Promise<readonly CheckReport[]> {
    this.#running ??= this.#runAll().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #runAll(): Promise<readonly CheckReport[]> {
    const reports = await Promise.all(this.#checks.map((check) => check.run()));
    for (const { name, error } of reports) if (error !== undefined) void this.#notify(name, error);
    return reports;
  }

  /** An error of the callback, which may be async, must not change the answer of the probe. Warns once. */
  async #notify(name: string, error: unknown): Promise<void> {
    try {
      const result: unknown = this.#options.onCheckFailed(name, error);
      await result;
    } catch (thrown) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      const message = `onCheckFailed of healthChecks has failed for the check ${JSON.stringify(name)}; the probe is answered without it.`;
      process.emitWarning(message, { code: 'HEALTH_CHECKS_CALLBACK_FAILED', detail: shown(thrown) });
    }
  }

  #send({ request, response }: HttpContext, status: HealthStatus, reports: readonly CheckReport[]): void {
    const { statusCodes, allowCaching, details } = this.#options;
    response.statusCode = statusCodes[status];
    if (allowCaching) addVary(response.headers, 'accept');
    else response.headers.set('cache-control', 'no-store, no-cache');
    if (!acceptsJson(request.headers.get('accept') ?? '')) return response.send(`${status}\n`);
    const checks = reports.map(({ name, status, description }) => ({ name, status, description }));
    response.json({ status, ...(details && { checks }) });
  }
}

const refuseMethod = ({ response }: HttpContext): void => {
  response.statusCode = 405;
  response.headers.set('allow', 'GET, HEAD');
};

const acceptsJson = (accept: string): boolean =>
  listMembers(accept).some((range) => mediaType(range) === 'application/json');

/** A thrown value as text. Reading it may throw as well. */
const shown = (thrown: unknown): string => {
  try {
    return inspect(thrown);
  } catch {
    return 'The thrown value cannot be read.';
  }
};
