/**
 * Health of a resource. `degraded`: works, but needs the attention of an operator.
 *
 * Source: ASP.NET Core `HealthStatus`
 */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

export const healthStatuses: readonly HealthStatus[] = ['healthy', 'degraded', 'unhealthy'];

/**
 * The result of a check: a status, or a status with a description. Nothing and `true` mean `healthy`, `false` means
 * `unhealthy`.
 */
export type CheckResult =
  | void
  | boolean
  | HealthStatus
  | { readonly status: HealthStatus; readonly description?: string };

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

/** The worst status of all. */
export const worstStatus = (reports: readonly CheckReport[]): HealthStatus => {
  const statuses = reports.map(({ status }) => status);
  if (statuses.includes('unhealthy')) return 'unhealthy';
  return statuses.includes('degraded') ? 'degraded' : 'healthy';
};
