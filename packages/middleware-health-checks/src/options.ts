import { longestTimer, resolveOptions } from '@windhover/http';
import { HealthChecksError } from './errors.ts';
import { type HealthCheck, type HealthStatus, healthStatuses } from './health-check.ts';

/**
 * Options of `healthChecks`.
 *
 * Source: ASP.NET Core `HealthCheckOptions`
 */
export interface ResolvedHealthChecksOptions {
  /** Path of the liveness probe; `null` for none. */
  readonly livePath: string | null;
  /** Path of the readiness probe; `null` for none. */
  readonly readyPath: string | null;
  /** Checks of resources that the application needs. */
  readonly checks: readonly HealthCheck[];
  /** Default timeout of a check in milliseconds. */
  readonly timeout: number;
  /** Status codes of the responses, which have content: not 204, 205 and 304. */
  readonly statusCodes: Readonly<Record<HealthStatus, number>>;
  /** Whether JSON responses list the checks with their status and description. Text responses never do. */
  readonly details: boolean;
  /** Whether caches may store the responses. */
  readonly allowCaching: boolean;
  /** Called with the error of each check that fails. */
  readonly onCheckFailed: (name: string, error: unknown) => void;
}

/** The options as the caller passes them: all are optional. See `ResolvedHealthChecksOptions` for their meaning. */
export type HealthChecksOptions = Partial<ResolvedHealthChecksOptions>;

export const healthChecksDefaults: ResolvedHealthChecksOptions = {
  livePath: '/livez', // as Kubernetes names it
  readyPath: '/readyz', // as Kubernetes names it
  checks: [],
  timeout: 5000, // milliseconds
  statusCodes: { healthy: 200, degraded: 200, unhealthy: 503 }, // as ASP.NET Core ResultStatusCodes
  details: false,
  allowCaching: false, // as ASP.NET Core AllowCachingResponses
  onCheckFailed: () => undefined,
};

/** Statuses whose responses have no content. Source: RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5 */
const withoutContent = [204, 205, 304];

const mayHaveContent = (code: number): boolean =>
  Number.isInteger(code) && code >= 200 && code <= 599 && !withoutContent.includes(code);

/** @throws HealthChecksError for an option out of its range */
export const resolveHealthChecksOptions = (given: HealthChecksOptions): ResolvedHealthChecksOptions => {
  const options = resolveOptions('healthChecks', healthChecksDefaults, given, {
    kinds: { checks: 'array', statusCodes: 'object' },
  });
  const { livePath, readyPath, checks, statusCodes } = options;
  for (const path of [livePath, readyPath]) {
    if (path !== null && !path.startsWith('/')) throw new HealthChecksError('HEALTH_CHECKS_PATH_INVALID', path);
  }
  if (livePath !== null && livePath === readyPath) throw new HealthChecksError('HEALTH_CHECKS_PATH_INVALID', livePath);
  const names = new Set<string>();
  for (const check of checks) {
    checkShape(check);
    const { name } = check;
    if (name === '' || names.has(name)) throw new HealthChecksError('HEALTH_CHECKS_NAME_INVALID', name);
    names.add(name);
  }
  for (const timeout of [options.timeout, ...checks.map((check) => check.timeout ?? options.timeout)]) {
    if (!Number.isInteger(timeout) || timeout < 1 || timeout > longestTimer) {
      throw new HealthChecksError('HEALTH_CHECKS_TIMEOUT_INVALID', timeout);
    }
  }
  if (!healthStatuses.every((status) => mayHaveContent(statusCodes[status]))) {
    throw new HealthChecksError('HEALTH_CHECKS_STATUS_INVALID', statusCodes);
  }
  return options;
};

/** A function with a name has the property `name`, too, and would fail only when it is called. */
const checkShape = (given: unknown): void => {
  if (typeof given !== 'object' || given === null) {
    throw new HealthChecksError('HEALTH_CHECKS_CHECK_INVALID', given === null ? null : typeof given);
  }
  const { name, check, timeout, liveness } = given as Partial<HealthCheck>;
  const hasShape =
    typeof name === 'string' &&
    typeof check === 'function' &&
    ['undefined', 'number'].includes(typeof timeout) &&
    ['undefined', 'boolean'].includes(typeof liveness);
  if (hasShape) return;
  const members = Object.entries({ name, check, timeout, liveness }).map(([key, value]) => `${key}: ${typeof value}`);
  throw new HealthChecksError('HEALTH_CHECKS_CHECK_INVALID', members.join(', '));
};
