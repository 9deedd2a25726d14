import { Buffer } from 'node:buffer';
import { ProxyProtocolError } from './errors.ts';
import type { ProxyHeader } from './proxy-header.ts';
import { maxV1LineSize, readV1Line } from './v1-line.ts';
import { maxV2HeaderSize, readV2Header, v2FixedSize, v2HeaderSize } from './v2-header.ts';

const v1Prefix = Buffer.from('PROXY ', 'latin1');
const v2Signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const lineFeed = 0x0a;

/** A header, and the bytes after it. */
export interface ParsedProxyHeader {
  readonly header: ProxyHeader;
  /** A view of the last bytes pushed; empty if no bytes followed the header. */
  readonly rest: Uint8Array;
}

/** The part of the header that is read next. */
type Stage = 'signature' | 'v1Line' | 'v2Signature' | 'v2Fixed' | 'v2Block' | 'done';

/**
 * Reads one header of version 1 or 2 from bytes that arrive in any pieces. It does no I/O, copies only bytes of the header,
 * at most `maxHeaderSize`, and does not read bytes after the header. After an error every call throws the same error.
 *
 * Source: PROXY protocol, 2
 */
export class ProxyHeaderParser {
  readonly #maxHeaderSize: number;
  #stage: Stage = 'signature';
  #held: Uint8Array = new Uint8Array(maxV1LineSize);
  #size = 0;
  /** Number of bytes needed for the next step. */
  #expectedSize = v1Prefix.length;
  #error: ProxyProtocolError | undefined;

  /** @param maxHeaderSize bytes of a whole header of version 2; version 1 has its own limit of 107 */
  constructor(maxHeaderSize: number = maxV2HeaderSize) {
    this.#maxHeaderSize = maxHeaderSize;
  }

  /**
   * @returns `undefined` while the header is incomplete; more bytes are needed then
   * @throws ProxyProtocolError any code of the header; later calls throw the same error
   * @throws TypeError if the header is already complete
   */
  push(bytes: Uint8Array): ParsedProxyHeader | undefined {
    if (this.#error !== undefined) throw this.#error;
    if (this.#stage === 'done') throw new TypeError('The header is complete; pass further bytes to the next reader');
    try {
      return this.#read(bytes);
    } catch (error) {
      if (error instanceof ProxyProtocolError) this.#error = error;
      throw error;
    }
  }

  #read(bytes: Uint8Array): ParsedProxyHeader | undefined {
    let taken = 0;
    while (taken < bytes.length) {
      taken = this.#take(bytes, taken);
      const header = this.#step();
      if (header !== undefined) return { header, rest: bytes.subarray(taken) };
    }
    return undefined;
  }

  /** Copies the bytes for the next step; in a line of version 1 at most up to its LF. */
  #take(bytes: Uint8Array, from: number): number {
    let end = Math.min(bytes.length, from + this.#expectedSize - this.#size);
    if (this.#stage === 'v1Line') {
      const lineEnd = bytes.subarray(from, end).indexOf(lineFeed);
      if (lineEnd !== -1) end = from + lineEnd + 1;
    }
    this.#held.set(bytes.subarray(from, end), this.#size);
    this.#size += end - from;
    return end;
  }

  #step(): ProxyHeader | undefined {
    switch (this.#stage) {
      case 'signature':
        return this.#checkSignature();
      case 'v2Signature':
        return this.#checkV2Signature();
      case 'v1Line':
        return this.#finishV1();
      case 'v2Fixed':
        return this.#sizeV2();
      case 'v2Block':
      case 'done':
        return this.#finishV2();
    }
  }

  get #isFull(): boolean {
    return this.#size === this.#expectedSize;
  }

  /** Refuses a wrong byte at once, before the whole signature has arrived. */
  #checkSignature(): undefined {
    if (this.#startsLike(v1Prefix)) {
      if (this.#isFull) this.#goTo('v1Line', maxV1LineSize);
    } else {
      this.#checkV2Signature();
      if (this.#stage === 'signature') this.#goTo('v2Signature', v2Signature.length);
    }
  }

  #checkV2Signature(): undefined {
    if (!this.#startsLike(v2Signature)) throw new ProxyProtocolError('PROXY_PROTOCOL_SIGNATURE_INVALID');
    if (this.#size === v2Signature.length) this.#goTo('v2Fixed', v2FixedSize);
  }

  #startsLike(signature: Buffer): boolean {
    const size = Math.min(this.#size, signature.length);
    return signature.subarray(0, size).equals(this.#held.subarray(0, size));
  }

  #finishV1(): ProxyHeader | undefined {
    if (this.#held[this.#size - 1] === lineFeed) return this.#finish(readV1Line(this.#held.subarray(0, this.#size)));
    if (this.#isFull) throw new ProxyProtocolError('PROXY_PROTOCOL_HEADER_TOO_LONG');
    return undefined;
  }

  #sizeV2(): ProxyHeader | undefined {
    if (!this.#isFull) return undefined;
    const size = v2HeaderSize(this.#held);
    if (size > this.#maxHeaderSize) throw new ProxyProtocolError('PROXY_PROTOCOL_HEADER_TOO_LONG');
    const held = new Uint8Array(size);
    held.set(this.#held.subarray(0, v2FixedSize));
    this.#held = held;
    this.#goTo('v2Block', size);
    return this.#finishV2();
  }

  #finishV2(): ProxyHeader | undefined {
    return this.#isFull ? this.#finish(readV2Header(this.#held)) : undefined;
  }

  #finish(header: ProxyHeader): ProxyHeader {
    this.#stage = 'done';
    return header;
  }

  #goTo(stage: Stage, size: number): void {
    this.#stage = stage;
    this.#expectedSize = size;
  }
}
