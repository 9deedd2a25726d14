/**
 * Joins pieces into one run of bytes. Small pieces are copied as they come: an array of them would let a peer that sends
 * single bytes use a hundred times as much memory.
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
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2, 4096));
    larger.set(this.bytes);
    this.#buffer = larger;
  }
}
