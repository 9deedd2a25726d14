import { asNativeBytes, newBytes } from './latin1.ts';

const nothing = newBytes(0);

/** Chunks up to this size that have to wait are gathered: an object for each would weigh a hundred times its bytes. */
const smallChunk = 1024;

/**
 * Bytes received and not yet decoded: the chunk being read, and those behind it. A reader looks at
 * `bytes[start .. end)` and moves `start`; when what is left there is not enough, `join` adds the next chunk to it.
 */
export class ReceivedBytes {
  bytes: Uint8Array = nothing;
  start = 0;
  end = 0;
  #behind: Uint8Array[] | undefined;
  #behindSize = 0;
  /** The last chunk behind, when it was made here; the bytes from `#tailSize` on are room for more. */
  #tail: Uint8Array | undefined;
  #tailSize = 0;
  /** Whether `bytes` was made here, with room behind `end` that nobody else sees. */
  #ours = false;

  /** Bytes not yet decoded. */
  get size(): number {
    return this.end - this.start + this.#behindSize;
  }

  push(chunk: Uint8Array): void {
    const bytes = asNativeBytes(chunk);
    if (this.start === this.end && this.#behindSize === 0) {
      this.#take(bytes, false);
    } else if (bytes.length > 0) {
      if (bytes.length <= smallChunk) this.#gather(bytes);
      else this.#append(bytes);
      this.#behindSize += bytes.length;
    }
  }

  #append(bytes: Uint8Array): void {
    this.#closeTail();
    (this.#behind ??= []).push(bytes);
  }

  /** Puts a small chunk behind the small ones before it. */
  #gather(bytes: Uint8Array): void {
    if (this.#tail === undefined || this.#tailSize + bytes.length > this.#tail.length) {
      // Twice the size each time, up to a limit, so that neither the first byte nor the last ones cost much.
      const size = this.#tail === undefined ? 4 * smallChunk : Math.min(this.#tail.length * 2, 64 * smallChunk);
      this.#append(newBytes(size));
      this.#tail = this.#behind!.at(-1);
    }
    this.#tail!.set(bytes, this.#tailSize);
    this.#tailSize += bytes.length;
  }

  /** The tail becomes a chunk like the others. */
  #closeTail(): void {
    if (this.#tail === undefined) return;
    this.#behind![this.#behind!.length - 1] = this.#tail.subarray(0, this.#tailSize);
    this.#tail = undefined;
    this.#tailSize = 0;
  }

  /** The first chunk behind. */
  #shift(): Uint8Array {
    const behind = this.#behind!;
    if (behind.length === 1) this.#closeTail();
    const chunk = behind.shift()!;
    this.#behindSize -= chunk.length;
    return chunk;
  }

  /** All that has been read is let go, and the next chunk comes up. @returns false when there is none */
  next(): boolean {
    const hasNext = this.#behindSize > 0;
    this.#take(hasNext ? this.#shift() : nothing, false);
    return hasNext;
  }

  /** Puts the next chunk directly behind what is left of this one. @returns false when there is none */
  join(): boolean {
    if (this.#behindSize === 0) return false;
    const chunk = this.#shift();
    const left = this.end - this.start;
    if (left === 0) {
      this.#take(chunk, false);
      return true;
    }
    if (!this.#ours || this.end + chunk.length > this.bytes.length) {
      // Twice the size each time: many small pieces are copied a few times, not each time.
      const larger = newBytes(Math.max(512, (left + chunk.length) * 2));
      larger.set(this.bytes.subarray(this.start, this.end));
      this.#take(larger, true);
      this.end = left;
    }
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
    return true;
  }

  /** Everything left, handed over. */
  takeAll(): Uint8Array[] {
    this.#closeTail();
    const all = this.end > this.start ? [this.bytes.subarray(this.start, this.end)] : [];
    if (this.#behind !== undefined) all.push(...this.#behind);
    this.#behind = undefined;
    this.#behindSize = 0;
    this.#take(nothing, false);
    return all;
  }

  #take(bytes: Uint8Array, ours: boolean): void {
    this.bytes = bytes;
    this.start = 0;
    this.end = bytes.length;
    this.#ours = ours;
  }
}
