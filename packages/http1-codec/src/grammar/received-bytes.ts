import { asNativeBytes, newBytes } from './latin1.ts';

const nothing = newBytes(0);

/** Chunks up to this size are merged while they wait, because an object for each takes a hundred times its bytes. */
const smallChunk = 1024;

/**
 * Received bytes that have not been decoded: the current chunk, and a queue of later ones. A reader reads `bytes[start
 * .. end)` and advances `start`. If the rest of a chunk is not enough, `join` appends the next chunk to it.
 */
export class ReceivedBytes {
  bytes: Uint8Array = nothing;
  start = 0;
  end = 0;
  #queue: Uint8Array[] | undefined;
  #queuedSize = 0;
  /** The last chunk of the queue, if it was created here. Its bytes from `#tailSize` on are unused. */
  #tail: Uint8Array | undefined;
  #tailSize = 0;
  /** Whether `bytes` was created here, so that the bytes after `end` are unused. */
  #ours = false;

  /** Number of bytes that have not been decoded. */
  get size(): number {
    return this.end - this.start + this.#queuedSize;
  }

  push(chunk: Uint8Array): void {
    const bytes = asNativeBytes(chunk);
    if (this.start === this.end && this.#queuedSize === 0) {
      this.#take(bytes, false);
    } else if (bytes.length > 0) {
      // The first chunk of the queue stays as it is: bytes that come one by one and are read at once need no new memory.
      if (bytes.length <= smallChunk && this.#queuedSize > 0) this.#gather(bytes);
      else this.#append(bytes);
      this.#queuedSize += bytes.length;
    }
  }

  #append(bytes: Uint8Array): void {
    this.#closeTail();
    (this.#queue ??= []).push(bytes);
  }

  /** Copies a small chunk after the small chunks before it. */
  #gather(bytes: Uint8Array): void {
    if (this.#tail === undefined || this.#tailSize + bytes.length > this.#tail.length) {
      // Doubles the size each time, up to a limit, so that neither the first nor the last bytes are expensive.
      const size = this.#tail === undefined ? 4 * smallChunk : Math.min(this.#tail.length * 2, 64 * smallChunk);
      this.#append(newBytes(size));
      this.#tail = this.#queue!.at(-1);
    }
    this.#tail!.set(bytes, this.#tailSize);
    this.#tailSize += bytes.length;
  }

  /** Turns the tail into a normal chunk. */
  #closeTail(): void {
    if (this.#tail === undefined) return;
    this.#queue![this.#queue!.length - 1] = this.#tail.subarray(0, this.#tailSize);
    this.#tail = undefined;
    this.#tailSize = 0;
  }

  /** Removes and returns the first chunk of the queue. */
  #shift(): Uint8Array {
    const queue = this.#queue!;
    if (queue.length === 1) this.#closeTail();
    const chunk = queue.shift()!;
    this.#queuedSize -= chunk.length;
    return chunk;
  }

  /** Releases the current chunk and continues with the next one. @returns false if there is none */
  next(): boolean {
    const hasNext = this.#queuedSize > 0;
    this.#take(hasNext ? this.#shift() : nothing, false);
    return hasNext;
  }

  /** Appends the next chunk to the rest of this one. @returns false if there is none */
  join(): boolean {
    if (this.#queuedSize === 0) return false;
    const chunk = this.#shift();
    const left = this.end - this.start;
    if (left === 0) {
      this.#take(chunk, false);
      return true;
    }
    if (!this.#ours || this.end + chunk.length > this.bytes.length) {
      // Doubles the size each time, so that many small pieces are copied only a few times.
      const larger = newBytes(Math.max(512, (left + chunk.length) * 2));
      larger.set(this.bytes.subarray(this.start, this.end));
      this.#take(larger, true);
      this.end = left;
    }
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
    return true;
  }

  /** Removes and returns all remaining bytes. */
  takeAll(): Uint8Array[] {
    this.#closeTail();
    const all = this.end > this.start ? [this.bytes.subarray(this.start, this.end)] : [];
    if (this.#queue !== undefined) all.push(...this.#queue);
    this.#queue = undefined;
    this.#queuedSize = 0;
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
