import { Supervisor, SupervisorError, type SupervisorOptions } from '@windhover/supervisor';
import { ManualClock } from '../../../../tools/test-support/manual-clock.ts';
import { turns } from '../../../../tools/test-support/turns.ts';
import { FakeWorkers } from './fake-workers.ts';

/** A supervisor with workers and a clock that the test controls. */
export const supervised = (given: Partial<SupervisorOptions> = {}) => {
  const clock = new ManualClock();
  const workers = new FakeWorkers();
  const log: string[] = [];
  const write = (_details: object, message: string): void => void log.push(message);
  const logger = { info: write, warn: write, error: write };
  const options = { threadCount: 2, shutdownTimeout: 1_000, killDelay: 100, clock, logger, ...given };
  const supervisor = new Supervisor(options, workers.launch);
  return { clock, workers, log, supervisor };
};

/** A supervisor whose threads all serve. */
export const running = async (given: Partial<SupervisorOptions> = {}) => {
  const all = supervised(given);
  const started = all.supervisor.start();
  for (let index = 0; index < (given.threadCount ?? 2); index++) {
    await turns();
    await all.workers.started[index]!.serves();
  }
  await started;
  return all;
};

/** Tracks the current state of a promise. */
export const outcomeOf = (promise: Promise<unknown>): { readonly value: () => unknown } => {
  let value: unknown = 'pending';
  promise.then(
    () => (value = 'done'),
    (error: unknown) => (value = error instanceof SupervisorError ? error.code : error),
  );
  return { value: () => value };
};
