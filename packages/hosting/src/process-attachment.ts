import { onHangUp } from './reload-signal.ts';
import { onShutdownSignal } from './shutdown-signals.ts';
import { onUnhandledError } from './unhandled-errors.ts';

/** What a process tells the host that it runs. */
export interface ProcessEvents {
  /** A signal asks for the end. */
  stopRequested(): void;
  /** A signal asks for a reload. */
  reloadRequested(): void;
  /** An error has reached nobody. `undefined` leaves such errors to Node.js. */
  readonly failed: ((error: unknown) => void) | undefined;
}

/** Makes a host the one that this process is for. @returns lets go of the process */
export const attachToProcess = ({ stopRequested, reloadRequested, failed }: ProcessEvents): (() => void) => {
  const detach = [
    onShutdownSignal(stopRequested, (exitCode) => process.exit(exitCode)),
    onHangUp(reloadRequested, stopRequested),
  ];
  if (failed !== undefined) detach.push(onUnhandledError(failed));
  return () => {
    for (const each of detach) each();
  };
};
