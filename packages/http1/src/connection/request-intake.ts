import type { Connection } from '@windhover/connections';
import type { HttpLimits } from '@windhover/http';
import { RequestDecoder, type ResolvedHttp1Options } from '@windhover/http1-codec';
import type { Http1Exchange } from '../exchange/exchange.ts';

/** Results of `RequestIntake.discard`. */
export const Discard = {
  /** The content has been read to its end. */
  complete: 0,
  /** More content must be received. */
  incomplete: 1,
  /** The content is too large, malformed, or incomplete: the connection cannot be reused. */
  impossible: 2,
} as const;

export type Discard = (typeof Discard)[keyof typeof Discard];

/** The receiving side of a connection: the decoder, and the pauses that keep its buffer within the limit. */
export class RequestIntake {
  readonly decoder: RequestDecoder;
  readonly #connection: Connection;
  readonly #limits: HttpLimits;
  #isPaused = false;
  /** Bytes of the current request's content that were discarded after its response. */
  #discarded = 0;
  /** Whether the peer has ended its side: no more bytes will be received. */
  peerHasEnded = false;

  constructor(connection: Connection, limits: HttpLimits, options: ResolvedHttp1Options) {
    this.#connection = connection;
    this.#limits = limits;
    this.decoder = new RequestDecoder(limits, options);
  }

  /**
   * Pauses the connection when the buffer has reached its limit.
   *
   * @param isStalled whether nothing is being read from the buffer: then pauses with any number of bytes in it
   */
  pauseIfFull(isStalled: boolean): void {
    const { buffered } = this.decoder;
    if (this.#isPaused || buffered === 0) return;
    const { maxRequestBufferSize } = this.#limits;
    if (!isStalled && (maxRequestBufferSize === null || buffered < maxRequestBufferSize)) return;
    this.#isPaused = true;
    this.#connection.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#connection.resume();
  }

  /** Drops unread content, up to `maxRequestDrainSize`. */
  discard(exchange: Http1Exchange): Discard {
    try {
      this.#discarded += exchange.body.discard();
    } catch {
      return Discard.impossible;
    }
    if (exchange.body.isComplete) {
      this.#discarded = 0;
      return Discard.complete;
    }
    const size = this.#discarded + this.decoder.remainingContent;
    const isTooMuch = size > this.#limits.maxRequestDrainSize;
    return exchange.owesContinue || this.peerHasEnded || isTooMuch ? Discard.impossible : Discard.incomplete;
  }
}
