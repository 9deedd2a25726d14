import type { Connection, ConnectionMiddleware } from '@windhover/connections';

/** The open connections of a server, and how many requests run on each. */
export class OpenConnections {
  readonly #running = new Map<string, { readonly connection: Connection; requests: number }>();

  get size(): number {
    return this.#running.size;
  }

  /** Counts the connections that pass. @param opened called with each of them */
  middleware(opened: (connection: Connection) => void): ConnectionMiddleware {
    return (next) => (connection) => {
      this.#running.set(connection.id, { connection, requests: 0 });
      connection.onClosed({ closed: () => void this.#running.delete(connection.id) });
      opened(connection);
      return next(connection);
    };
  }

  /** A request of the connection begins (1) or is over (-1). */
  count(connectionId: string, change: 1 | -1): void {
    const entry = this.#running.get(connectionId);
    if (entry !== undefined) entry.requests += change;
  }

  /** Ends the connections on which no request runs, without a reset. */
  endIdle(): void {
    for (const { connection, requests } of this.#running.values()) if (requests === 0) connection.dispose();
  }

  /** Resets all of them. */
  abortAll(): void {
    for (const { connection } of this.#running.values()) connection.abort();
  }
}
