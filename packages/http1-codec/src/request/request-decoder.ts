import { type FieldSection, type HttpLimits, resolveHttpLimits } from '@windhover/http';
import { Http1Error, type Http1ErrorCode } from '../grammar/errors.ts';
import { CHUNKED, ChunkedContent, ChunkedEvent } from '../grammar/chunked-content.ts';
import { requestFraming } from './request-framing.ts';
import { CR, LF } from '../grammar/grammar.ts';
import { ReceivedBytes } from '../grammar/received-bytes.ts';
import { type ResolvedHttp1Options, http1OptionDefaults } from '../grammar/http1-options.ts';
import { type RequestHead, headParse, parseRequestHead } from './request-head.ts';
import { checkTarget } from './request-target.ts';
import { requestLine } from './request-line.ts';
import { UnfinishedLine } from '../grammar/unfinished-line.ts';

/** Events of `RequestDecoder.read`. */
export const RequestEvent = {
  /** More bytes must be pushed. */
  needData: 0,
  /** A head, in `head`. */
  head: 1,
  /** A piece of the content, in `content`. */
  content: 2,
  /** The request is complete; its trailer section is in `trailers`. */
  end: 3,
} as const;

export type RequestEvent = (typeof RequestEvent)[keyof typeof RequestEvent];

/** The part of a request that is read next. */
const State = {
  head: 0,
  content: 1,
  chunked: 2,
  complete: 3,
} as const;

/** Empty lines in a row that are ignored before a request line (RFC 9112 2.2: at least one). */
const maxEmptyLines = 8;

/**
 * Decodes HTTP/1.1 requests, without I/O: `push` the received bytes, then `read` until it returns `needData`. Incomplete
 * input is not an error. After a violation every `read` throws the same error again, so the bytes after it are never read
 * as a request.
 *
 * Source: RFC 9112
 */
export class RequestDecoder {
  readonly #limits: HttpLimits;
  readonly #options: ResolvedHttp1Options;
  readonly #received: ReceivedBytes = new ReceivedBytes();
  /** Created for the first head that arrives in pieces. */
  #unfinished: UnfinishedLine | undefined;
  /** Created for the first request with chunked content. */
  #chunked: ChunkedContent | undefined;
  #state: (typeof State)[keyof typeof State] = State.head;
  #failed: Http1ErrorCode | undefined;
  /** Missing bytes of content of a known length. */
  #remaining = 0;
  #emptyLines = 0;
  /**
   * Size limit of the content of this request, including the framing of its chunks; `null` for none. May change at any
   * time.
   */
  maxBodySize: number | null;
  /** The head of the current request; `undefined` once `read` waits for the next request. */
  head: RequestHead | undefined;
  /** The piece of content of the last `content` event. */
  content: Uint8Array | undefined;
  /** The trailer section, after `end`, of a request that has one. */
  trailers: FieldSection | undefined;

  /** @param options leniencies, all off */
  constructor(limits: HttpLimits = resolveHttpLimits(), options: ResolvedHttp1Options = http1OptionDefaults) {
    this.#limits = limits;
    this.#options = options;
    this.maxBodySize = limits.maxRequestBodySize;
  }

  /** Bytes received and not yet read. */
  get buffered(): number {
    return this.#received.size;
  }

  /** Whether a request has begun and is not complete. An empty line before a request does not begin it, nor does its CR. */
  get isInMessage(): boolean {
    if (this.#state !== State.head) return true;
    const { size, bytes, start, end } = this.#received;
    return size > 1 || (size === 1 && !(start < end && bytes[start] === CR));
  }

  /**
   * Resets the count of empty lines. The connection calls it after a pause of the client: a client may send an empty
   * line now and then to keep its connection, but not many in a row.
   */
  forgetEmptyLines(): void {
    this.#emptyLines = 0;
  }

  /** Bytes of content still to be received, if known: 0 for chunks. */
  get remainingContent(): number {
    return this.#state === State.content ? this.#remaining : 0;
  }

  /** Adds bytes. The decoder owns them afterwards, and the pieces of content are views of them. */
  push(bytes: Uint8Array): void {
    this.#received.push(bytes);
  }

  /**
   * Adds the bytes `memory[0 .. size)` without taking the memory: the caller leaves it unchanged until `release`, which it
   * calls after it has read the events. Heads and pieces of content do not refer to this memory.
   */
  lend(memory: Uint8Array, size: number): void {
    this.#received.lend(memory, size);
  }

  /** Ends the loan of memory: copies the bytes that have not been read. */
  release(): void {
    this.#received.release(this.#state === State.complete);
  }

  /** Removes and returns all unread bytes, for the protocol that takes over the connection. */
  takeRemaining(): Uint8Array[] {
    return this.#received.takeAll();
  }

  /**
   * Reads the next event.
   *
   * @throws Http1Error any code of a decoder; later calls throw the same error
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
    switch (this.#state) {
      case State.head:
        return this.#readHead();
      case State.content:
        return this.#readContent();
      case State.chunked:
        return this.#readChunked();
      case State.complete:
        return this.#complete(undefined);
    }
  }

  // Head

  #readHead(): RequestEvent {
    const received = this.#received;
    if (received.start === received.end && !received.next()) {
      // Between requests, no memory of the last one is kept.
      this.head = undefined;
      this.trailers = undefined;
      return RequestEvent.needData;
    }
    if (!this.#skipEmptyLines()) return RequestEvent.needData;
    if (this.#unfinished === undefined || this.#unfinished.seen === 0) {
      const head = parseRequestHead(received, this.#limits);
      if (head !== undefined) return this.#takeHead(head);
      this.#suspendHead();
    }
    return this.#resumeHead();
  }

  #takeHead(head: RequestHead): RequestEvent {
    this.#received.start = headParse.end;
    this.head = head;
    this.trailers = undefined;
    this.#emptyLines = 0;
    checkTarget(head, this.#options);
    this.#begin(requestFraming(head));
    return RequestEvent.head;
  }

  #begin(framing: number): void {
    this.maxBodySize = this.#limits.maxRequestBodySize;
    if (framing === CHUNKED) {
      this.#chunked ??= new ChunkedContent(this.#received, this.#unfinishedLine(), this.#limits);
      this.#chunked.begin(this.head!.fieldCount, this.head!.fieldsSize);
      this.#state = State.chunked;
    } else {
      this.#remaining = framing;
      this.#state = framing === 0 ? State.complete : State.content;
    }
  }

  #suspendHead(): void {
    const { fieldsStart } = headParse;
    const unfinished = this.#unfinishedLine();
    if (fieldsStart === -1) unfinished.suspend(requestLine.open, this.#limits.maxRequestLineSize);
    else unfinished.suspendFields(fieldsStart - this.#received.start);
  }

  #unfinishedLine(): UnfinishedLine {
    return (this.#unfinished ??= new UnfinishedLine(this.#received, this.#limits));
  }

  /** Reads lines as they become complete; the whole head is parsed when its empty line has arrived. */
  #resumeHead(): RequestEvent {
    const received = this.#received;
    const unfinished = this.#unfinishedLine();
    while (received.join()) {
      if (unfinished.isStillOpen() || !unfinished.resumeFields()) continue;
      const head = parseRequestHead(received, this.#limits);
      if (head === undefined) {
        this.#suspendHead();
      } else {
        unfinished.seen = 0;
        return this.#takeHead(head);
      }
    }
    return RequestEvent.needData;
  }

  /** Ignores CRLF before a request line, for clients that send it after their content (RFC 9112 2.2). */
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
    const { start } = this.#received;
    this.#received.start = start + size;
    return this.#received.piece(start, start + size);
  }

  // Chunked content

  #readChunked(): RequestEvent {
    const chunked = this.#chunked!;
    const event = chunked.read(this.maxBodySize);
    if (event === ChunkedEvent.needData) return RequestEvent.needData;
    if (event === ChunkedEvent.end) return this.#complete(chunked.trailers);
    this.content = chunked.content;
    return RequestEvent.content;
  }

  #complete(trailers: FieldSection | undefined): RequestEvent {
    this.trailers = trailers;
    this.content = undefined;
    this.#state = State.head;
    return RequestEvent.end;
  }
}
