import { Duplex } from 'node:stream';
import { ConnectionError } from '@windhover/connections';

/**
 * One end of a wire inside this process; it takes the place of your own byte stream. Bytes are copied, because the
 * receiver owns them, and arrive in a later turn of the event loop. `duplexPair` of Node.js does neither.
 */
class WireEnd extends Duplex {
  #other: WireEnd | undefined;
  /** Completes the pending write of the other end. Called when the bytes of that write have been read. */
  #taken: (() => void) | undefined;
  #ended = false;

  static pair(): [Duplex, Duplex] {
    const [one, other] = [new WireEnd(), new WireEnd()];
    one.#other = other;
    other.#other = one;
    return [one, other];
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const copy = Buffer.from(chunk);
    setImmediate(() => this.#other!.#arrive(copy, done));
  }

  override _read(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  override _final(done: () => void): void {
    this.#end();
    done();
  }

  /** An error is an abort, which the other end receives as a reset. Without an error the stream ends normally. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this._read();
    if (error === null) this.#end();
    else setImmediate(() => this.#other!.destroy(new ConnectionError('CONNECTION_RESET')));
    done(error);
  }

  /** Delivers bytes to this end; drops them if this end is destroyed. */
  #arrive(bytes: Buffer, taken: () => void): void {
    if (this.destroyed) return taken();
    this.#taken = taken;
    this.push(bytes);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    setImmediate(() => {
      if (!this.#other!.destroyed) this.#other!.push(null);
    });
  }
}

/** Two streams: what is written to one is read from the other. */
export const wire = (): [Duplex, Duplex] => WireEnd.pair();
