import { HttpError } from '../errors.ts';
import type { HttpRequestBodyFeature } from '../features/http-request-body.ts';
import { handled } from '../handled.ts';

/** The source of a request's content. The exchange of a protocol implements it. */
export interface ContentSource {
  /** False if the request certainly has no content. */
  readonly canHaveBody: boolean;
  /** Whether the application has finished with the request. */
  readonly isOver: boolean;
  /**
   * Takes the next piece of content.
   *
   * @returns at least one byte; `undefined` when more has not arrived yet; `null` at the end of the content
   * @throws BadHttpRequestError when the content breaks a rule or a limit
   */
  readContent(): Uint8Array | undefined | null;
  /** Called when the application waits for content: the protocol may send 100 (Continue) or read on. */
  wantContent(): void;
  /** Called once, when the content has been read to its end. */
  contentComplete(): void;
  /** Called when `readContent` has thrown: the message cannot be continued. */
  contentFailed(error: unknown): void;
}

interface PendingRead {
  resolve(piece: Uint8Array | undefined): void;
  reject(error: unknown): void;
}

/** The content of one request, pulled from its source piece by piece. */
export class RequestBody implements HttpRequestBodyFeature {
  readonly #source: ContentSource;
  #hasBegun = false;
  #isComplete = false;
  /** Whether content was dropped, so that the end of the content is not the end of what was read. */
  #hasDropped = false;
  #size = 0;
  #error: unknown;
  #pending: PendingRead | undefined;

  constructor(source: ContentSource) {
    this.#source = source;
  }

  get canHaveBody(): boolean {
    return this.#source.canHaveBody;
  }

  /** Whether the application has begun to read. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get isComplete(): boolean {
    return this.#isComplete || !this.#source.canHaveBody;
  }

  /** Bytes of content that were read. */
  get size(): number {
    return this.#size;
  }

  /** Whether the application waits for content. */
  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.isComplete && !this.#hasDropped) return undefined;
    if (this.#error !== undefined) throw this.#error;
    if (this.#source.isOver) throw new HttpError('HTTP_BODY_TOO_LATE');
    if (this.#pending !== undefined) throw new HttpError('HTTP_BODY_CONSUMED', 'another read is waiting');
    this.#hasBegun = true;
    const piece = this.#take();
    if (piece !== undefined) return piece ?? undefined;
    this.#source.wantContent();
    return handled(
      new Promise((resolve, reject) => {
        this.#pending = { resolve, reject };
      }),
    );
  }

  /** Resolves the pending read, if there is one and content has arrived. */
  received(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    let piece: Uint8Array | undefined | null;
    try {
      piece = this.#take();
    } catch (error) {
      this.#pending = undefined;
      pending.reject(error);
      return;
    }
    if (piece === undefined) return;
    this.#pending = undefined;
    pending.resolve(piece ?? undefined);
  }

  /** Fails the pending read and every later one. */
  fail(error: unknown): void {
    if (this.#isComplete || this.#error !== undefined) return;
    this.#error = error;
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(error);
  }

  /**
   * Reads and drops the content that has arrived.
   *
   * @returns bytes of content dropped; `isComplete` tells whether the content has ended
   * @throws BadHttpRequestError when the content breaks a rule or a limit
   */
  discard(): number {
    let dropped = 0;
    while (!this.#isComplete) {
      const piece = this.#take();
      if (piece === undefined) break;
      if (piece !== null) dropped += piece.length;
    }
    this.#hasDropped ||= dropped > 0;
    return dropped;
  }

  /** Called when the exchange is over: the rest of the content is dropped, so the pending read fails. */
  exchangeOver(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(new HttpError('HTTP_BODY_TOO_LATE'));
  }

  #take(): Uint8Array | undefined | null {
    try {
      const piece = this.#source.readContent();
      if (piece === null) {
        this.#isComplete = true;
        this.#source.contentComplete();
      } else if (piece !== undefined) {
        this.#size += piece.length;
      }
      return piece;
    } catch (error) {
      this.#error = error;
      this.#source.contentFailed(error);
      throw error;
    }
  }
}
