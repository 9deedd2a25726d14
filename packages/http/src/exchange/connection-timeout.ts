import type { ConnectionHeartbeatFeature } from '@windhover/connections';

/** The purposes of the timeout of a connection. One timeout runs at a time. */
export const Timeout = {
  none: 0,
  /** Until the first byte of a request: `keepAliveTimeout`. */
  keepAlive: 1,
  /** Until the head of a request is complete: `requestHeadersTimeout`. */
  requestHeaders: 2,
  /** Until the end of content that the application left unread: `requestDrainTimeout`. */
  drain: 3,
  /** Until a stopping server closes an idle connection. */
  closeIdle: 4,
  /** Until the peer ends its side, too: `requestDrainTimeout`. */
  linger: 5,
  /** Until an upgraded connection is started, after the handler has returned: `requestHeadersTimeout`. */
  takeOver: 6,
} as const;

export type Timeout = (typeof Timeout)[keyof typeof Timeout];

/**
 * The one-shot timeout of a connection. It is checked on the heartbeat and never expires early. A connection without a
 * heartbeat has no timeouts.
 *
 * Source: Kestrel `TimeoutControl`
 */
export class ConnectionTimeout {
  readonly #heartbeat: ConnectionHeartbeatFeature | undefined;
  #deadline = Infinity;
  /** The purpose of the running timeout, or `none`. */
  reason: Timeout = Timeout.none;

  constructor(heartbeat: ConnectionHeartbeatFeature | undefined) {
    this.#heartbeat = heartbeat;
  }

  /** Milliseconds to pass to `start` for a timeout that expires together with this one; Infinity if none runs. */
  get left(): number {
    return this.#heartbeat === undefined ? Infinity : this.#deadline - this.#heartbeat.deadlineAfter(0);
  }

  /** Replaces the running timeout. @param duration milliseconds */
  start(reason: Timeout, duration: number): void {
    if (this.#heartbeat === undefined) return;
    this.reason = reason;
    this.#deadline = this.#heartbeat.deadlineAfter(duration);
  }

  stop(): void {
    this.reason = Timeout.none;
    this.#deadline = Infinity;
  }

  /** Stops the timeout if it has expired. @returns its purpose, or `none` when it has not expired */
  takeExpired(now: number): Timeout {
    if (now < this.#deadline) return Timeout.none;
    const { reason } = this;
    this.stop();
    return reason;
  }
}
