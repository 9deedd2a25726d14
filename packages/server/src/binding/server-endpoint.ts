import type { Endpoint } from '@windhover/connections';
import type { BoundEndpoint } from './bound-endpoint.ts';
import type { EndpointDescription } from './endpoint-description.ts';
import { formatListenTarget } from './listen-target.ts';

/**
 * One endpoint of a server, from its description to its end. The `listen…` methods return it; while the server runs,
 * `server.endpoints` lists the ones that listen.
 */
export class ServerEndpoint {
  readonly description: EndpointDescription;
  #bound: BoundEndpoint | undefined;
  #isClosed = false;

  constructor(description: EndpointDescription) {
    this.description = description;
  }

  /** As configured; need not be unique. Default what it listens on, e.g. `localhost:5000`. */
  get name(): string {
    return this.#bound?.name ?? this.description.name ?? formatListenTarget(this.description.target);
  }

  /** As it is published, e.g. `http://localhost:5000`; empty before it listens. */
  get address(): string {
    return this.#bound?.address ?? '';
  }

  /** The listening sockets, with real ports: two for `localhost`; none before it listens. */
  get endpoints(): readonly Endpoint[] {
    return this.#bound?.endpoints ?? [];
  }

  /** Open connections, including upgraded ones. */
  get connectionCount(): number {
    return this.#bound?.connectionCount ?? 0;
  }

  /** Open connections that another protocol has taken over. */
  get upgradedConnectionCount(): number {
    return this.#bound?.upgradedConnectionCount ?? 0;
  }

  /** Whether `close` has been called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Accepts no more connections. The open ones stay, and the address is free again. It never rejects. */
  async unbind(): Promise<void> {
    await this.#bound?.unbind();
  }

  /**
   * Closes the endpoint while the server goes on: it accepts no more connections, asks the open ones to end, resets
   * those that are left when the signal aborts, and disposes what it owns. It never rejects. A second call waits for the
   * first; its signal counts as well. Before the start of the server it takes the endpoint off the list.
   *
   * @param signal the deadline; default five seconds
   */
  async close(signal?: AbortSignal): Promise<void> {
    this.#isClosed = true;
    await this.#bound?.close(signal);
  }

  /** For the server: what it has made of the description. */
  attach(bound: BoundEndpoint): void {
    this.#bound = bound;
  }
}
