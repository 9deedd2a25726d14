import { asNativeBytes, latin1Text, newBytes } from './latin1.ts';

const nothing = newBytes(0);

/** Chunks up to this size are merged while they wait, because an object for each takes a hundred times its bytes. */
const smallChunk = 1024;

/**
 * Maximum size of a text that small heads in a row share, which makes pipelined requests cheaper. A request keeps this text
 * in memory, or a text of its head alone if that is longer or followed by content.
 */
const sharedTextSize = 4 * 1024;

/**
 * Memory that bytes gather in. It is zeroed, because a piece of content is a view of it: its `buffer` shows the application
 * the rest, which must not be memory that other clients have used.
 */
const gatheringBytes = (size: number): Uint8Array => newBytes(size).fill(0);

/** A copy of the bytes `[start .. end)`. Its memory is not part of a pool, which would show bytes of other clients. */
const copyOf = (bytes: Uint8Array, start: number, end: number): Uint8Array => {
  const copy = newBytes(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
};

/**
 * Memory for the requests of one connection that wait for the response to an earlier one. Most wait for some microtasks
 * only, and memory of their own would cost as much as a request. When those of another connection need it, they are copied
 * out of it.
 */
const waiting: {
  /** Made for the first user. */
  memory: Uint8Array | undefined;
  user: ReceivedBytes | undefined;
} = { memory: undefined, user: undefined };
const waitingMemorySize = 64 * 1024;

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
  /** Whether `bytes` belongs to the caller of `lend`, or is `waiting.memory`. Nothing may refer to it. */
  #isShared = false;
  /** The result of `textOf`: the text of the bytes `[textStart .. #textEnd)`. */
  #text = '';
  /** Offset of the first character of the text that `textOf` has returned. */
  textStart = 0;
  #textEnd = 0;

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

  /** Adds the bytes `memory[0 .. size)`. The caller leaves them unchanged until it calls `release`. */
  lend(memory: Uint8Array, size: number): void {
    if (this.start === this.end && this.#queuedSize === 0) {
      this.#take(asNativeBytes(memory), false);
      this.end = size;
      this.#isShared = true;
    } else {
      this.push(copyOf(memory, 0, size));
    }
  }

  /**
   * Copies the lent bytes that have not been decoded. Nothing refers to the lent memory afterwards.
   *
   * @param areRequests whether they are requests that wait for an earlier one
   */
  release(areRequests: boolean): void {
    if (!this.#isShared || waiting.user === this) return;
    const size = this.end - this.start;
    if (size === 0) this.#take(nothing, false);
    else if (areRequests && size <= waitingMemorySize) this.#wait(size);
    else this.#takeCopy();
  }

  #wait(size: number): void {
    if (waiting.user !== undefined) waiting.user.#takeCopy();
    const memory = (waiting.memory ??= newBytes(waitingMemorySize));
    memory.set(this.bytes.subarray(this.start, this.end));
    this.#take(memory, false);
    this.end = size;
    this.#isShared = true;
    waiting.user = this;
  }

  #takeCopy(): void {
    this.#take(copyOf(this.bytes, this.start, this.end), false);
  }

  /** The bytes `[start .. end)`, which the application may keep. */
  piece(start: number, end: number): Uint8Array {
    return this.#isShared ? copyOf(this.bytes, start, end) : this.bytes.subarray(start, end);
  }

  /**
   * A text that contains the bytes `[start .. end)`. It begins at the offset `textStart`.
   *
   * @param isShared whether the text may contain more bytes, for the next heads
   */
  textOf(start: number, end: number, isShared: boolean): string {
    if (start < this.textStart || end > this.#textEnd) {
      this.textStart = start;
      this.#textEnd = isShared ? Math.max(end, Math.min(this.end, start + sharedTextSize)) : end;
      this.#text = latin1Text(this.bytes, start, this.#textEnd);
    }
    return this.#text;
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
      this.#append(gatheringBytes(size));
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
      const larger = gatheringBytes(Math.max(512, (left + chunk.length) * 2));
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
    const all = this.end > this.start ? [this.piece(this.start, this.end)] : [];
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
    this.#isShared = false;
    if (waiting.user === this) waiting.user = undefined;
    this.#text = '';
    this.#textEnd = 0;
  }
}
