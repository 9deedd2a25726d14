import type { HttpLimits } from '@windhover/http';
import { type ConnectionTimeout, Timeout } from '@windhover/http/exchange';
import type { Persistence } from './persistence.ts';
import type { RequestIntake } from './request-intake.ts';

/**
 * Milliseconds that an idle connection stays open when the server closes it gracefully. A request that the client is
 * just sending is then answered with `Connection: close`; closing at once would lose it.
 */
const closeIdleAfter = 1000;

/**
 * The timeout of a connection that waits for bytes of its client.
 *
 * Source: Kestrel `Http1Connection`, `TimeoutReason`
 */
export class RequestWait {
  readonly #intake: RequestIntake;
  readonly #persistence: Persistence;
  readonly #limits: HttpLimits;
  readonly #timeout: ConnectionTimeout;

  constructor(intake: RequestIntake, persistence: Persistence, limits: HttpLimits, timeout: ConnectionTimeout) {
    this.#intake = intake;
    this.#persistence = persistence;
    this.#limits = limits;
    this.#timeout = timeout;
  }

  /** Waits for the first byte of a request. */
  idle(): void {
    this.#timeout.start(Timeout.keepAlive, this.#limits.keepAliveTimeout);
  }

  /** Waits for the first byte of a request on a connection that the server wants to close. */
  lastIdle(): void {
    this.#timeout.start(Timeout.closeIdle, closeIdleAfter);
  }

  /**
   * Waits for the head of a request. The header timeout runs from the first byte of a request, and later bytes do not
   * extend it. Empty lines between requests, which some clients send to keep a connection, start `keepAliveTimeout` anew.
   */
  forHead(): void {
    const { reason } = this.#timeout;
    this.#intake.resume();
    if (this.#intake.decoder.isInMessage) {
      if (reason !== Timeout.requestHeaders) {
        this.#timeout.start(Timeout.requestHeaders, this.#limits.requestHeadersTimeout);
      }
    } else if (!this.#persistence.isCloseRequested) {
      this.idle();
    } else if (reason === Timeout.none) {
      this.lastIdle();
    }
  }

  /** Waits for unread content. */
  forContentLeft(): void {
    if (this.#timeout.reason !== Timeout.drain) this.#timeout.start(Timeout.drain, this.#limits.requestDrainTimeout);
    this.#intake.resume();
  }

  /** Waits for the new protocol to start an upgraded connection, after its handler has returned. */
  forTakeOver(): void {
    this.#timeout.start(Timeout.takeOver, this.#limits.requestHeadersTimeout);
  }

  /** Milliseconds for a lingering close. The time in which content was discarded counts. */
  get timeToLinger(): number {
    const { requestDrainTimeout } = this.#limits;
    return this.#timeout.reason === Timeout.drain
      ? Math.min(this.#timeout.left, requestDrainTimeout)
      : requestDrainTimeout;
  }
}
