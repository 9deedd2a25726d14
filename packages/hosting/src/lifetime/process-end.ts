import { longestTimer } from '../longest-timer.ts';

/** Milliseconds that a process gets to end by itself once its host has to have stopped. */
const endGrace = 1000;

/**
 * Ends the process with the exit code 1, should something still keep it alive when the time and a second are over, e.g.
 * a handler that sets one timer after the other. It does not keep the process alive itself.
 *
 * @param milliseconds `Infinity` for never
 * @param held told what keeps it alive, by kinds of resources, e.g. `Timeout`
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
