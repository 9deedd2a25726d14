import { Http2Error } from './errors.ts';

/** Normal clients fill their frames: 64 KiB of header block need four. */
const maxContinuations = 64;
const noBytes = new Uint8Array(0);

/**
 * A header block that arrives in several frames. HPACK is decoded when the block is complete: its size is limited, so
 * it takes no more memory than the header list may.
 *
 * Source: RFC 9113 section 6.10
 */
export class HeaderBlock {
  readonly streamId: number;
  readonly endsStream: boolean;
  readonly dependency: number;
  bytes: Uint8Array = noBytes;
  length = 0;
  readonly #maxSize: number;
  #continuations = 0;

  constructor(streamId: number, endsStream: boolean, dependency: number, maxSize: number) {
    this.streamId = streamId;
    this.endsStream = endsStream;
    this.dependency = dependency;
    this.#maxSize = maxSize;
  }

  /**
   * Adds the fragment of a CONTINUATION frame.
   *
   * @throws Http2Error `HTTP2_CONTINUATION_FLOOD`, `HTTP2_HEADER_BLOCK_TOO_LARGE`
   */
  continue(bytes: Uint8Array, start: number, end: number): void {
    if (++this.#continuations > maxContinuations) throw new Http2Error('HTTP2_CONTINUATION_FLOOD');
    this.append(bytes, start, end);
  }

  /** @throws Http2Error `HTTP2_HEADER_BLOCK_TOO_LARGE` */
  append(bytes: Uint8Array, start: number, end: number): void {
    const length = this.length + end - start;
    if (length > this.#maxSize) throw new Http2Error('HTTP2_HEADER_BLOCK_TOO_LARGE');
    if (length > this.bytes.length) this.#grow(length);
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.length = length;
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
