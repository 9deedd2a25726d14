import { constants } from 'node:os';

/** How a process ended. */
export interface Exit {
  /** The exit code; `null` if a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The error if the process could not be started. */
  readonly error?: Error | undefined;
}

/** The exit code as a shell reports it: the code of the process, or 128 plus the signal number. */
export const exitCodeOf = ({ code, signal }: Exit): number =>
  code ?? (signal === null ? 1 : 128 + constants.signals[signal]);

/** The predicate of a sentence whose subject is the worker, e.g. `ended with exit code 1`. */
export const describeExit = ({ code, signal, error }: Exit): string => {
  if (error !== undefined) return `could not be started: ${error.message}`;
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
};
