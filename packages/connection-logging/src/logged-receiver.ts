import type { Receiver } from '@windhover/connections';
import type { ConnectionLog } from './connection-log.ts';

/** Logs each event of a connection, then passes it to the receiver. */
export class LoggedReceiver implements Receiver {
  readonly #receiver: Receiver;
  readonly #log: ConnectionLog;

  constructor(receiver: Receiver, log: ConnectionLog) {
    this.#receiver = receiver;
    this.#log = log;
  }

  received(bytes: Uint8Array): void {
    this.#log.chunk('received', bytes);
    this.#receiver.received(bytes);
  }

  drained(): void {
    this.#receiver.drained();
  }

  ended(): void {
    this.#log.note('the peer has ended its side');
    this.#receiver.ended();
  }

  closed(error?: Error): void {
    this.#receiver.closed(error);
  }
}
