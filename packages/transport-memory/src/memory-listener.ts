import {
  type Connection,
  type ConnectionDelegate,
  type ConnectionListener,
  type MemoryEndpoint,
  acceptConnection,
} from '@windhover/connections';
import { requestTurn } from './memory-turn.ts';

/** A name that a memory transport listens on. */
export class MemoryListener implements ConnectionListener {
  readonly endpoint: MemoryEndpoint;
  /** High-water mark of the accepted connections. */
  readonly highWaterMark: number;
  readonly #accept: ConnectionDelegate;
  readonly #release: () => void;
  #backlog: Connection[] = [];
  #unbound: Promise<void> | undefined;

  /** @param release frees the name; called by the first `unbind` */
  constructor(endpoint: MemoryEndpoint, highWaterMark: number, accept: ConnectionDelegate, release: () => void) {
    this.endpoint = endpoint;
    this.highWaterMark = highWaterMark;
    this.#accept = accept;
    this.#release = release;
  }

  /** Queues a new connection. The delegate is called in a later turn, not inside `connect` of the client. */
  enqueue(connection: Connection): void {
    if (this.#backlog.push(connection) === 1) requestTurn(this);
  }

  /** Called by the scheduler. */
  takeTurn(): void {
    const backlog = this.#backlog;
    this.#backlog = [];
    for (const connection of backlog) acceptConnection(connection, this.#accept);
  }

  /** Refuses new connections at once. Earlier ones have been accepted when the promise resolves. */
  unbind(): Promise<void> {
    this.#unbound ??= this.#stop();
    return this.#unbound;
  }

  #stop(): Promise<void> {
    this.#release();
    return new Promise((resolve) => requestTurn({ takeTurn: resolve }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unbind();
  }
}
