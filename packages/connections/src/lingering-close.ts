import type { Connection, Receiver } from './connection.ts';
import { ConnectionHeartbeatFeature, type HeartbeatListener } from './features/connection-heartbeat.ts';

/** How `lingeringClose` closes a connection. */
export interface LingeringCloseOptions {
  /** The last bytes for the peer, written before the end of this side. Default none. */
  readonly last?: Uint8Array | string;
  /** Milliseconds that the peer has to end its side. Without a heartbeat there is no limit. */
  readonly timeout: number;
}

/**
 * Ends this side of a connection in a way that lets the peer receive everything that was written. It replaces the
 * receiver, drops the bytes that the peer still sends, and disposes of the connection when the peer does not end its side
 * in time. Closing at once, with bytes unread, would send a reset, and a reset makes the peer discard what it has not read.
 *
 * Source: RFC 9112 section 9.6
 */
export const lingeringClose = (connection: Connection, options: LingeringCloseOptions): void => {
  connection.start(new LingeringClose(connection, options.timeout));
  if (options.last !== undefined) connection.write(options.last);
  connection.end();
  connection.resume();
};

class LingeringClose implements Receiver, HeartbeatListener {
  readonly #connection: Connection;
  readonly #heartbeat: ConnectionHeartbeatFeature | undefined;
  #deadline: number;

  constructor(connection: Connection, timeout: number) {
    this.#connection = connection;
    this.#heartbeat = connection.features.get(ConnectionHeartbeatFeature);
    this.#deadline = this.#heartbeat?.deadlineAfter(timeout) ?? Infinity;
    this.#heartbeat?.onHeartbeat(this);
  }

  received(): void {}

  borrowed(): void {}

  drained(): void {}

  ended(): void {}

  closed(): void {
    this.#deadline = Infinity;
    this.#heartbeat?.offHeartbeat?.(this);
  }

  heartbeat(now: number): void {
    if (now >= this.#deadline) this.#connection.dispose();
  }
}
