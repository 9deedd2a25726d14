import { Buffer } from 'node:buffer';
const nothing = Buffer.alloc(0);

/**
 * Bytes received and not yet decoded: the chunk being read, and those behind it. A reader looks at
 * `bytes[start .. end)` and moves `start`; when what is left there is not enough, `join` adds the next chunk to it.
 */
export class ReceivedBytes {
  bytes: Buffer = nothing;
  start = 0;
  end = 0;
  #behind: Buffer[] | undefined;
  #behindSize = 0;
  /** Whether `bytes` was made here, with room behind `end` that nobody else sees. */
  #ours = false;

  /** Bytes not yet decoded. */
  get size(): number {
    return this.end - this.start + this.#behindSize;
  }

  push(chunk: Uint8Array): void {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.start === this.end && this.#behindSize === 0) {
      this.#take(buffer, false);
    } else {
      (this.#behind ??= []).push(buffer);
      this.#behindSize += buffer.length;
    }
  }

  /** All that has been read is let go, and the next chunk comes up. @returns false when there is none */
  next(): boolean {
    const behind = this.#behind;
    if (behind === undefined || behind.length === 0) {
      this.#take(nothing, false);
      return false;
    }
    const chunk = behind.shift()!;
    this.#behindSize -= chunk.length;
    this.#take(chunk, false);
    return true;
  }

  /** Puts the next chunk directly behind what is left of this one. @returns false when there is none */
  join(): boolean {
    if (this.#behindSize === 0) return false;
    const chunk = this.#behind!.shift()!;
    this.#behindSize -= chunk.length;
    const left = this.end - this.start;
    if (left === 0) {
      this.#take(chunk, false);
      return true;
    }
    if (!this.#ours || this.end + chunk.length > this.bytes.length) {
      // Twice the size each time: many small pieces are copied a few times, not each time.
      const larger = Buffer.allocUnsafeSlow(Math.max(512, (left + chunk.length) * 2));
      this.bytes.copy(larger, 0, this.start, this.end);
      this.#take(larger, true);
      this.end = left;
    }
    chunk.copy(this.bytes, this.end);
    this.end += chunk.length;
    return true;
  }

  /** Everything left, handed over. */
  takeAll(): Buffer[] {
    const all = this.end > this.start ? [this.bytes.subarray(this.start, this.end)] : [];
    if (this.#behind !== undefined) all.push(...this.#behind);
    this.#behind = undefined;
    this.#behindSize = 0;
    this.#take(nothing, false);
    return all;
  }

  #take(bytes: Buffer, ours: boolean): void {
    this.bytes = bytes;
    this.start = 0;
    this.end = bytes.length;
    this.#ours = ours;
  }
}
