import {
  type Connection,
  ConnectionHeartbeatFeature,
  type HeartbeatListener,
  type Receiver,
} from '@windhover/connections';
import { ConnectionTimeout, type HttpServices, Timeout } from '@windhover/http';
import { type CommonLines, contentLengthEnd } from '../exchange/head-text.ts';

/**
 * Refuses a connection over a limit of the server: 503 without waiting for a request, then the end of this side. Bytes
 * that arrive are dropped until the client ends its side, at most for `requestDrainTimeout`: closing with unread bytes
 * would send a reset, which can overtake the response.
 *
 * Source: RFC 9110 section 15.6.4, RFC 9112 section 9.6
 */
export class ConnectionRefuser implements Receiver, HeartbeatListener {
  readonly #connection: Connection;
  readonly #timeout: ConnectionTimeout;

  constructor(connection: Connection, { limits }: HttpServices, lines: CommonLines) {
    this.#connection = connection;
    const heartbeat = connection.features.get(ConnectionHeartbeatFeature);
    heartbeat?.onHeartbeat(this);
    this.#timeout = new ConnectionTimeout(heartbeat);
    this.#timeout.start(Timeout.linger, limits.requestDrainTimeout);
    lines.refresh();
    connection.start(this);
    connection.write(`${lines.beginning(503)}connection: close\r\n${contentLengthEnd(0)}`);
    connection.end();
  }

  received(): void {}

  drained(): void {}

  ended(): void {}

  closed(): void {
    this.#timeout.stop();
  }

  heartbeat(now: number): void {
    if (this.#timeout.takeExpired(now) !== Timeout.none) this.#connection.dispose();
  }
}
