import { HealthChecksError } from './errors.ts';

/**
 * Health of a resource. `degraded`: works, but needs the attention of an operator.
 *
 * Source: ASP.NET Core `HealthStatus`
 */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

export const healthStatuses: readonly HealthStatus[] = ['healthy', 'degraded', 'unhealthy'];

/** The result of a check: a status, or a status with a description; nothing means `healthy`. */
export type CheckResult = void | HealthStatus | { readonly status: HealthStatus; readonly description?: string };

/**
 * A check of a resource that the application needs.
 *
 * Source: ASP.NET Core `IHealthCheck`, `HealthCheckRegistration`
 */
export interface HealthCheck {
  readonly name: string;
  /**
   * Runs the check. An error, another result, or a result after the timeout, means `unhealthy`.
   *
   * @param signal aborts when the timeout expires
   */
  check(signal: AbortSignal): CheckResult | Promise<CheckResult>;
  /** Milliseconds; by default the `timeout` of the middleware. */
  readonly timeout?: number;
  /**
   * Whether the check also affects liveness. A process that is not alive is restarted, so use it only if a restart
   * helps. Default false: affects only readiness.
   */
  readonly liveness?: boolean;
}

/** The outcome of one check. */
export interface CheckReport {
  readonly name: string;
  readonly status: HealthStatus;
  readonly description: string | undefined;
  /** For the server; not sent to the client. */
  readonly error: unknown;
}

/** Runs a check with its timeout. Never rejects. */
export const runCheck = async (healthCheck: HealthCheck, defaultTimeout: number): Promise<CheckReport> => {
  const { name, timeout } = healthCheck;
  const abortion = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new HealthChecksError('HEALTH_CHECKS_TIMEOUT');
      abortion.abort(error);
      reject(error);
    }, timeout ?? defaultTimeout);
  });
  try {
    const result = await Promise.race([attempt(healthCheck, abortion.signal), timedOut]);
    return { name, ...outcomeOf(result), error: undefined };
  } catch (error) {
    return { name, status: 'unhealthy', description: undefined, error };
  } finally {
    clearTimeout(timer);
  }
};

/** @throws HealthChecksError `HEALTH_CHECKS_RESULT_INVALID` e.g. for `false`, which a check without types may return */
const outcomeOf = (result: unknown): Pick<CheckReport, 'status' | 'description'> => {
  if (result === undefined) return { status: 'healthy', description: undefined };
  const isObject = typeof result === 'object' && result !== null;
  const { status, description } = (isObject ? result : { status: result }) as Partial<CheckReport>;
  if (status !== undefined && healthStatuses.includes(status)) return { status, description };
  throw new HealthChecksError('HEALTH_CHECKS_RESULT_INVALID', isObject ? { status } : result);
};

/** Turns a synchronous throw of a check into a rejection. */
const attempt = async (healthCheck: HealthCheck, signal: AbortSignal): Promise<CheckResult> =>
  healthCheck.check(signal);

/** The worst status of all. */
export const worstStatus = (reports: readonly CheckReport[]): HealthStatus => {
  const statuses = reports.map(({ status }) => status);
  if (statuses.includes('unhealthy')) return 'unhealthy';
  return statuses.includes('degraded') ? 'degraded' : 'healthy';
};
