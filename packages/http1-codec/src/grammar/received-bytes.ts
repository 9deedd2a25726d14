import { Buffer } from 'node:buffer';

/** The same bytes as a Buffer, not copied: Buffer has the native methods that search and decode. */
const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const nothing = Buffer.alloc(0);

/** Chunks up to this size that have to wait are gathered: an object for each would weigh a hundred times its bytes. */
const smallChunk = 1024;

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
  /** The last chunk behind, when it was made here; the bytes from `#tailSize` on are room for more. */
  #tail: Buffer | undefined;
  #tailSize = 0;
  /** Whether `bytes` was made here, with room behind `end` that nobody else sees. */
  #ours = false;

  /** Bytes not yet decoded. */
  get size(): number {
    return this.end - this.start + this.#behindSize;
  }

  push(chunk: Uint8Array): void {
    const buffer = asBuffer(chunk);
    if (this.start === this.end && this.#behindSize === 0) {
      this.#take(buffer, false);
    } else if (buffer.length > 0) {
      if (buffer.length <= smallChunk) this.#gather(buffer);
      else this.#append(buffer);
      this.#behindSize += buffer.length;
    }
  }

  #append(buffer: Buffer): void {
    this.#closeTail();
    (this.#behind ??= []).push(buffer);
  }

  /** Puts a small chunk behind the small ones before it. */
  #gather(buffer: Buffer): void {
    if (this.#tail === undefined || this.#tailSize + buffer.length > this.#tail.length) {
      // Twice the size each time, up to a limit, so that neither the first byte nor the last ones cost much.
      const size = this.#tail === undefined ? 4 * smallChunk : Math.min(this.#tail.length * 2, 64 * smallChunk);
      this.#append(Buffer.allocUnsafeSlow(size));
      this.#tail = this.#behind!.at(-1);
    }
    buffer.copy(this.#tail!, this.#tailSize);
    this.#tailSize += buffer.length;
  }

  /** The tail becomes a chunk like the others. */
  #closeTail(): void {
    if (this.#tail === undefined) return;
    this.#behind![this.#behind!.length - 1] = this.#tail.subarray(0, this.#tailSize);
    this.#tail = undefined;
    this.#tailSize = 0;
  }

  /** The first chunk behind. */
  #shift(): Buffer {
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
    this.#closeTail();
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
