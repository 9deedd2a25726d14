import { HttpError, handled, type HttpRequestBodyFeature } from '@windhover/http';
import { Http1Error } from '@windhover/http1-codec';
import type { Http1Exchange } from './exchange.ts';
import { RequestEvent } from '@windhover/http1-codec';

interface PendingRead {
  resolve(piece: Uint8Array | undefined): void;
  reject(error: unknown): void;
}

/** The content of one request, pulled out of the decoder of its connection. */
export class RequestBody implements HttpRequestBodyFeature {
  readonly #exchange: Http1Exchange;
  readonly canHaveBody: boolean;
  #hasBegun = false;
  #isComplete = false;
  #error: unknown;
  #pending: PendingRead | undefined;

  constructor(exchange: Http1Exchange, canHaveBody: boolean) {
    this.#exchange = exchange;
    this.canHaveBody = canHaveBody;
  }

  /** Whether a byte has been asked for. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get isComplete(): boolean {
    return this.#isComplete || !this.canHaveBody;
  }

  /** Whether the application waits for content. */
  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.isComplete) return undefined;
    if (this.#error !== undefined) throw this.#error;
    if (this.#exchange.isOver) throw new HttpError('HTTP_BODY_TOO_LATE');
    if (this.#pending !== undefined) throw new HttpError('HTTP_BODY_CONSUMED', 'another read is waiting');
    this.#hasBegun = true;
    const event = this.#decode();
    if (event === RequestEvent.content) return this.#exchange.connection.decoder.content;
    if (event === RequestEvent.end) return undefined;
    this.#exchange.connection.wantContent(this.#exchange);
    return handled(
      new Promise((resolve, reject) => {
        this.#pending = { resolve, reject };
      }),
    );
  }

  /** More bytes have come: answers the read that waits, if they are enough. */
  received(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    let event: RequestEvent;
    try {
      event = this.#decode();
    } catch (error) {
      this.#pending = undefined;
      pending.reject(error);
      return;
    }
    if (event === RequestEvent.needData) return;
    this.#pending = undefined;
    pending.resolve(event === RequestEvent.content ? this.#exchange.connection.decoder.content : undefined);
  }

  /** Nothing more will come. */
  fail(error: unknown): void {
    if (this.#isComplete || this.#error !== undefined) return;
    this.#error = error;
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(error);
  }

  /**
   * Reads on without keeping anything.
   *
   * @returns bytes of content dropped; `isComplete` says whether that was all
   * @throws Http1Error
   */
  discard(): number {
    let dropped = 0;
    while (!this.#isComplete) {
      const event = this.#decode();
      if (event === RequestEvent.needData) break;
      if (event === RequestEvent.content) dropped += this.#exchange.connection.decoder.content!.length;
    }
    return dropped;
  }

  #decode(): RequestEvent {
    const { connection } = this.#exchange;
    try {
      const event = connection.decoder.read();
      if (event === RequestEvent.end) this.#complete();
      else if (event === RequestEvent.needData && connection.peerHasEnded)
        throw new Http1Error('HTTP1_REQUEST_INCOMPLETE');
      return event;
    } catch (error) {
      this.#error = error;
      if (error instanceof Http1Error) this.#exchange.isBad(error);
      connection.closeAfterResponse();
      throw error;
    }
  }

  #complete(): void {
    this.#isComplete = true;
    this.#exchange.trailersReceived(this.#exchange.connection.decoder.trailers);
    this.#exchange.connection.contentComplete();
  }
}
