import { endProcessAfter } from './process-end.ts';
import { onShutdownSignal } from './shutdown-signals.ts';
import { isSupervisedWorker } from './supervised-process.ts';
import { onUnhandledError } from './unhandled-errors.ts';

/** What a process asks of the host that it runs. */
export interface ProcessEvents {
  /**
   * The process is to end.
   *
   * @param deadline ends the waiting before the shutdown timeout
   */
  stop(deadline?: AbortSignal): Promise<void>;
  /** A signal asks for a reload. */
  reload(): void;
  /** There are keys that all processes of the application have. */
  shareKeys(keys: Uint8Array): void;
  /** Called for an error that was not caught. `undefined` leaves such errors to Node.js. */
  readonly failed: ((error: unknown) => void) | undefined;
}

/** The other processes of an application that runs in several. */
export interface Siblings {
  /** What they listen on, as it is published; empty where there are none. */
  addresses: () => readonly string[];
}

/** The process that a host runs in, and its supervisor if it has one. */
export interface ProcessAttachment {
  /** Whether this process is the one to say what all of them listen on. */
  readonly announces: boolean;
  started(addresses: readonly string[]): void;
  startFailed(error: unknown): void;
  /** The host stops by itself, and so do the other processes of the application. */
  stopsItself(): void;
  /** What the other processes of the application listen on. */
  siblingAddresses(): readonly string[];
  /** Lets go of the process. */
  detach(): void;
}

const unsupervised = {
  announces: true,
  started: () => {},
  startFailed: () => {},
  stopsItself: () => {},
  siblingAddresses: () => [],
};

/** Makes a host the one that this process is for. A worker of a supervisor is steered by that, any other by signals. */
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
      // The channel to the supervisor would keep it alive.
      endProcessAfter(0, () => {});
    },
    stopsItself: () => worker.requestShutdown(),
    siblingAddresses: () => worker.siblingAddresses,
  };
};

/**
 * Listens for SIGHUP. It asks a daemon to reload; where the process has a terminal it says that the terminal is gone,
 * and asks for the end. Windows knows only the second.
 *
 * @returns stops listening
 */
const onHangUp = (reload: () => void, requestStop: () => void): (() => void) => {
  const { isatty } = process.getBuiltinModule('node:tty');
  // Not process.stdin.isTTY, which opens a stream for stdin.
  const hasTerminal = process.platform === 'win32' || isatty(0) || isatty(1);
  const received = hasTerminal ? requestStop : reload;
  process.on('SIGHUP', received);
  return () => void process.off('SIGHUP', received);
};
