const none = new Uint8Array(0);
const smallest = 256;

/**
 * Received bytes that have not been read. A chunk is used without copying if everything before it has been read.
 * Otherwise the unread rest and the chunk are copied into memory that grows by doubling, so single bytes cost linear
 * work. Bytes that were returned are never overwritten, except lent ones.
 */
export class ReceivedBytes {
  bytes: Uint8Array = none;
  /** The unread bytes are `[at, end)`. */
  at = 0;
  end = 0;
  /** Whether this object owns `bytes` and may extend it. */
  #isOwn = false;
  /** Whether `bytes` belongs to the caller of `lend`. */
  #isLent = false;

  get size(): number {
    return this.end - this.at;
  }

  /** Whether the caller of `lend` will overwrite `bytes`. */
  get isLent(): boolean {
    return this.#isLent;
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

  /** Adds the bytes `memory[0 .. size)`, which the caller overwrites after `endLoan`. */
  lend(memory: Uint8Array, size: number): void {
    if (this.size > 0) return this.push(memory.subarray(0, size));
    this.bytes = memory;
    this.at = 0;
    this.end = size;
    this.#isOwn = false;
    this.#isLent = true;
  }

  /** Copies the lent bytes that have not been read. */
  endLoan(): void {
    if (!this.#isLent) return;
    this.#isLent = false;
    if (this.at < this.end) this.#move(this.size);
    else this.release();
  }

  /** Releases a chunk that has been read to its end, so that an idle connection holds no bytes. */
  release(): void {
    if (this.at < this.end) return;
    this.bytes = none;
    this.at = 0;
    this.end = 0;
    this.#isOwn = false;
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
