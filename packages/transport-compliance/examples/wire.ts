import { Duplex } from 'node:stream';
import { ConnectionError } from '@windhover/connections';

/**
 * One end of a wire inside this process, in place of whatever you bring. Bytes are copied, since whoever receives them
 * owns them, and travel in a later turn of the event loop: `duplexPair` of Node does neither.
 */
class WireEnd extends Duplex {
  #other: WireEnd | undefined;
  /** Lets the other end write on; it waits until what we have is read. */
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

  /** An error is an abort, which the other end is told as a reset; without one it is an end. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this._read();
    if (error === null) this.#end();
    else setImmediate(() => this.#other!.destroy(new ConnectionError('CONNECTION_RESET')));
    done(error);
  }

  /** What comes to an end that is gone is dropped. */
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
