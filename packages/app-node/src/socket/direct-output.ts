import { type Connection, type Receiver, lingeringClose } from '@windhover/connections';
import { httpLimitDefaults } from '@windhover/http';

/** Notified about a connection that HTTP has left. */
export interface DirectOutputOwner {
  /** The client has ended its side. */
  clientEnded(): void;
  connectionClosed(error?: Error): void;
}

/**
 * The bytes that a handler writes on the socket of a request, after HTTP has left the connection. Received bytes are
 * dropped: as in `node:http`, the socket of a request cannot be read.
 */
export class DirectOutput implements Receiver {
  readonly #connection: Connection;
  readonly #owner: DirectOutputOwner;
  /** The callback of the write that waits for `drained`. */
  #written: (() => void) | undefined;

  constructor(connection: Connection, owner: DirectOutputOwner) {
    this.#connection = connection;
    this.#owner = owner;
    connection.onClosed({ closed: (_connection, error) => this.#closedWith(error) });
    connection.start(this);
  }

  /** @param written called when more can be written, also after the end of the connection */
  write(bytes: Uint8Array, written: () => void): void {
    if (this.#connection.write(bytes)) written();
    else this.#written = written;
  }

  /** Sends an end, and closes the connection when the client has ended its side, or in `requestDrainTimeout`. */
  end(): void {
    lingeringClose(this.#connection, { timeout: httpLimitDefaults.requestDrainTimeout });
  }

  /** Closes the connection: bytes passed to the system are still sent. */
  dispose(): void {
    this.#connection.dispose();
  }

  received(): void {}

  borrowed(): void {}

  drained(): void {
    const written = this.#written;
    this.#written = undefined;
    written?.();
  }

  ended(): void {
    this.#owner.clientEnded();
  }

  /** The connection reports it to its observers, also after `end`. */
  closed(): void {}

  #closedWith(error: Error | undefined): void {
    this.#owner.connectionClosed(error);
    this.drained();
  }
}
