import type { Endpoint } from '@windhover/connections';
import type { BoundEndpoint } from './bound-endpoint.ts';
import type { EndpointDescription } from './endpoint-description.ts';
import { formatListenTarget } from './listen-target.ts';

/**
 * One endpoint of a server, from its description to its close. The `listen…` methods return it. `server.endpoints`
 * lists those that listen.
 */
export class ServerEndpoint {
  readonly description: EndpointDescription;
  #bound: BoundEndpoint | undefined;
  #isClosed = false;

  constructor(description: EndpointDescription) {
    this.description = description;
  }

  /** The configured name; need not be unique. Default the target, e.g. `localhost:5000`. */
  get name(): string {
    return this.#bound?.name ?? this.description.name ?? formatListenTarget(this.description.target);
  }

  /** The published address, e.g. `http://localhost:5000`; empty before it listens. */
  get address(): string {
    return this.#bound?.address ?? '';
  }

  /** The listening sockets, with real ports: two for `localhost`; empty before it listens. */
  get endpoints(): readonly Endpoint[] {
    return this.#bound?.endpoints ?? [];
  }

  /** Open connections, including upgraded ones. */
  get connectionCount(): number {
    return this.#bound?.connectionCount ?? 0;
  }

  /** Open connections that were upgraded to another protocol. */
  get upgradedConnectionCount(): number {
    return this.#bound?.upgradedConnectionCount ?? 0;
  }

  /** Whether `close` has been called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Stops accepting connections and frees the address; `server.endpoints` no longer lists the endpoint. Open connections
   * stay. It never rejects.
   */
  async unbind(): Promise<void> {
    await this.#bound?.stopListening();
  }

  /**
   * Closes the endpoint while the server keeps running. It stops accepting connections and asks open ones to end. When
   * the signal aborts, it resets the rest and disposes its resources. It never rejects. A second call waits for the
   * first; its signal counts, too. Before the server starts, it only removes the endpoint from the list.
   *
   * @param signal the deadline; default five seconds
   */
  async close(signal?: AbortSignal): Promise<void> {
    this.#isClosed = true;
    await this.#bound?.close(signal);
  }

  /** Called by the server with the bound endpoint of this description. It does not listen if this one was closed. */
  attach(bound: BoundEndpoint): void {
    this.#bound = bound;
    if (this.#isClosed) void bound.close();
  }
}
