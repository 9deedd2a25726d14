import { endProcessAfter } from './process-end.ts';
import { onShutdownSignal } from './shutdown-signals.ts';
import { isSupervisedWorker } from './supervised-process.ts';
import { onUnhandledError } from './unhandled-errors.ts';

/** Requests of a process to its host. */
export interface ProcessEvents {
  /**
   * The process is asked to end.
   *
   * @param deadline ends the wait before the shutdown timeout
   */
  stop(deadline?: AbortSignal): Promise<void>;
  /** A signal asks for a reload. */
  reload(): void;
  /** Passes keys that all processes of the application share. */
  shareKeys(keys: Uint8Array): void;
  /** Called for an uncaught error. If `undefined`, Node.js handles such errors. */
  readonly failed: ((error: unknown) => void) | undefined;
}

/** The other processes of an application that runs in several. */
export interface Siblings {
  /** Their published addresses; empty without other processes. */
  addresses: () => readonly string[];
}

/** The process that a host runs in, and its supervisor, if there is one. */
export interface ProcessAttachment {
  /** Whether this process logs the addresses for all of them. */
  readonly announces: boolean;
  started(addresses: readonly string[]): void;
  startFailed(error: unknown): void;
  /** The host has failed and has stopped. The process exits by itself, and a supervisor starts another one. */
  failed(): void;
  /** The host stops itself, so the other processes of the application stop, too. */
  stopsItself(): void;
  /** Published addresses of the other processes of the application. */
  siblingAddresses(): readonly string[];
  /** Removes the listeners of the process. */
  detach(): void;
}

const unsupervised = {
  announces: true,
  started: () => {},
  startFailed: () => {},
  failed: () => {},
  stopsItself: () => {},
  siblingAddresses: () => [],
};

/** Connects a host to its process. In a worker the supervisor controls it, in any other process signals do. */
export const attachToProcess = async (events: ProcessEvents): Promise<ProcessAttachment> => {
  const unhandled = events.failed === undefined ? () => {} : onUnhandledError(events.failed);
  const worker = await superviseMe(events);
  if (worker !== undefined) return { ...worker, detach: unhandled };
  const stop = (): void => void events.stop();
  const signals = onShutdownSignal(stop, (exitCode) => process.exit(exitCode));
  const hangUp = onHangUp(() => events.reload(), stop);
  return {
    ...unsupervised,
    detach: () => {
      unhandled();
      signals();
      hangUp();
    },
  };
};

const superviseMe = async (events: ProcessEvents): Promise<Omit<ProcessAttachment, 'detach'> | undefined> => {
  if (!isSupervisedWorker()) return undefined;
  const { supervisedWorker } = await import('@windhover/supervisor');
  const worker = supervisedWorker();
  if (worker === undefined) return undefined;
  worker.onStopRequested((deadline) => events.stop(deadline));
  worker.onSharedKeys((keys) => events.shareKeys(keys));
  return {
    announces: worker.thread === 1,
    started: (addresses) => worker.reportReady(addresses),
    startFailed: (error) => {
      worker.reportFailed(error);
      endHeldProcess();
    },
    failed: endHeldProcess,
    stopsItself: () => worker.requestShutdown(),
    siblingAddresses: () => worker.siblingAddresses,
  };
};

/** Ends a worker whose host has failed: closes the channel to the supervisor, which would keep the process alive. */
const endHeldProcess = (): void => {
  endProcessAfter(0, () => {});
  // A report of the failure is sent first.
  setImmediate(() => {
    if (process.connected) process.disconnect?.();
  });
};

/**
 * Listens for SIGHUP. It asks for a reload, unless the terminal of the process was closed: then it asks the process to
 * end. Windows has only the second meaning. Same as in `@windhover/supervisor`.
 *
 * @returns a function that stops listening
 */
const onHangUp = (reload: () => void, requestStop: () => void): (() => void) => {
  const { isatty } = process.getBuiltinModule('node:tty');
  // Read now, because the terminal may be closed later. Not process.stdin.isTTY, which opens a stream for stdin.
  const hadTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
  const received = (): void => {
    if (process.platform === 'win32' || (hadTerminal && isTerminalClosed())) requestStop();
    else reload();
  };
  process.on('SIGHUP', received);
  return () => void process.off('SIGHUP', received);
};

const isTerminalClosed = (): boolean => {
  const { closeSync, openSync } = process.getBuiltinModule('node:fs');
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
};
