import type { Connection, ConnectionDelegate, ConnectionListener, Endpoint } from '@windhover/connections';
import { Deferred } from './deferred.ts';
import { type Recorder, record } from './recorder.ts';
import type { ConnectionPair, TransportSubject } from './subject.ts';

/** Everything that one check has opened, so that all of it is closed even if the check fails. */
export class Session {
  readonly subject: TransportSubject;
  readonly #listeners: ConnectionListener[] = [];
  readonly #connections: Connection[] = [];

  constructor(subject: TransportSubject) {
    this.subject = subject;
  }

  async bind(accept: ConnectionDelegate, endpoint: Endpoint = this.subject.endpoint()): Promise<ConnectionListener> {
    const listener = await this.subject.transport.bind(endpoint, (connection) => {
      this.#connections.push(connection);
      return accept(connection);
    });
    this.#listeners.push(listener);
    return listener;
  }

  async connect(listener: ConnectionListener): Promise<Connection> {
    const connection = await this.subject.connect(listener.endpoint);
    this.#connections.push(connection);
    return connection;
  }

  /** A client and the connection that its listener has accepted for it. */
  async pair(): Promise<ConnectionPair> {
    const accepted = new Deferred<Connection>();
    const listener = await this.bind((connection) => accepted.resolve(connection));
    const client = await this.connect(listener);
    return { client, served: await accepted.promise };
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.abort();
    await Promise.all(this.#listeners.map((listener) => listener.unbind()));
  }
}

/** Sends all received bytes back, and ends when the peer ends. */
export const echo = (connection: Connection): Recorder =>
  record(connection, {
    received: (bytes) => void connection.write(bytes),
    ended: () => connection.end(),
  });
