import assert from 'node:assert/strict';
import type { Connection, Receiver } from '@windhover/connections';

/** Milliseconds that a check waits for an expected event. */
const patience = 10_000;

type Happening = 'received' | 'drained' | 'ended' | 'closed';

/** Actions of a recorder in addition to recording. */
export interface RecorderHooks {
  received?(bytes: Uint8Array): void;
  /** Makes the recorder a receiver that borrows memory. */
  readonly borrows?: true;
  drained?(): void;
  ended?(): void;
}

interface Wait {
  readonly condition: () => boolean;
  readonly done: () => void;
}

/** A receiver that records all of its calls, so that a check can wait for a call and inspect earlier ones. */
export class Recorder implements Receiver {
  readonly connection: Connection;
  /** The calls in order; consecutive calls of `received` count once. */
  readonly happenings: Happening[] = [];
  /** All bytes so far as latin1 text; empty if `hooks.received` takes them. */
  text = '';
  size = 0;
  error: Error | undefined;
  /** Set by `silently`: no call is allowed now. */
  #silence = false;
  readonly #hooks: RecorderHooks;
  #waits: Wait[] = [];
  readonly borrowed?: (memory: Uint8Array, size: number) => void;
  readonly #offences: string[] = [];

  constructor(connection: Connection, hooks: RecorderHooks = {}) {
    this.connection = connection;
    this.#hooks = hooks;
    if (hooks.borrows) this.borrowed = (memory, size) => this.received(memory.subarray(0, size));
  }

  received(bytes: Uint8Array): void {
    if (bytes.length === 0) this.#offences.push('received was called without bytes');
    this.size += bytes.length;
    if (this.#hooks.received === undefined) this.text += Buffer.from(bytes).toString('latin1');
    this.#note('received');
    this.#hooks.received?.(bytes);
    this.#checkWaits();
  }

  drained(): void {
    this.#note('drained');
    this.#hooks.drained?.();
    this.#checkWaits();
  }

  ended(): void {
    this.#note('ended');
    this.#hooks.ended?.();
    this.#checkWaits();
  }

  closed(error?: Error): void {
    this.error = error;
    this.#note('closed');
    this.#checkWaits();
  }

  has(happening: Happening): boolean {
    return this.happenings.includes(happening);
  }

  /** The `code` of the error that was passed to `closed`. */
  get errorCode(): unknown {
    return this.error !== undefined && 'code' in this.error ? this.error.code : this.error;
  }

  /** Waits until the condition is true; it is checked after each call of the receiver. */
  async until(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return;
    let timer: NodeJS.Timeout | undefined;
    const news = new Promise<void>((done) => this.#waits.push({ condition, done }));
    const late = new Promise<void>((done) => (timer = setTimeout(done, patience)));
    await Promise.race([news, late]);
    clearTimeout(timer);
    assert.ok(condition(), `${what}; so far: ${this.happenings.join(', ') || 'nothing'}, ${this.size} bytes`);
  }

  untilText(text: string): Promise<void> {
    return this.until(() => this.text.length >= text.length, `expected to receive ${text.length} bytes`);
  }

  untilEnded(): Promise<void> {
    return this.until(() => this.has('ended'), 'expected a call of ended');
  }

  untilClosed(): Promise<void> {
    return this.until(() => this.has('closed'), 'expected a call of closed');
  }

  /** Runs the action; this receiver must not be called before it returns. */
  silently<T>(action: () => T): T {
    this.#silence = true;
    try {
      return action();
    } finally {
      this.#silence = false;
    }
  }

  /** Checks the rules that apply to every receiver at all times. */
  assertSound(): void {
    assert.deepEqual(this.#offences, [], 'the receiver was called in violation of the rules');
  }

  #note(happening: Happening): void {
    const last = this.happenings.at(-1);
    if (this.#silence) this.#offences.push(`${happening} inside a call of the connection`);
    if (this.has('closed')) this.#offences.push(`${happening} after closed`);
    if (happening === 'received' && this.has('ended')) this.#offences.push('received after ended');
    if (happening === 'ended' && this.has('ended')) this.#offences.push('ended twice');
    if (happening !== 'received' || last !== 'received') this.happenings.push(happening);
  }

  #checkWaits(): void {
    const waits = this.#waits;
    this.#waits = [];
    for (const wait of waits) {
      if (wait.condition()) wait.done();
      else this.#waits.push(wait);
    }
  }
}

/** Starts the connection with a recorder. */
export const record = (connection: Connection, hooks?: RecorderHooks): Recorder => {
  const recorder = new Recorder(connection, hooks);
  connection.start(recorder);
  return recorder;
};

/**
 * Lets time pass without a clock: bytes cross the connection `times` times, one after the other, from `sender` to
 * `recorder`. Bytes in transit in the other direction have had enough turns to arrive.
 */
export const letTimePass = async (sender: Connection, recorder: Recorder, times = 20): Promise<void> => {
  for (let time = 0; time < times; time++) {
    const before = recorder.size;
    sender.write('.');
    await recorder.until(() => recorder.size > before, 'expected to receive one byte');
  }
};
