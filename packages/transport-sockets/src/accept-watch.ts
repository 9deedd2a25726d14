import { AcceptError } from './accept-error.ts';
import { debuglog, fs } from './node-builtins.ts';

const debug = debuglog('windhover:transport-sockets');

/** Milliseconds between two checks. */
const period = 1_000;

/** Consecutive successful checks that end an outage. A failure before that belongs to the same outage. */
const calmLooks = 3;

/** Callbacks for an outage: a time in which connections cannot be accepted. */
export interface AcceptObserver {
  /** Called once per outage. Default: `process.emitWarning`. */
  readonly onAcceptError?: ((error: AcceptError) => void) | undefined;
  /** Called when connections can be accepted again. */
  readonly onAcceptRecovered?: (() => void) | undefined;
}

const warn = (error: AcceptError): void =>
  process.emitWarning(error.message, { type: error.name, code: error.code, detail: String(error.cause) });

const isError = (value: unknown): value is Error => value instanceof Error;

/** The error that the next accept would fail with if no descriptor is free. A Windows process has no such limit. */
const tryDescriptor = (): Error | undefined => {
  if (process.platform === 'win32') return undefined;
  try {
    fs.closeSync(fs.openSync('/dev/null', 'r'));
    return undefined;
  } catch (error) {
    return isError(error) && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')
      ? error
      : undefined;
  }
};

/**
 * Detects that no connection can be accepted, reports it once, and detects the recovery.
 *
 * Without a free descriptor libuv uses a reserved one to accept the waiting clients and close them, without reporting
 * it. So the event loop does not spin and the queue does not grow, but the outage is silent. To detect it, this class
 * periodically tries to open a descriptor while a listener exists. Other accept failures are reported as `error` events,
 * as often as once per turn of the event loop.
 *
 * Source: libuv `uv__emfile_trick`.
 */
export class AcceptWatch {
  readonly #observer: AcceptObserver;
  readonly #attempt: () => Error | undefined;
  /** One observer per listener; the listeners of one server have the same callbacks. */
  readonly #listening: AcceptObserver[] = [];
  #timer: NodeJS.Timeout | undefined;
  #troubled = false;
  #calm = 0;

  /** @param attempt tries to open a descriptor and returns the error of the system, if any */
  constructor(observer: AcceptObserver, attempt = tryDescriptor) {
    this.#observer = observer;
    this.#attempt = attempt;
  }

  /**
   * Registers a listener: checks once a second while listeners exist. The timer does not keep the process alive.
   *
   * @param observer also notified, until the listener is removed; a callback that several listeners share is called once
   */
  add(observer: AcceptObserver = {}): void {
    this.#listening.push(observer);
    this.#timer ??= setInterval(() => this.#look(), period).unref();
  }

  /** Removes a listener. */
  remove(observer?: AcceptObserver): void {
    this.#listening.splice(observer === undefined ? 0 : this.#listening.indexOf(observer), 1);
    if (this.#listening.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#troubled = false;
  }

  /** Reports that an accept failed. */
  failed(cause: Error): void {
    this.#calm = 0;
    if (this.#troubled) return;
    this.#troubled = true;
    debug('accept fails: %s', cause.message);
    const callbacks = this.#callbacks('onAcceptError');
    const error = new AcceptError(cause);
    if (callbacks.size === 0) warn(error);
    else for (const callback of callbacks) callback(error);
  }

  /** The callbacks to call, without duplicates. */
  #callbacks<K extends keyof AcceptObserver>(name: K): Set<NonNullable<AcceptObserver[K]>> {
    const observers = [this.#observer, ...this.#listening];
    return new Set(observers.map((observer) => observer[name]).filter((callback) => callback !== undefined));
  }

  #look(): void {
    const error = this.#attempt();
    if (error !== undefined) return this.failed(error);
    if (!this.#troubled || ++this.#calm < calmLooks) return;
    this.#troubled = false;
    debug('accept works again');
    for (const callback of this.#callbacks('onAcceptRecovered')) callback();
  }
}
