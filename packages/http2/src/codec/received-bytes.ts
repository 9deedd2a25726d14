const none = new Uint8Array(0);
const smallest = 256;

/**
 * Bytes of the peer that are not read yet. A chunk is used as it is as long as everything before it was read; what is left
 * of one is copied in front of the next, into room that grows by doubling, so that single bytes cost linear work. Bytes
 * that were given out are never written to again.
 */
export class ReceivedBytes {
  bytes: Uint8Array = none;
  /** The unread bytes are `[at, end)`. */
  at = 0;
  end = 0;
  /** Whether `bytes` is ours and may be extended. */
  #isOwn = false;

  get size(): number {
    return this.end - this.at;
  }

  push(chunk: Uint8Array): void {
    const { size } = this;
    if (size === 0) {
      this.bytes = chunk;
      this.at = 0;
      this.end = chunk.length;
      this.#isOwn = false;
      return;
    }
    const end = this.end + chunk.length;
    if (!this.#isOwn || end > this.bytes.length) this.#move(size + chunk.length);
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Lets go of a chunk that was read to its end: an idle connection holds no bytes. */
  release(): void {
    if (this.at < this.end) return;
    this.bytes = none;
    this.at = 0;
    this.end = 0;
    this.#isOwn = false;
  }

  /** The unread bytes, which are then no longer here. */
  takeRemaining(): Uint8Array {
    const remaining = this.bytes.subarray(this.at, this.end);
    this.at = this.end;
    this.release();
    return remaining;
  }

  #move(needed: number): void {
    const { size } = this;
    const larger = new Uint8Array(Math.max(needed, size * 2, smallest));
    larger.set(this.bytes.subarray(this.at, this.end));
    this.bytes = larger;
    this.at = 0;
    this.end = size;
    this.#isOwn = true;
  }
}
