import { type ConnectionHeartbeatFeature, deadlineAfter } from '@windhover/connections';

/** What the timeout of a connection is for; one runs at a time. */
export const Timeout = {
  none: 0,
  /** Until the first byte of a request: `keepAliveTimeout`. */
  keepAlive: 1,
  /** Until the head of a request is complete: `requestHeadersTimeout`. */
  requestHeaders: 2,
  /** Until content that nobody reads has come to its end: `requestDrainTimeout`. */
  drain: 3,
  /** Until an idle connection of a server that stops is ended. */
  closeIdle: 4,
  /** Until the peer has ended its side, too: `requestDrainTimeout`. */
  linger: 5,
} as const;

export type Timeout = (typeof Timeout)[keyof typeof Timeout];

/**
 * The one-shot timeout of a connection, checked on the heartbeat and never short; without a heartbeat it never
 * runs out.
 *
 * Source: Kestrel `TimeoutControl`
 */
export class ConnectionTimeout {
  readonly #heartbeat: ConnectionHeartbeatFeature | undefined;
  #deadline = Infinity;
  /** What it is for now. */
  reason: Timeout = Timeout.none;

  constructor(heartbeat: ConnectionHeartbeatFeature | undefined) {
    this.#heartbeat = heartbeat;
  }

  /** @param duration milliseconds */
  start(reason: Timeout, duration: number): void {
    if (this.#heartbeat === undefined) return;
    this.reason = reason;
    this.#deadline = deadlineAfter(this.#heartbeat, duration);
  }

  stop(): void {
    this.reason = Timeout.none;
    this.#deadline = Infinity;
  }

  /** Whether it has run out; `none` of it is left then. @returns what it was for */
  takeExpired(now: number): Timeout {
    if (now < this.#deadline) return Timeout.none;
    const { reason } = this;
    this.stop();
    return reason;
  }
}
