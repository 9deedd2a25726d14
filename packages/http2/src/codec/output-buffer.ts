/** A byte buffer that grows by doubling. Writers reserve room first and then store into `bytes` at `length`. */
export class OutputBuffer {
  bytes: Uint8Array;
  length = 0;

  /** @param bytes initial memory, owned by the buffer */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Makes room for `size` more bytes. */
  reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  byte(value: number): void {
    this.bytes[this.length++] = value;
  }

  uint16(value: number): void {
    const { bytes, length } = this;
    bytes[length] = value >>> 8;
    bytes[length + 1] = value;
    this.length = length + 2;
  }

  uint24(value: number): void {
    const { bytes, length } = this;
    bytes[length] = value >>> 16;
    bytes[length + 1] = value >>> 8;
    bytes[length + 2] = value;
    this.length = length + 3;
  }

  uint32(value: number): void {
    const { bytes, length } = this;
    bytes[length] = value >>> 24;
    bytes[length + 1] = value >>> 16;
    bytes[length + 2] = value >>> 8;
    bytes[length + 3] = value;
    this.length = length + 4;
  }

  /** Appends a copy of bytes and reserves room for it. */
  copy(from: Uint8Array): void {
    this.reserve(from.length);
    this.bytes.set(from, this.length);
    this.length += from.length;
  }
}
