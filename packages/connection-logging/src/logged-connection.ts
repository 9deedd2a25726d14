import { type Connection, ConnectionBase, ConnectionSocketFeature, type Receiver } from '@windhover/connections';
import type { ConnectionLog } from './connection-log.ts';
import { LoggedReceiver } from './logged-receiver.ts';

/** A connection that writes down what goes through it, before it does; otherwise the one below. */
export class LoggedConnection extends ConnectionBase {
  readonly #connection: Connection;
  readonly #log: ConnectionLog;

  constructor(connection: Connection, log: ConnectionLog) {
    super(connection.features);
    this.#connection = connection;
    this.#log = log;
    connection.onClosed({ closed: (_below, error) => this.#closed(error) });
  }

  override get id(): string {
    return this.#connection.id;
  }

  /** The socket below may be looked at, but not taken: its bytes would go past the log. */
  protected override builtIn(id: symbol): unknown {
    if (id !== ConnectionSocketFeature.id) return undefined;
    const socket = this.#connection.features.get(ConnectionSocketFeature)?.socket;
    return socket === undefined ? undefined : { socket };
  }

  start(receiver: Receiver): void {
    if (!this.isClosed) this.#log.note('started');
    this.#connection.start(new LoggedReceiver(receiver, this.#log));
  }

  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  write(bytes: Uint8Array | string): boolean {
    if (!this.isClosed) this.#log.chunk('sent', bytes);
    return this.#connection.write(bytes);
  }

  end(): void {
    if (!this.isClosed) this.#log.note('ended on this side');
    this.#connection.end();
  }

  abort(reason?: Error): void {
    if (!this.isClosed) this.#log.note('aborted on this side', { err: reason });
    this.#connection.abort(reason);
  }

  dispose(): void {
    if (!this.isClosed) this.#log.note('disposed of on this side');
    this.#connection.dispose();
  }

  #closed(error: Error | undefined): void {
    this.#log.note('closed', { err: error });
    this.notifyClosed(error);
  }
}
