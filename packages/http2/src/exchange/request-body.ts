import { type FieldSection, HttpError, type HttpRequestBodyFeature, handled } from '@windhover/http';
import { ContentQueue } from './content-queue.ts';
import type { Http2Exchange } from './exchange.ts';
import { Http2RefusalError } from './refusal-errors.ts';

interface PendingRead {
  resolve(piece: Uint8Array | undefined): void;
  reject(error: unknown): void;
}

/**
 * The content of one request. Pieces wait here until they are read; reading gives the client room for more.
 *
 * Source: Kestrel `Http2MessageBody`
 */
export class RequestBody implements HttpRequestBodyFeature {
  readonly #exchange: Http2Exchange;
  readonly canHaveBody: boolean;
  readonly #queue = new ContentQueue();
  #received = 0;
  #hasBegun = false;
  /** The client has sent the end. */
  #hasEnded: boolean;
  /** The end has been read. */
  #isComplete: boolean;
  #error: unknown;
  #pending: PendingRead | undefined;

  constructor(exchange: Http2Exchange, canHaveBody: boolean) {
    this.#exchange = exchange;
    this.canHaveBody = canHaveBody;
    this.#hasEnded = !canHaveBody;
    this.#isComplete = !canHaveBody;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whether the body was read to its end. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Whether the application waits for content. */
  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.#isComplete) return undefined;
    if (this.#error !== undefined) throw this.#error;
    if (this.#exchange.isOver) throw new HttpError('HTTP_BODY_TOO_LATE');
    if (this.#pending !== undefined) throw new HttpError('HTTP_BODY_CONSUMED', 'another read is waiting');
    if (!this.#hasBegun) this.#begin();
    const piece = this.#queue.take();
    if (piece !== undefined) {
      this.#exchange.stream.consumed(piece.length);
      return piece;
    }
    if (this.#hasEnded) {
      this.#isComplete = true;
      return undefined;
    }
    this.#exchange.wantContent();
    return handled(new Promise((resolve, reject) => (this.#pending = { resolve, reject })));
  }

  /** Content has come. */
  received(piece: Uint8Array): void {
    if (this.#error !== undefined) {
      this.#exchange.stream.connection.consumed(piece.length);
      return;
    }
    this.#received += piece.length;
    const limit = this.#exchange.maxRequestBodySize;
    if (limit !== null && this.#received > limit) {
      this.#exchange.stream.connection.consumed(piece.length);
      this.fail(this.#tooLarge());
      return;
    }
    const pending = this.#pending;
    if (pending === undefined) {
      this.#queue.add(piece);
      return;
    }
    this.#pending = undefined;
    this.#exchange.stream.consumed(piece.length);
    pending.resolve(piece);
  }

  /** The client has sent the end of the content, and what follows it. */
  ended(trailers: FieldSection | undefined): void {
    this.#hasEnded = true;
    this.#exchange.trailersReceived(trailers);
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    this.#isComplete = true;
    pending.resolve(undefined);
  }

  /** Nothing more is read: the reason is thrown from now on. */
  fail(error: unknown): void {
    if (this.#isComplete || this.#error !== undefined) return;
    this.#error = error;
    this.discard();
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(error);
  }

  /** Drops what waits to be read. The client is not asked for more of it. */
  discard(): void {
    const dropped = this.#queue.clear();
    if (dropped > 0) this.#exchange.stream.connection.consumed(dropped);
  }

  #begin(): void {
    this.#hasBegun = true;
    const limit = this.#exchange.maxRequestBodySize;
    if (limit === null || this.#exchange.head.contentLength <= limit) return;
    const error = this.#tooLarge();
    this.fail(error);
    throw error;
  }

  #tooLarge(): Http2RefusalError {
    const error = new Http2RefusalError('HTTP2_CONTENT_TOO_LARGE');
    this.#exchange.isBad(error);
    return error;
  }
}
