import { constants } from 'node:os';

/** How a process ended. */
export interface Exit {
  /** `null` where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not even be started. */
  readonly error?: Error | undefined;
}

/** What a shell would tell: the exit code, or 128 and the number of the signal. */
export const exitCodeOf = ({ code, signal }: Exit): number =>
  code ?? (signal === null ? 1 : 128 + constants.signals[signal]);

/** For a sentence that begins with the worker. */
export const describeExit = ({ code, signal, error }: Exit): string => {
  if (error !== undefined) return `could not be started: ${error.message}`;
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
};
