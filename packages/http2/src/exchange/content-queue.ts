import { Buffer } from 'node:buffer';
import { ownCopy } from '@windhover/connections';

/** Smaller pieces are merged: a list of single bytes would take a hundred times their size. */
const smallPiece = 2048;
const collected = 8192;
/** A piece is copied if it is less than a quarter of its memory, so that it does not retain the rest. */
const leastShare = 4;

const compact = (piece: Uint8Array): Uint8Array =>
  piece.length * leastShare < piece.buffer.byteLength ? ownCopy(piece) : piece;

/** Received content that has not been read, in order. */
export class ContentQueue {
  readonly #pieces: Uint8Array[] = [];
  /** Merged small pieces, at the end of the queue. */
  #tail: Buffer | undefined;
  #tailLength = 0;
  #size = 0;

  /** Bytes in the queue. */
  get size(): number {
    return this.#size;
  }

  add(piece: Uint8Array): void {
    this.#size += piece.length;
    if (piece.length < smallPiece) {
      this.#collect(piece);
      return;
    }
    this.#closeTail();
    this.#pieces.push(compact(piece));
  }

  /** The next piece; `undefined` if the queue is empty. */
  take(): Uint8Array | undefined {
    if (this.#pieces.length === 0) this.#closeTail();
    const piece = this.#pieces.shift();
    if (piece !== undefined) this.#size -= piece.length;
    return piece;
  }

  /** Drops all content. @returns the number of bytes */
  clear(): number {
    const size = this.#size;
    this.#pieces.length = 0;
    this.#tail = undefined;
    this.#tailLength = 0;
    this.#size = 0;
    return size;
  }

  #collect(piece: Uint8Array): void {
    if (this.#tail !== undefined && this.#tailLength + piece.length > this.#tail.length) this.#closeTail();
    // Zeroed: the `buffer` of a piece also shows the application the bytes after it.
    this.#tail ??= Buffer.alloc(this.#pieces.length === 0 ? smallPiece : collected);
    this.#tail.set(piece, this.#tailLength);
    this.#tailLength += piece.length;
  }

  #closeTail(): void {
    if (this.#tail === undefined) return;
    this.#pieces.push(compact(this.#tail.subarray(0, this.#tailLength)));
    this.#tail = undefined;
    this.#tailLength = 0;
  }
}
