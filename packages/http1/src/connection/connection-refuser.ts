import {
  type Connection,
  ConnectionHeartbeatFeature,
  type HeartbeatListener,
  type Receiver,
} from '@windhover/connections';
import { ConnectionTimeout, type HttpServices, Timeout } from '@windhover/http';
import { type CommonLines, contentLengthEnd } from '../exchange/head-text.ts';

/**
 * Tells a client that there is no room for its connection: 503 without waiting for a request, our end, and a while of
 * reading and dropping, since closing with unread bytes sends a reset, which can overtake the response.
 *
 * Source: RFC 9110 section 15.6.4, RFC 9112 section 9.6
 */
export class ConnectionRefuser implements Receiver, HeartbeatListener {
  readonly #connection: Connection;
  readonly #timeout: ConnectionTimeout;
  #room: number;

  constructor(connection: Connection, { limits }: HttpServices, lines: CommonLines) {
    this.#connection = connection;
    this.#room = limits.maxRequestDrainSize;
    const heartbeat = connection.features.get(ConnectionHeartbeatFeature);
    heartbeat?.onHeartbeat(this);
    this.#timeout = new ConnectionTimeout(heartbeat);
    this.#timeout.start(Timeout.linger, limits.requestDrainTimeout);
    lines.refresh();
    connection.start(this);
    connection.write(`${lines.beginning(503)}connection: close\r\n${contentLengthEnd(0)}`);
    connection.end();
  }

  received(bytes: Uint8Array): void {
    this.#room -= bytes.length;
    if (this.#room < 0) this.#connection.dispose();
  }

  drained(): void {}

  ended(): void {}

  closed(): void {
    this.#timeout.stop();
  }

  heartbeat(now: number): void {
    if (this.#timeout.takeExpired(now) !== Timeout.none) this.#connection.dispose();
  }
}
