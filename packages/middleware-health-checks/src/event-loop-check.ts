import { eventLoopDelay } from '@windhover/diagnostics';
import { resolveOptions } from '@windhover/http';
import { HealthChecksError } from './errors.ts';
import type { CheckResult, HealthCheck } from './health-check.ts';

/** Options of `eventLoopCheck`. */
export interface ResolvedEventLoopCheckOptions {
  /** Milliseconds of delay above which the process is degraded. Default 200, where `loadShedding` begins to reject. */
  readonly degradedAbove: number;
  /** Milliseconds of delay above which the process is unhealthy. Default 1000. */
  readonly unhealthyAbove: number;
  /** Measures the delay of the event loop in milliseconds. Default `eventLoopDelay` of `@windhover/diagnostics`. */
  readonly delay: () => number;
}

/** The options as the caller passes them: all are optional. See `ResolvedEventLoopCheckOptions` for their meaning. */
export type EventLoopCheckOptions = Partial<ResolvedEventLoopCheckOptions>;

/** The default of each option that has a plain one. */
export const eventLoopCheckDefaults: Omit<ResolvedEventLoopCheckOptions, 'delay'> = {
  degradedAbove: 200, // milliseconds
  unhealthyAbove: 1000, // milliseconds
};

/**
 * A check of the event loop: how late it is, on average since the last probe. The first probe begins the measurement and
 * is healthy.
 *
 * @throws HealthChecksError `HEALTH_CHECKS_DELAY_INVALID`
 */
export const eventLoopCheck = (given: EventLoopCheckOptions = {}): HealthCheck => {
  const { degradedAbove, unhealthyAbove } = resolveOptions('eventLoopCheck', eventLoopCheckDefaults, given, {
    kinds: { delay: 'function' },
  });
  const delay = given.delay ?? eventLoopDelay();
  if (!(degradedAbove > 0 && unhealthyAbove >= degradedAbove)) {
    throw new HealthChecksError('HEALTH_CHECKS_DELAY_INVALID', { degradedAbove, unhealthyAbove });
  }
  return {
    name: 'event-loop',
    check: (): CheckResult => {
      const late = delay();
      const description = `late by ${Math.round(late)} ms`;
      if (late > unhealthyAbove) return { status: 'unhealthy', description };
      return late > degradedAbove ? { status: 'degraded', description } : { status: 'healthy', description };
    },
  };
};
