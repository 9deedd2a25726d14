import { Buffer } from 'node:buffer';
/**
 * Pieces put together into one run of bytes. Small pieces are copied as they come: an array of them would cost a
 * peer that sends single bytes nothing and us a hundred times as much.
 */
export class GrowingBytes {
  #buffer: Uint8Array;
  #length: number;

  constructor(first: Uint8Array) {
    this.#buffer = first;
    this.#length = first.length;
  }

  append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#buffer.length) this.#grow(length);
    this.#buffer.set(piece, this.#length);
    this.#length = length;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2, 4096));
    larger.set(this.bytes);
    this.#buffer = larger;
  }
}
