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
  /** Of the accepted ends. */
  readonly highWaterMark: number;
  readonly #accept: ConnectionDelegate;
  readonly #release: () => void;
  #backlog: Connection[] = [];
  #unbound: Promise<void> | undefined;

  /** @param release frees the name, at the first `unbind` */
  constructor(endpoint: MemoryEndpoint, highWaterMark: number, accept: ConnectionDelegate, release: () => void) {
    this.endpoint = endpoint;
    this.highWaterMark = highWaterMark;
    this.#accept = accept;
    this.#release = release;
  }

  /** Queues a new connection for the delegate, which sees it in a later turn: never inside the client's `connect`. */
  enqueue(connection: Connection): void {
    if (this.#backlog.push(connection) === 1) requestTurn(this);
  }

  /** For the scheduler only. */
  takeTurn(): void {
    const backlog = this.#backlog;
    this.#backlog = [];
    for (const connection of backlog) acceptConnection(connection, this.#accept);
  }

  /** Refuses new connections at once; those that came before are still accepted when the promise resolves. */
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
