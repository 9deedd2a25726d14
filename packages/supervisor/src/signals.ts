import { constants } from 'node:os';
import { terminalHasGone } from './terminal.ts';

/** Each asks to stop. Source: ASP.NET Core `ConsoleLifetime`, as `@windhover/hosting` */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const;

/**
 * The same signal again within this time, in milliseconds, is the same request: a terminal sends Ctrl+C to every
 * process of its foreground group, and a script runner passes its own copy on.
 */
const repeatWindow = 250;

export interface SupervisorSignals {
  stop(signal: NodeJS.Signals): void;
  /** A second time. @param exitCode what a shell expects: 128 and the number of the signal */
  force(signal: NodeJS.Signals, exitCode: number): void;
  reload(signal: NodeJS.Signals): void;
}

/** @returns stops listening */
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
