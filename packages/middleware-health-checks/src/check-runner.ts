import { HealthChecksError } from './errors.ts';
import { type CheckReport, type CheckResult, type HealthCheck, healthStatuses } from './health-check.ts';

/**
 * Runs one check, one run after the other. A run that ignores its signal may never end. After each such run in a row
 * the check is started again half as often, so that few of them exist at a time, and a check that works again is noticed.
 */
export class CheckRunner {
  /** Whether the check also affects liveness. */
  readonly affectsLiveness: boolean;
  readonly #check: HealthCheck;
  readonly #timeout: number;
  readonly #now: () => number;
  /** Runs in a row that have timed out and not ended. */
  #hanging = 0;
  /** The time before which the check is not started again. */
  #nextStart = -Infinity;

  /**
   * @param defaultTimeout milliseconds
   * @param now the time in milliseconds
   */
  constructor(check: HealthCheck, defaultTimeout: number, now: () => number = () => performance.now()) {
    this.affectsLiveness = check.liveness === true;
    this.#check = check;
    this.#timeout = check.timeout ?? defaultTimeout;
    this.#now = now;
  }

  /** Runs the check with its timeout. Never rejects. */
  async run(): Promise<CheckReport> {
    const { name } = this.#check;
    try {
      if (this.#now() < this.#nextStart) throw new HealthChecksError('HEALTH_CHECKS_HANGING');
      return { name, ...outcomeOf(await this.#result()), error: undefined };
    } catch (error) {
      return { name, status: 'unhealthy', description: undefined, error };
    }
  }

  #result(): Promise<unknown> {
    const abortion = new AbortController();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const error = new HealthChecksError('HEALTH_CHECKS_TIMEOUT');
        this.#timedOut();
        abortion.abort(error);
        reject(error);
      }, this.#timeout);
      const ended = (): void => {
        clearTimeout(timer);
        this.#hanging = 0;
        this.#nextStart = -Infinity;
      };
      attempt(this.#check, abortion.signal).finally(ended).then(resolve, reject);
    });
  }

  /** Assumes that the run hangs. Its end, e.g. because of its signal, undoes this. */
  #timedOut(): void {
    this.#nextStart = this.#now() + this.#timeout * 2 ** this.#hanging;
    this.#hanging++;
  }
}

/** Turns a synchronous throw of a check into a rejection. */
const attempt = async (healthCheck: HealthCheck, signal: AbortSignal): Promise<CheckResult> =>
  healthCheck.check(signal);

/** @throws HealthChecksError `HEALTH_CHECKS_RESULT_INVALID` e.g. for `null`, which a check without types may return */
const outcomeOf = (result: unknown): Pick<CheckReport, 'status' | 'description'> => {
  if (result === undefined || result === true) return { status: 'healthy', description: undefined };
  if (result === false) return { status: 'unhealthy', description: undefined };
  const isObject = typeof result === 'object' && result !== null;
  const { status, description } = (isObject ? result : { status: result }) as Partial<CheckReport>;
  if (status !== undefined && healthStatuses.includes(status)) return { status, description };
  throw new HealthChecksError('HEALTH_CHECKS_RESULT_INVALID', isObject ? { status } : result);
};
