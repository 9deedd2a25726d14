import { type FieldSection, type HttpLimits, resolveHttpLimits } from '@windhover/http';
import { Http1Error, type Http1ErrorCode } from './errors.ts';
import { fieldLines, parseFieldLines } from './field-lines.ts';
import { CHUNKED, requestFraming } from './framing.ts';
import { CR, HTAB, LF, SEMICOLON, SP, chunkExtensionByte, hexValue, noByte, zeroByte } from './grammar.ts';
import { ReceivedBytes } from './received-bytes.ts';
import { type RequestHead, headParse, parseRequestHead } from './request-head.ts';
import { checkTarget } from './request-target.ts';
import { requestLine } from './request-line.ts';
import { readTrailers } from './trailer-section.ts';

/** What `RequestDecoder.read` found next. */
export const RequestEvent = {
  /** Nothing until more is pushed. */
  needData: 0,
  /** A head, in `head`. */
  head: 1,
  /** A piece of the content, in `content`. */
  content: 2,
  /** The request is complete; its trailer section is in `trailers`. */
  end: 3,
} as const;

export type RequestEvent = (typeof RequestEvent)[keyof typeof RequestEvent];

/** Where the decoder stands in a request. */
const State = {
  head: 0,
  content: 1,
  chunkSize: 2,
  chunkData: 3,
  chunkEnd: 4,
  trailers: 5,
  complete: 6,
} as const;

/** Empty lines before a request line that are passed over (RFC 9112 2.2: at least one). */
const maxEmptyLines = 8;
/** One chunk-size line with its extensions and CRLF; Kestrel bounds it by the body limit alone. */
const maxChunkLineSize = 4096;
/** All chunk extensions of a message: nobody uses them, except to make us read without end. */
const maxChunkExtensionsSize = 16 * 1024;
/** 2^52: thirteen hexadecimal digits are counted exactly. */
const maxChunkSizeDigits = 13;
/** Chunks up to this size are moved together when they came in one piece, so that a thousand are not a thousand events. */
const smallChunk = 4096;

/**
 * HTTP/1.1 requests out of received bytes, without I/O: `push` what came, then `read` until it says `needData`.
 * Incomplete input is no error, and a violation is thrown once for each read from then on: nothing behind it is ever
 * taken for a request.
 *
 * Source: RFC 9112
 */
export class RequestDecoder {
  readonly #limits: HttpLimits;
  readonly #received = new ReceivedBytes();
  #state: (typeof State)[keyof typeof State] = State.head;
  #failed: Http1ErrorCode | undefined;
  /** Bytes of content, or of the chunk, still to come. */
  #remaining = 0;
  #chunked = false;
  /** Content with the framing of its chunks. */
  #bodySize = 0;
  #extensionsSize = 0;
  #emptyLines = 0;
  // Of an incomplete line, all counted from the first byte not yet decoded, so that no byte is read again for each
  // that comes:
  /** Bytes that have been looked at; 0 when nothing is incomplete. */
  #seen = 0;
  /** Bytes that may follow without deciding anything, */
  #open: Uint8Array = noByte;
  /** up to so many in all. */
  #openSize = 0;
  /** In a field section: where it starts, */
  #sectionAt = 0;
  /** where its first incomplete line starts, 0 for a request line; */
  #lineAt = 0;
  /** and the lines before that one. */
  #lineCount = 0;
  /** Limit of the content of this request, with the framing of its chunks; `null` for none. May change at any time. */
  maxBodySize: number | null;
  /** The head of the current request. */
  head: RequestHead | undefined;
  /** The piece of content of the last `content` event. */
  content: Uint8Array | undefined;
  /** The trailer section, after `end`, of a request that has one. */
  trailers: FieldSection | undefined;

  constructor(limits: HttpLimits = resolveHttpLimits()) {
    this.#limits = limits;
    this.maxBodySize = limits.maxRequestBodySize;
  }

  /** Bytes received and not yet read. */
  get buffered(): number {
    return this.#received.size;
  }

  /** Whether a request has begun and is not complete. */
  get isInMessage(): boolean {
    return this.#state !== State.head || this.#received.size > 0;
  }

  /** Bytes of content still to come, as far as that is known: 0 for chunks. */
  get remainingContent(): number {
    return this.#state === State.content ? this.#remaining : 0;
  }

  /** Adds bytes. They belong to the decoder from now on, and the pieces of content are views of them. */
  push(bytes: Uint8Array): void {
    this.#received.push(bytes);
  }

  /** Everything not yet read, for the protocol that takes over. */
  takeRemaining(): Uint8Array[] {
    return this.#received.takeAll();
  }

  /**
   * The next event.
   *
   * @throws Http1Error any code that a decoder has; again on every later call
   */
  read(): RequestEvent {
    if (this.#failed !== undefined) throw new Http1Error(this.#failed);
    try {
      return this.#read();
    } catch (error) {
      if (error instanceof Http1Error) this.#failed = error.code;
      throw error;
    }
  }

  #read(): RequestEvent {
    for (;;) {
      switch (this.#state) {
        case State.head:
          return this.#readHead();
        case State.content:
          return this.#readContent();
        case State.chunkSize:
          if (!this.#readChunkSize()) return RequestEvent.needData;
          break;
        case State.chunkData:
          return this.#readChunkData();
        case State.chunkEnd:
          if (!this.#readChunkEnd()) return RequestEvent.needData;
          break;
        case State.trailers:
          if (!this.#readTrailers()) return RequestEvent.needData;
          break;
        case State.complete:
          this.#state = State.head;
          this.content = undefined;
          return RequestEvent.end;
      }
    }
  }

  // Head

  #readHead(): RequestEvent {
    const received = this.#received;
    if (received.start === received.end && !received.next()) return RequestEvent.needData;
    if (!this.#skipEmptyLines()) return RequestEvent.needData;
    if (this.#seen === 0) {
      const head = parseRequestHead(received.bytes, received.start, received.end, this.#limits);
      if (head !== undefined) return this.#takeHead(head);
      this.#suspendHead();
    }
    return this.#resumeHead();
  }

  #takeHead(head: RequestHead): RequestEvent {
    this.#received.start = headParse.end;
    this.head = head;
    this.trailers = undefined;
    this.#seen = 0;
    this.#emptyLines = 0;
    checkTarget(head);
    this.#begin(requestFraming(head));
    return RequestEvent.head;
  }

  #begin(framing: number): void {
    this.maxBodySize = this.#limits.maxRequestBodySize;
    this.#bodySize = 0;
    this.#extensionsSize = 0;
    this.#chunked = framing === CHUNKED;
    if (this.#chunked) {
      this.#state = State.chunkSize;
    } else {
      this.#remaining = framing;
      this.#state = framing === 0 ? State.complete : State.content;
    }
  }

  #suspendHead(): void {
    const { start } = this.#received;
    this.#sectionAt = headParse.fieldsStart - start;
    if (headParse.fieldsStart !== -1) return this.#suspendFields();
    this.#lineAt = 0;
    this.#suspendLine(requestLine.open, this.#limits.maxRequestLineSize);
  }

  #suspendFields(): void {
    this.#lineAt = fieldLines.resumeAt - this.#received.start;
    this.#lineCount = fieldLines.count;
    // Behind the limit there may still be the CRLF of the empty line.
    this.#suspendLine(fieldLines.open, this.#sectionAt + this.#limits.maxRequestHeadersTotalSize + 2);
  }

  #suspendLine(open: Uint8Array, openSize: number): void {
    this.#seen = this.#received.end - this.#received.start;
    this.#open = open;
    this.#openSize = openSize;
  }

  /** Whether all that has come since the last look leaves the incomplete line as open as it was. */
  #isStillOpen(): boolean {
    const { bytes, start, end } = this.#received;
    if (end - start >= this.#openSize) return false;
    const open = this.#open;
    for (let i = start + this.#seen; i < end; i++) if (open[bytes[i]!] !== 1) return false;
    this.#seen = end - start;
    return true;
  }

  /** Reads the lines that have become complete; the whole head is parsed once its empty line is there. */
  #resumeHead(): RequestEvent {
    const received = this.#received;
    while (received.join()) {
      if (this.#isStillOpen() || !this.#resumeFields()) continue;
      const head = parseRequestHead(received.bytes, received.start, received.end, this.#limits);
      if (head !== undefined) return this.#takeHead(head);
      this.#suspendHead();
    }
    return RequestEvent.needData;
  }

  /** Goes on with an incomplete field section. @returns whether its end is there */
  #resumeFields(): boolean {
    if (this.#lineAt === 0) return true;
    const { bytes, start, end } = this.#received;
    const from = start + this.#lineAt;
    if (parseFieldLines(bytes, from, end, start + this.#sectionAt, this.#lineCount, this.#limits) !== -1) return true;
    this.#suspendFields();
    return false;
  }

  /** RFC 9112 2.2: CRLF before a request line is ignored, for clients that send one behind their content. */
  #skipEmptyLines(): boolean {
    const received = this.#received;
    while (received.bytes[received.start] === CR) {
      if (received.end - received.start < 2 && !received.join()) return false;
      if (received.bytes[received.start + 1] !== LF) throw new Http1Error('HTTP1_LINE_ENDING_INVALID');
      if (++this.#emptyLines > maxEmptyLines) throw new Http1Error('HTTP1_REQUEST_LINE_INVALID');
      received.start += 2;
      if (received.start === received.end && !received.next()) return false;
    }
    return true;
  }

  // Content with a known length

  #readContent(): RequestEvent {
    if (this.#remaining > (this.maxBodySize ?? Infinity)) throw new Http1Error('HTTP1_CONTENT_TOO_LARGE');
    const received = this.#received;
    if (received.start === received.end && !received.next()) return RequestEvent.needData;
    const size = Math.min(this.#remaining, received.end - received.start);
    this.content = this.#slice(size);
    this.#remaining -= size;
    if (this.#remaining === 0) this.#state = State.complete;
    return RequestEvent.content;
  }

  #slice(size: number): Uint8Array {
    const { bytes, start } = this.#received;
    this.#received.start = start + size;
    return bytes.subarray(start, start + size);
  }

  // Chunked content (RFC 9112 7.1)

  /** chunk-size [ chunk-ext ] CRLF. @returns false when the line is not complete */
  #readChunkSize(): boolean {
    const received = this.#received;
    do {
      if (this.#seen > 0 && this.#isStillOpen()) continue;
      const end = this.#parseChunkSize(received.bytes, received.start, received.end);
      if (end === -1) continue;
      this.#seen = 0;
      this.#countBody(end - received.start);
      received.start = end;
      this.#state = this.#remaining === 0 ? State.trailers : State.chunkData;
      if (this.#remaining > (this.maxBodySize ?? Infinity) - this.#bodySize) {
        throw new Http1Error('HTTP1_CONTENT_TOO_LARGE');
      }
      return true;
    } while (received.join());
    return false;
  }

  /** @returns the offset behind the line, or -1 when it is not complete; the size is in `#remaining` */
  #parseChunkSize(bytes: Buffer, start: number, end: number): number {
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
    if (i === end) return this.#chunkLineIncomplete(size === 0 ? zeroByte : noByte);
    if (i === start) throw new Http1Error('HTTP1_CHUNK_SIZE_INVALID');
    if (bytes[i] === SEMICOLON || bytes[i] === SP || bytes[i] === HTAB) {
      i = this.#parseChunkExtensions(bytes, i, start, end);
      if (i === -1) return -1;
    }
    if (bytes[i] !== CR)
      throw new Http1Error(bytes[i] === LF ? 'HTTP1_LINE_ENDING_INVALID' : 'HTTP1_CHUNK_SIZE_INVALID');
    if (i + 1 === end) return this.#chunkLineIncomplete(noByte);
    if (bytes[i + 1] !== LF) throw new Http1Error('HTTP1_LINE_ENDING_INVALID');
    this.#remaining = size;
    return i + 2;
  }

  #chunkLineIncomplete(open: Uint8Array): -1 {
    this.#suspendLine(open, maxChunkLineSize + 1);
    return -1;
  }

  /** Extensions are checked and passed over (RFC 9112 7.1.1). @returns the offset of the CR, or -1 */
  #parseChunkExtensions(bytes: Buffer, from: number, lineStart: number, end: number): number {
    let i = from;
    while (i < end && chunkExtensionByte[bytes[i]!] === 1) i++;
    if (i - lineStart > maxChunkLineSize) throw new Http1Error('HTTP1_CHUNK_EXTENSION_TOO_LONG');
    if (i === end) return this.#chunkLineIncomplete(chunkExtensionByte);
    if (bytes[i] !== CR) {
      throw new Http1Error(bytes[i] === LF ? 'HTTP1_LINE_ENDING_INVALID' : 'HTTP1_CHUNK_EXTENSION_INVALID');
    }
    if (i + 1 === end) return this.#chunkLineIncomplete(noByte);
    if (!chunkExtensions.test(bytes.toString('latin1', from, i))) throw new Http1Error('HTTP1_CHUNK_EXTENSION_INVALID');
    this.#extensionsSize += i - from;
    if (this.#extensionsSize > maxChunkExtensionsSize) throw new Http1Error('HTTP1_CHUNK_EXTENSION_TOO_LONG');
    return i;
  }

  #readChunkData(): RequestEvent {
    const received = this.#received;
    if (received.start === received.end && !received.next()) return RequestEvent.needData;
    const start = received.start;
    let contentEnd = this.#passChunkData();
    // In one run of bytes that is ours, small chunks close ranks over the framing between them.
    while (this.#state === State.chunkEnd && this.#smallChunkFollows()) {
      const from = received.start;
      const to = this.#passChunkData();
      received.bytes.copyWithin(contentEnd, from, to);
      contentEnd += to - from;
    }
    this.content = received.bytes.subarray(start, contentEnd);
    return RequestEvent.content;
  }

  /** Moves over what is there of the chunk. @returns the offset behind it */
  #passChunkData(): number {
    const received = this.#received;
    const size = Math.min(this.#remaining, received.end - received.start);
    this.#countBody(size);
    received.start += size;
    this.#remaining -= size;
    this.#state = this.#remaining === 0 ? State.chunkEnd : State.chunkData;
    return received.start;
  }

  /** Whether the next chunk has begun in these bytes and is small; its framing is passed over then. */
  #smallChunkFollows(): boolean {
    const received = this.#received;
    const { bytes, start, end } = received;
    if (end - start < 6 || bytes[start] !== CR || bytes[start + 1] !== LF) return false;
    // Only plain sizes of one to three digits; everything else goes the whole way.
    let size = 0;
    let i = start + 2;
    for (; i < start + 5 && i < end; i++) {
      const value = hexValue[bytes[i]!]!;
      if (value === 255) break;
      size = size * 16 + value;
    }
    if (size === 0 || size > smallChunk || i + 2 >= end || bytes[i] !== CR || bytes[i + 1] !== LF) return false;
    if (size > (this.maxBodySize ?? Infinity) - this.#bodySize - (i + 2 - start)) return false;
    this.#countBody(i + 2 - start);
    received.start = i + 2;
    this.#remaining = size;
    return true;
  }

  #readChunkEnd(): boolean {
    const received = this.#received;
    while (received.end - received.start < 2) {
      if (received.end > received.start && received.bytes[received.start] !== CR) break;
      if (!received.join()) return false;
    }
    const { bytes, start } = received;
    if (bytes[start] !== CR || bytes[start + 1] !== LF) throw new Http1Error('HTTP1_CHUNK_DATA_UNTERMINATED');
    this.#countBody(2);
    received.start = start + 2;
    this.#state = State.chunkSize;
    return true;
  }

  /** Trailers share the limits of the header section: one message, one budget. */
  #readTrailers(): boolean {
    const received = this.#received;
    const { fieldCount, fieldsSize } = this.head!;
    this.#sectionAt = -fieldsSize;
    do {
      const { bytes, start, end } = received;
      if (start === end || (this.#seen > 0 && (this.#isStillOpen() || !this.#resumeFields()))) continue;
      const sectionEnd = parseFieldLines(bytes, start, end, start - fieldsSize, fieldCount, this.#limits);
      if (sectionEnd === -1) {
        this.#suspendFields();
        continue;
      }
      if (fieldLines.count > fieldCount) this.trailers = readTrailers(bytes, fieldCount, fieldLines.count);
      received.start = sectionEnd;
      this.#seen = 0;
      this.#state = State.complete;
      return true;
    } while (received.join());
    return false;
  }

  #countBody(size: number): void {
    this.#bodySize += size;
    if (this.#bodySize > (this.maxBodySize ?? Infinity)) throw new Http1Error('HTTP1_CONTENT_TOO_LARGE');
  }
}

/** chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ) (RFC 9112 7.1.1), at least one. */
const chunkExtensions =
  /^(?:[\t ]*;[\t ]*[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:[\t ]*=[\t ]*(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"))?)+$/;
