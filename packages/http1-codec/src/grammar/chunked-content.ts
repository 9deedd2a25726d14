import type { FieldSection } from '@windhover/http';
import { Http1Error } from './errors.ts';
import { type FieldLimits, fieldLines, parseFieldLines } from './field-lines.ts';
import { CR, HTAB, LF, SEMICOLON, SP, chunkExtensionByte, hexValue, noByte, zeroByte } from './grammar.ts';
import { latin1Text } from './latin1.ts';
import type { ReceivedBytes } from './received-bytes.ts';
import { readTrailers } from './trailer-section.ts';
import type { UnfinishedLine } from './unfinished-line.ts';

/** Events of `ChunkedContent.read`. */
export const ChunkedEvent = { needData: 0, content: 1, end: 2 } as const;

export type ChunkedEvent = (typeof ChunkedEvent)[keyof typeof ChunkedEvent];

/** Marks chunked content; other content is framed by a number of bytes. */
export const CHUNKED = -1;

const State = { size: 0, data: 1, dataEnd: 2, trailers: 3 } as const;

/** Maximum size of a chunk-size line with its extensions and CRLF; Kestrel only has the body limit. */
const maxChunkLineSize = 4096;
/**
 * Maximum size of all chunk extensions of a message. No client needs them, except to make the server read endlessly.
 */
const maxChunkExtensionsSize = 16 * 1024;
/** Maximum number of hexadecimal digits: 2^52 is represented exactly. */
const maxChunkSizeDigits = 13;
/**
 * Chunks up to this size in one piece of received bytes are merged, so that a thousand chunks are not a thousand
 * events.
 */
const smallChunk = 4096;

/**
 * Reads chunked content and its trailer section from received bytes, for requests and responses.
 *
 * Source: RFC 9112 section 7.1
 */
export class ChunkedContent {
  readonly #received: ReceivedBytes;
  readonly #unfinished: UnfinishedLine;
  readonly #limits: FieldLimits;
  #state: (typeof State)[keyof typeof State] = State.size;
  /** Missing bytes of the chunk. */
  #remaining = 0;
  /** Size of the content with the framing of its chunks. */
  #size = 0;
  /** Limit of `#size`. */
  #maxSize = 0;
  #extensionsSize = 0;
  /** Number of lines of the header section, which shares its limits with the trailers. */
  #fieldCount = 0;
  /** Size of the header section, which shares its limits with the trailers. */
  #fieldsSize = 0;
  /** The piece of content of the last `content` event. */
  content: Uint8Array | undefined;
  /** The trailer section, after `end`, of content that has one. */
  trailers: FieldSection | undefined;

  constructor(received: ReceivedBytes, unfinished: UnfinishedLine, limits: FieldLimits) {
    this.#received = received;
    this.#unfinished = unfinished;
    this.#limits = limits;
  }

  /**
   * Starts the content of a message.
   *
   * @param fieldCount number of lines of the header section
   * @param fieldsSize bytes of the header section without its empty line
   */
  begin(fieldCount: number, fieldsSize: number): void {
    this.#state = State.size;
    this.#size = 0;
    this.#extensionsSize = 0;
    this.#fieldCount = fieldCount;
    this.#fieldsSize = fieldsSize;
    this.trailers = undefined;
  }

  /**
   * Reads the next event.
   *
   * @param maxSize limit of the content with the framing of its chunks; `null` for none
   * @throws Http1Error `HTTP1_CHUNK_…`, `HTTP1_CONTENT_TOO_LARGE`, `HTTP1_TRAILER_NOT_ALLOWED` and as `parseFieldLines`
   */
  read(maxSize: number | null): ChunkedEvent {
    this.#maxSize = maxSize ?? Infinity;
    for (;;) {
      switch (this.#state) {
        case State.size:
          if (!this.#readSize()) return ChunkedEvent.needData;
          break;
        case State.data:
          return this.#readData();
        case State.dataEnd:
          if (!this.#readDataEnd()) return ChunkedEvent.needData;
          break;
        case State.trailers:
          return this.#readTrailers() ? ChunkedEvent.end : ChunkedEvent.needData;
      }
    }
  }

  /** Reads chunk-size [ chunk-ext ] CRLF. @returns false if the line is incomplete */
  #readSize(): boolean {
    const received = this.#received;
    const unfinished = this.#unfinished;
    do {
      if (unfinished.seen > 0 && unfinished.isStillOpen()) continue;
      const end = this.#parseSize(received.bytes, received.start, received.end);
      if (end === -1) continue;
      unfinished.seen = 0;
      this.#count(end - received.start);
      received.start = end;
      this.#state = this.#remaining === 0 ? State.trailers : State.data;
      if (this.#remaining > this.#maxSize - this.#size) throw new Http1Error('HTTP1_CONTENT_TOO_LARGE');
      return true;
    } while (received.join());
    return false;
  }

  /** @returns the offset after the line, or -1 if it is incomplete; the size is in `#remaining` */
  #parseSize(bytes: Uint8Array, start: number, end: number): number {
    let size = 0;
    let i = start;
    let digits = 0;
    for (; i < end; i++) {
      const value = hexValue[bytes[i]!]!;
      if (value === 255) break;
      size = size * 16 + value;
      // Leading zeros do not make a number larger.
      if (size > 0) digits++;
      if (digits > maxChunkSizeDigits) throw new Http1Error('HTTP1_CONTENT_TOO_LARGE');
    }
    if (i - start > maxChunkLineSize) throw new Http1Error('HTTP1_CHUNK_EXTENSION_TOO_LONG');
    if (i === end) return this.#lineIncomplete(size === 0 ? zeroByte : noByte);
    if (i === start) throw new Http1Error('HTTP1_CHUNK_SIZE_INVALID');
    if (bytes[i] === SEMICOLON || bytes[i] === SP || bytes[i] === HTAB) {
      i = this.#parseExtensions(bytes, i, start, end);
      if (i === -1) return -1;
    }
    if (bytes[i] !== CR)
      throw new Http1Error(bytes[i] === LF ? 'HTTP1_LINE_ENDING_INVALID' : 'HTTP1_CHUNK_SIZE_INVALID');
    if (i + 1 === end) return this.#lineIncomplete(noByte);
    if (bytes[i + 1] !== LF) throw new Http1Error('HTTP1_LINE_ENDING_INVALID');
    this.#remaining = size;
    return i + 2;
  }

  #lineIncomplete(open: Uint8Array): -1 {
    this.#unfinished.suspend(open, maxChunkLineSize + 1);
    return -1;
  }

  /** Checks and skips extensions (RFC 9112 7.1.1). @returns the offset of the CR, or -1 */
  #parseExtensions(bytes: Uint8Array, from: number, lineStart: number, end: number): number {
    let i = from;
    while (i < end && chunkExtensionByte[bytes[i]!] === 1) i++;
    if (i - lineStart > maxChunkLineSize) throw new Http1Error('HTTP1_CHUNK_EXTENSION_TOO_LONG');
    if (i === end) return this.#lineIncomplete(chunkExtensionByte);
    if (bytes[i] !== CR) {
      throw new Http1Error(bytes[i] === LF ? 'HTTP1_LINE_ENDING_INVALID' : 'HTTP1_CHUNK_EXTENSION_INVALID');
    }
    if (i + 1 === end) return this.#lineIncomplete(noByte);
    if (!chunkExtensions.test(latin1Text(bytes, from, i))) throw new Http1Error('HTTP1_CHUNK_EXTENSION_INVALID');
    this.#extensionsSize += i - from;
    if (this.#extensionsSize > maxChunkExtensionsSize) throw new Http1Error('HTTP1_CHUNK_EXTENSION_TOO_LONG');
    return i;
  }

  #readData(): ChunkedEvent {
    const received = this.#received;
    if (received.start === received.end && !received.next()) return ChunkedEvent.needData;
    const start = received.start;
    let contentEnd = this.#passData();
    // Small chunks in one piece of owned memory are moved together over the framing between them.
    while (this.#state === State.dataEnd && this.#smallChunkFollows()) {
      const from = received.start;
      const to = this.#passData();
      received.bytes.copyWithin(contentEnd, from, to);
      contentEnd += to - from;
    }
    this.content = received.piece(start, contentEnd);
    return ChunkedEvent.content;
  }

  /** Skips the received part of the chunk. @returns the offset after it */
  #passData(): number {
    const received = this.#received;
    const size = Math.min(this.#remaining, received.end - received.start);
    this.#count(size);
    received.start += size;
    this.#remaining -= size;
    this.#state = this.#remaining === 0 ? State.dataEnd : State.data;
    return received.start;
  }

  /** Whether the next chunk is small and has begun in these bytes; if so, skips its framing. */
  #smallChunkFollows(): boolean {
    const received = this.#received;
    const { bytes, start, end } = received;
    if (end - start < 6 || bytes[start] !== CR || bytes[start + 1] !== LF) return false;
    // Only plain sizes of one to three digits; all others use the general path.
    let size = 0;
    let i = start + 2;
    for (; i < start + 5 && i < end; i++) {
      const value = hexValue[bytes[i]!]!;
      if (value === 255) break;
      size = size * 16 + value;
    }
    if (size === 0 || size > smallChunk || i + 2 >= end || bytes[i] !== CR || bytes[i + 1] !== LF) return false;
    if (size > this.#maxSize - this.#size - (i + 2 - start)) return false;
    this.#count(i + 2 - start);
    received.start = i + 2;
    this.#remaining = size;
    return true;
  }

  #readDataEnd(): boolean {
    const received = this.#received;
    while (received.end - received.start < 2) {
      if (received.end > received.start && received.bytes[received.start] !== CR) break;
      if (!received.join()) return false;
    }
    const { bytes, start } = received;
    if (bytes[start] !== CR || bytes[start + 1] !== LF) throw new Http1Error('HTTP1_CHUNK_DATA_UNTERMINATED');
    this.#count(2);
    received.start = start + 2;
    this.#state = State.size;
    return true;
  }

  /** Reads trailers, which share the limits of the header section. */
  #readTrailers(): boolean {
    const received = this.#received;
    const unfinished = this.#unfinished;
    const count = this.#fieldCount;
    const size = this.#fieldsSize;
    do {
      const { bytes, start, end } = received;
      if (start === end || (unfinished.seen > 0 && (unfinished.isStillOpen() || !unfinished.resumeFields()))) continue;
      const sectionEnd = parseFieldLines(bytes, start, end, start - size, count, this.#limits);
      if (sectionEnd === -1) {
        unfinished.suspendFields(-size);
        continue;
      }
      if (fieldLines.count > count) this.trailers = readTrailers(bytes, count, fieldLines.count);
      received.start = sectionEnd;
      unfinished.seen = 0;
      this.content = undefined;
      return true;
    } while (received.join());
    return false;
  }

  #count(size: number): void {
    this.#size += size;
    if (this.#size > this.#maxSize) throw new Http1Error('HTTP1_CONTENT_TOO_LARGE');
  }
}

/** chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ) (RFC 9112 7.1.1), at least one. */
const chunkExtensions =
  /^(?:[\t ]*;[\t ]*[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:[\t ]*=[\t ]*(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"))?)+$/;
