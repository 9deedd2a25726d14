import { longestTimer } from '@windhover/connections';

/** Milliseconds that a process has to exit after the deadline of its host. */
const endGrace = 1000;

/**
 * Exits with code 1 if the process is still alive one second after the given time, e.g. because a handler keeps setting
 * timers. It does not keep the process alive itself.
 *
 * @param milliseconds `Infinity` for never
 * @param held called with the kinds of resources that keep it alive, e.g. `Timeout`
 */
export const endProcessAfter = (milliseconds: number, held: (resources: readonly string[]) => void): void => {
  if (milliseconds === Infinity) return;
  const end = (): void => {
    try {
      held(process.getActiveResourcesInfo());
    } finally {
      process.exit(1);
    }
  };
  setTimeout(end, Math.min(milliseconds + endGrace, longestTimer)).unref();
};
