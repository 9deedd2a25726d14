import { type Hash, createCipheriv, createHash } from 'node:crypto';
import type { Connection } from '@windhover/connections';
import { type RecorderHooks, Recorder } from './recorder.ts';

/** Pseudo-random bytes that are the same in every run: the key stream of AES in counter mode. @param seed 0 to 255 */
export const patternBytes = (size: number, seed: number): Uint8Array =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(size));

/** The write sizes that a pump cycles through: from single bytes up to more than a socket reads at once. */
const writeSizes = [1, 70_000, 17, 16_384, 3, 1_460, 65_536, 255, 4_096] as const;

/** Writes `bytes` in pieces of many sizes, as bytes, text and lists of pieces in turn, and stops whenever `write` returns false. */
export class Pump {
  readonly #connection: Connection;
  readonly #bytes: Uint8Array;
  readonly #done: () => void;
  #step = 0;
  /** Bytes given to `write` so far. */
  written = 0;

  constructor(connection: Connection, bytes: Uint8Array, done: () => void) {
    this.#connection = connection;
    this.#bytes = bytes;
    this.#done = done;
  }

  /** Writes until `write` returns false. Call it once at first, and again at each `drained`. */
  run(): void {
    if (this.#finished) return;
    while (!this.#finished) if (!this.#writeNext()) return this.#finish();
    this.#finish();
  }

  get #finished(): boolean {
    return this.written === this.#bytes.length;
  }

  #finish(): void {
    if (this.#finished) this.#done();
  }

  #writeNext(): boolean {
    const size = writeSizes[this.#step % writeSizes.length]!;
    const piece = this.#bytes.subarray(this.written, this.written + size);
    this.written += piece.length;
    const form = this.#step++ % 4;
    if (form === 3 && this.#connection.writeAll !== undefined) {
      const middle = piece.length >> 1;
      return this.#connection.writeAll([piece.subarray(0, middle), piece.subarray(middle)]);
    }
    return this.#connection.write(form % 2 === 1 ? Buffer.from(piece).toString('latin1') : piece);
  }
}

/** Hooks that hash the received bytes and keep the pump running. */
export class Exchange implements RecorderHooks {
  readonly #hash: Hash = createHash('sha256');
  pump: Pump | undefined;

  received(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  drained(): void {
    this.pump?.run();
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

/** Starts the connection so that it hashes what it receives and, once `pump.run` is called, sends `bytes` and ends. */
export const exchange = (connection: Connection, bytes: Uint8Array): { recorder: Recorder; hooks: Exchange } => {
  const hooks = new Exchange();
  hooks.pump = new Pump(connection, bytes, () => connection.end());
  const recorder = new Recorder(connection, hooks);
  connection.start(recorder);
  return { recorder, hooks };
};

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
