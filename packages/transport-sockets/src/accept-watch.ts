import { AcceptError } from './accept-error.ts';
import { debuglog, fs } from './node-builtins.ts';

const debug = debuglog('windhover:transport-sockets');

/** Milliseconds between two looks. */
const period = 1_000;

/** Looks in a row without a failure after which the trouble is over; until then a new failure is the same trouble. */
const calmLooks = 3;

/** Who is told of trouble. */
export interface AcceptObserver {
  /** Once for each time of trouble. Default: a warning of the process. */
  readonly onAcceptError?: ((error: AcceptError) => void) | undefined;
  /** The trouble is over. */
  readonly onAcceptRecovered?: (() => void) | undefined;
}

const warn = (error: AcceptError): void =>
  process.emitWarning(error.message, { type: error.name, code: error.code, detail: String(error.cause) });

const isError = (value: unknown): value is Error => value instanceof Error;

/** What the next accept would fail with for want of a descriptor. A Windows process has no such limit. */
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
 * Notices that nothing can be accepted, tells it once, and notices when it is over.
 *
 * Without descriptors libuv gives up one that it has in reserve to take the waiting clients and close them, and says
 * nothing to anybody. That keeps the event loop from spinning and the queue from growing, and needs no help; so all that
 * is left to do is to see it, by trying for a descriptor now and then while something listens. Other failures reach us
 * as `error` events, as often as the event loop turns.
 *
 * Source: libuv `uv__emfile_trick`.
 */
export class AcceptWatch {
  readonly #observer: AcceptObserver;
  readonly #attempt: () => Error | undefined;
  /** One for each listener; those of one server are the same functions. */
  readonly #listening: AcceptObserver[] = [];
  #timer: NodeJS.Timeout | undefined;
  #troubled = false;
  #calm = 0;

  /** @param attempt tries for a descriptor and returns what the system said against it */
  constructor(observer: AcceptObserver, attempt = tryDescriptor) {
    this.#observer = observer;
    this.#attempt = attempt;
  }

  /**
   * A listener is there: looks once a second, and does not keep the process alive for it.
   *
   * @param observer is told as well, until the listener is gone; once, however many listeners have it
   */
  add(observer: AcceptObserver = {}): void {
    this.#listening.push(observer);
    this.#timer ??= setInterval(() => this.#look(), period).unref();
  }

  /** A listener is gone. */
  remove(observer?: AcceptObserver): void {
    this.#listening.splice(observer === undefined ? 0 : this.#listening.indexOf(observer), 1);
    if (this.#listening.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#troubled = false;
  }

  /** An accept has failed. */
  failed(cause: Error): void {
    this.#calm = 0;
    if (this.#troubled) return;
    this.#troubled = true;
    debug('accept fails: %s', cause.message);
    const told = this.#told('onAcceptError');
    const error = new AcceptError(cause);
    if (told.size === 0) warn(error);
    else for (const tell of told) tell(error);
  }

  /** Whoever is to be told, each once. */
  #told<K extends keyof AcceptObserver>(what: K): Set<NonNullable<AcceptObserver[K]>> {
    const observers = [this.#observer, ...this.#listening];
    return new Set(observers.map((observer) => observer[what]).filter((tell) => tell !== undefined));
  }

  #look(): void {
    const error = this.#attempt();
    if (error !== undefined) return this.failed(error);
    if (!this.#troubled || ++this.#calm < calmLooks) return;
    this.#troubled = false;
    debug('accept works again');
    for (const tell of this.#told('onAcceptRecovered')) tell();
  }
}
