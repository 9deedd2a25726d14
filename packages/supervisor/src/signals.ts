import { constants } from 'node:os';
import { terminalHasGone } from './terminal.ts';

/** The signals that request a stop. Source: ASP.NET Core `ConsoleLifetime`, as `@windhover/hosting` */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const;

/**
 * A signal that is repeated within this time, in milliseconds, counts as one request: a terminal sends Ctrl+C to every
 * process of its foreground group, and a script runner forwards its own copy.
 */
const repeatWindow = 250;

export interface SupervisorSignals {
  stop(signal: NodeJS.Signals): void;
  /** A stop was requested a second time. @param exitCode as a shell expects: 128 plus the signal number */
  force(signal: NodeJS.Signals, exitCode: number): void;
  reload(signal: NodeJS.Signals): void;
}

/** Listens for the signals. @returns a function that stops listening */
export const onSupervisorSignals = ({ stop, force, reload }: SupervisorSignals): (() => void) => {
  let first: { readonly name: NodeJS.Signals; readonly at: number } | undefined;
  const stopRequested = (name: NodeJS.Signals): void => {
    if (first === undefined) {
      first = { name, at: performance.now() };
      stop(name);
    } else if (name !== first.name || performance.now() - first.at > repeatWindow) {
      force(name, 128 + constants.signals[name]);
    }
  };
  const hungUp = (name: NodeJS.Signals): void => (terminalHasGone() ? stopRequested(name) : reload(name));
  for (const name of stopSignals) process.on(name, stopRequested);
  process.on('SIGHUP', hungUp);
  return () => {
    for (const name of stopSignals) process.off(name, stopRequested);
    process.off('SIGHUP', hungUp);
  };
};
