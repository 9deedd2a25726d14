import { receivedText } from '@windhover/http';

/** Every code of a `HealthChecksError`, with the beginning of its message. */
export const healthChecksErrors = {
  HEALTH_CHECKS_PATH_INVALID: 'a path must start with "/", or be null for none, and differ from the others',
  HEALTH_CHECKS_TIMEOUT_INVALID: 'a timeout must be an integer from 1 to 2147483647, in milliseconds',
  HEALTH_CHECKS_CHECK_INVALID:
    'a check must be an object such as { name: "database", check: async (signal) => { … } }, in which a number timeout and a boolean liveness are optional',
  HEALTH_CHECKS_NAME_INVALID: 'a check must have a name, which no other check has',
  HEALTH_CHECKS_STATUS_INVALID:
    'statusCodes must have healthy, degraded and unhealthy, each an integer from 200 to 599 whose response may have content',
  HEALTH_CHECKS_DELAY_INVALID:
    'a delay must be a number above 0, in milliseconds, and unhealthyAbove not below degradedAbove',
  HEALTH_CHECKS_RESULT_INVALID:
    'a check must return nothing, true, false, "healthy", "degraded", "unhealthy", or an object with one of the last three as status',
  HEALTH_CHECKS_TIMEOUT: 'the check took longer than its timeout',
  HEALTH_CHECKS_HANGING:
    'the check was not started again, because earlier runs ignore their signals and have not ended',
} as const satisfies Record<`HEALTH_CHECKS_${string}`, string>;

export type HealthChecksErrorCode = keyof typeof healthChecksErrors;

/**
 * An invalid option of `healthChecks`, an invalid result of a check, or the reason with which the signal of a slow check
 * aborts. Branch on `code`.
 */
export class HealthChecksError extends Error {
  override readonly name = 'HealthChecksError';
  readonly code: HealthChecksErrorCode;

  constructor(code: HealthChecksErrorCode, given?: unknown) {
    super(
      given === undefined ? healthChecksErrors[code] : `${healthChecksErrors[code]}; received ${receivedText(given)}`,
    );
    this.code = code;
  }
}
