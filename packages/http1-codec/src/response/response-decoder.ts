import type { FieldSection } from '@windhover/http';
import { type FieldLimits, fieldLines, parseFieldLines } from '../grammar/field-lines.ts';
import { CHUNKED, ChunkedContent, ChunkedEvent } from '../grammar/chunked-content.ts';
import { CR, LF } from '../grammar/grammar.ts';
import { ReceivedBytes } from '../grammar/received-bytes.ts';
import { Http1ResponseError, type Http1ResponseErrorCode, asResponseError } from './response-errors.ts';
import { SWITCHED, UNTIL_CLOSE, allowsKeepAlive, responseFraming } from './response-framing.ts';
import { type ResponseHead, readResponseHead } from './response-head.ts';
import { type ResponseLimitOptions, type ResponseLimits, resolveResponseLimits } from './response-limits.ts';
import { type StatusLine, parseStatusLine, statusLineParse } from './status-line.ts';
import { UnfinishedLine } from '../grammar/unfinished-line.ts';

/** Events of `ResponseDecoder.read`. */
export const ResponseEvent = {
  /** More bytes must be pushed, or the server has ended its side between two responses. */
  needData: 0,
  /** A 1xx response, in `head`; the final response follows. */
  informational: 1,
  /** The head of the final response, or of a 101, in `head`. */
  head: 2,
  /** A piece of the content, in `content`. */
  content: 3,
  /** The response is complete; its trailer section is in `trailers`. */
  end: 4,
  /**
   * The connection is no longer HTTP, after a 101 or a 2xx to CONNECT: the remaining bytes are in `takeRemaining`.
   * Returned again by every later read.
   */
  switched: 5,
} as const;

export type ResponseEvent = (typeof ResponseEvent)[keyof typeof ResponseEvent];

/** Facts about a request that are needed to parse its response. */
interface ExpectedResponse {
  readonly method: string;
  readonly offersUpgrade: boolean;
}

/** States of the decoder. */
const State = {
  head: 0,
  content: 1,
  chunked: 2,
  untilClose: 3,
  complete: 4,
  switched: 5,
  /** After the last response of the connection. */
  over: 6,
} as const;

/** Maximum number of empty lines that are skipped before a status line: RFC 9112 9.2 lets a client discard them. */
const maxEmptyLines = 8;

/**
 * Decodes HTTP/1.1 responses, without I/O: `expect` each request that is sent, `push` received bytes, then `read` until
 * it returns `needData`. Incomplete input is not an error before `end`; after a violation every `read` throws the same
 * error again.
 *
 * Source: RFC 9112
 */
export class ResponseDecoder {
  readonly #limits: ResponseLimits;
  readonly #fieldLimits: FieldLimits;
  readonly #received: ReceivedBytes = new ReceivedBytes();
  readonly #unfinished: UnfinishedLine;
  readonly #expected: ExpectedResponse[] = [];
  #state: (typeof State)[keyof typeof State] = State.head;
  #failed: Http1ResponseErrorCode | undefined;
  #peerHasEnded = false;
  #keepAlive = true;
  /** Missing bytes of content of a known length. */
  #remaining = 0;
  /** Received bytes of content of an unknown length. */
  #bodySize = 0;
  #chunked: ChunkedContent | undefined;
  #informational = 0;
  #emptyLines = 0;
  /** The status line of an incomplete head. */
  #line: StatusLine | undefined;
  /** Bytes of the field section of the current head without its empty line. */
  #fieldsSize = 0;
  /** The head of the last `informational` or `head` event. */
  head: ResponseHead | undefined;
  /** The piece of content of the last `content` event. */
  content: Uint8Array | undefined;
  /** The trailer section, after `end`, of a response that has one. */
  trailers: FieldSection | undefined;

  /** @throws HttpError `HTTP_LIMIT_INVALID` */
  constructor(limits: ResponseLimitOptions = {}) {
    this.#limits = resolveResponseLimits(limits);
    this.#fieldLimits = {
      maxRequestHeadersTotalSize: this.#limits.maxResponseHeadersTotalSize,
      maxRequestHeaderCount: this.#limits.maxResponseHeaderCount,
    };
    this.#unfinished = new UnfinishedLine(this.#received, this.#fieldLimits);
  }

  /** Bytes received and not yet read. */
  get buffered(): number {
    return this.#received.size;
  }

  /** Number of requests whose final response has not begun. */
  get outstanding(): number {
    return this.#expected.length;
  }

  /** Whether a response has begun and is not complete; a 1xx begins one. */
  get isInMessage(): boolean {
    if (this.#state === State.head) return this.#received.size > 0 || this.#informational > 0;
    return this.#state !== State.switched && this.#state !== State.over;
  }

  /**
   * Whether another request may be sent: false after a head that announces the last response, after a violation, and
   * after the server's end.
   *
   * Source: RFC 9112 section 9.3
   */
  get keepAlive(): boolean {
    return this.#keepAlive && this.#failed === undefined && !this.#peerHasEnded;
  }

  /**
   * Announces a sent request. Responses arrive in the order of their requests, and their framing depends on them.
   *
   * @param method method of the request, e.g. `HEAD`
   * @param offersUpgrade whether it has `Connection: upgrade` and an Upgrade field; without it a 101 is refused
   */
  expect(method: string, offersUpgrade = false): void {
    this.#expected.push({ method, offersUpgrade });
  }

  /** Adds bytes. The decoder owns them afterwards, and the pieces of content are views of them. */
  push(bytes: Uint8Array): void {
    this.#received.push(bytes);
  }

  /** Announces that the server has ended its side (FIN): nothing is pushed afterwards. */
  end(): void {
    this.#peerHasEnded = true;
  }

  /** Removes and returns all unread bytes, for the protocol that takes over. */
  takeRemaining(): Uint8Array[] {
    return this.#received.takeAll();
  }

  /**
   * Reads the next event.
   *
   * @throws Http1ResponseError any of its codes; later calls throw the same error
   */
  read(): ResponseEvent {
    if (this.#failed !== undefined) throw new Http1ResponseError(this.#failed);
    try {
      const event = this.#read();
      if (event === ResponseEvent.needData && this.#peerHasEnded) this.#checkEnd();
      return event;
    } catch (thrown) {
      const error = asResponseError(thrown);
      if (error instanceof Http1ResponseError) this.#failed = error.code;
      throw error;
    }
  }

  #read(): ResponseEvent {
    switch (this.#state) {
      case State.head:
        return this.#readHead();
      case State.content:
        return this.#readContent();
      case State.chunked:
        return this.#readChunked();
      case State.untilClose:
        return this.#readUntilClose();
      case State.complete:
        return this.#complete();
      case State.switched:
        return ResponseEvent.switched;
      case State.over:
        return this.#checkNothingFollows();
    }
  }

  // Head

  #readHead(): ResponseEvent {
    const received = this.#received;
    if (received.start === received.end && !received.next()) return ResponseEvent.needData;
    if (!this.#skipEmptyLines()) return ResponseEvent.needData;
    // 9.2: bytes without a request are not a response, and the start of the next one is unknown.
    if (this.#expected.length === 0) throw new Http1ResponseError('HTTP1_RESPONSE_UNEXPECTED');
    const head = this.#unfinished.seen === 0 ? this.#parseHead() : undefined;
    return head === undefined ? this.#resumeHead() : this.#takeHead(head);
  }

  /** Reads lines as they become complete; the whole head is parsed when its empty line has arrived. */
  #resumeHead(): ResponseEvent {
    const unfinished = this.#unfinished;
    while (this.#received.join()) {
      if (unfinished.isStillOpen() || !unfinished.resumeFields()) continue;
      const head = this.#parseHead();
      if (head !== undefined) return this.#takeHead(head);
    }
    return ResponseEvent.needData;
  }

  #skipEmptyLines(): boolean {
    const received = this.#received;
    while (received.bytes[received.start] === CR) {
      if (received.end - received.start < 2 && !received.join()) return false;
      if (received.bytes[received.start + 1] !== LF) throw new Http1ResponseError('HTTP1_LINE_ENDING_INVALID');
      if (++this.#emptyLines > maxEmptyLines) throw new Http1ResponseError('HTTP1_STATUS_LINE_INVALID');
      received.start += 2;
      if (received.start === received.end && !received.next()) return false;
    }
    return true;
  }

  /** @returns undefined if the head is incomplete */
  #parseHead(): ResponseHead | undefined {
    const { bytes, start, end } = this.#received;
    const { maxStatusLineSize } = this.#limits;
    const line = (this.#line ??= parseStatusLine(bytes, start, end, maxStatusLineSize));
    if (line === undefined) {
      this.#unfinished.suspend(statusLineParse.open, maxStatusLineSize);
      return undefined;
    }
    const fieldsStart = start + line.size;
    const headEnd = parseFieldLines(bytes, fieldsStart, end, fieldsStart, 0, this.#fieldLimits);
    if (headEnd === -1) {
      this.#unfinished.suspendFields(line.size);
      return undefined;
    }
    this.#received.start = headEnd;
    this.#fieldsSize = headEnd - 2 - fieldsStart;
    return readResponseHead(line, bytes, fieldLines.count);
  }

  #takeHead(head: ResponseHead): ResponseEvent {
    this.#line = undefined;
    this.#unfinished.seen = 0;
    this.#emptyLines = 0;
    this.head = head;
    this.content = undefined;
    this.trailers = undefined;
    if (head.statusCode < 200 && head.statusCode !== 101) return this.#takeInformational();
    this.#begin(head);
    return ResponseEvent.head;
  }

  /** A client must accept any number of 1xx responses, even unexpected ones (RFC 9110 15.2). */
  #takeInformational(): ResponseEvent {
    if (++this.#informational > this.#limits.maxInformationalResponses) {
      throw new Http1ResponseError('HTTP1_TOO_MANY_INFORMATIONAL');
    }
    return ResponseEvent.informational;
  }

  #begin(head: ResponseHead): void {
    const { method, offersUpgrade } = this.#expected[0]!;
    // RFC 9110 7.8: a server must not switch to a protocol that was not offered.
    if (head.statusCode === 101 && !offersUpgrade) throw new Http1ResponseError('HTTP1_SWITCH_NOT_OFFERED');
    const framing = responseFraming(head, method);
    this.#expected.shift();
    this.#informational = 0;
    this.#bodySize = 0;
    this.#keepAlive = framing !== UNTIL_CLOSE && framing !== SWITCHED && allowsKeepAlive(head);
    if (framing === CHUNKED) this.#beginChunked(head);
    else if (framing === UNTIL_CLOSE) this.#state = State.untilClose;
    else if (framing === SWITCHED) this.#state = State.switched;
    else this.#state = framing === 0 ? State.complete : State.content;
    this.#remaining = Math.max(0, framing);
  }

  #beginChunked(head: ResponseHead): void {
    this.#chunked ??= new ChunkedContent(this.#received, this.#unfinished, this.#fieldLimits);
    this.#chunked.begin(head.headers.size, this.#fieldsSize);
    this.#state = State.chunked;
  }

  // Content

  #readContent(): ResponseEvent {
    this.#checkSize(this.#remaining);
    const received = this.#received;
    if (received.start === received.end && !received.next()) return ResponseEvent.needData;
    this.#take(Math.min(this.#remaining, received.end - received.start));
    this.#remaining -= this.content!.length;
    if (this.#remaining === 0) this.#state = State.complete;
    return ResponseEvent.content;
  }

  #readChunked(): ResponseEvent {
    const chunked = this.#chunked!;
    const event = chunked.read(this.#limits.maxResponseBodySize);
    if (event === ChunkedEvent.needData) return ResponseEvent.needData;
    this.content = chunked.content;
    if (event === ChunkedEvent.content) return ResponseEvent.content;
    this.trailers = chunked.trailers;
    return this.#complete();
  }

  /** The end of the connection ends the content (RFC 9112 6.3, step 8). */
  #readUntilClose(): ResponseEvent {
    const received = this.#received;
    if (received.start === received.end && !received.next()) {
      return this.#peerHasEnded ? this.#complete() : ResponseEvent.needData;
    }
    const size = received.end - received.start;
    this.#bodySize += size;
    this.#checkSize(this.#bodySize);
    this.#take(size);
    return ResponseEvent.content;
  }

  #take(size: number): void {
    const { bytes, start } = this.#received;
    this.#received.start = start + size;
    this.content = bytes.subarray(start, start + size);
  }

  #checkSize(size: number): void {
    if (size > (this.#limits.maxResponseBodySize ?? Infinity)) throw new Http1ResponseError('HTTP1_CONTENT_TOO_LARGE');
  }

  // The end of a response and of the connection

  #complete(): ResponseEvent {
    this.content = undefined;
    this.#state = this.#keepAlive ? State.head : State.over;
    return ResponseEvent.end;
  }

  /** Bytes after the last response are not a response (RFC 9112 9.6). */
  #checkNothingFollows(): ResponseEvent {
    if (this.#received.size > 0) throw new Http1ResponseError('HTTP1_RESPONSE_UNEXPECTED');
    return ResponseEvent.needData;
  }

  /** An unfinished response at the server's end is incomplete (RFC 9112 8). */
  #checkEnd(): void {
    if (this.isInMessage) throw new Http1ResponseError('HTTP1_RESPONSE_INCOMPLETE');
    if (this.#expected.length > 0) throw new Http1ResponseError('HTTP1_RESPONSE_MISSING');
  }
}
