import { type Connection, LayeredConnection, type Receiver } from '@windhover/connections';
import type { ConnectionLog } from './connection-log.ts';
import { LoggedReceiver } from './logged-receiver.ts';

/** A connection that logs its bytes and events. */
export class LoggedConnection extends LayeredConnection {
  readonly #log: ConnectionLog;

  constructor(connection: Connection, log: ConnectionLog) {
    super(connection);
    this.#log = log;
    this.onClosed({ closed: (_connection, error) => log.note('closed', { err: error }) });
  }

  override start(receiver: Receiver): void {
    if (!this.isClosed) this.#log.note('started');
    super.start(new LoggedReceiver(receiver, this.#log));
  }

  override write(bytes: Uint8Array | string): boolean {
    if (!this.isClosed) this.#log.chunk('sent', bytes);
    return super.write(bytes);
  }

  override end(): void {
    if (!this.isClosed) this.#log.note('ended on this side');
    super.end();
  }

  override abort(reason?: Error): void {
    if (!this.isClosed) this.#log.note('aborted on this side', { err: reason });
    super.abort(reason);
  }

  override dispose(): void {
    if (!this.isClosed) this.#log.note('disposed of on this side');
    super.dispose();
  }

  /** The stream cannot be taken, because its bytes would not be logged. */
  override takeStream(): undefined {
    return undefined;
  }
}
