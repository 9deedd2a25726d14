import type { Endpoint } from '@windhover/connections';

/** One endpoint of a running server. */
export interface ServerEndpoint {
  /** As configured; need not be unique. */
  readonly name: string;
  /** As it is published, e.g. `http://localhost:5000`. */
  readonly address: string;
  /** What listens, with real ports: two for `localhost`. */
  readonly endpoints: readonly Endpoint[];
  /** Open connections, the upgraded ones too. */
  readonly connectionCount: number;
  /** Those of them that another protocol has taken over. */
  readonly upgradedConnectionCount: number;
  /** Accepts no more connections; the open ones stay, and the address is free again. It never rejects. */
  unbind(): Promise<void>;
  /**
   * Takes the endpoint away while the server goes on: it accepts no more connections, asks those it has to end, resets
   * what is left when the signal aborts, and disposes what it owns. It never rejects. Of a second call the signal
   * counts as well.
   *
   * @param signal the deadline; default five seconds
   */
  remove(signal?: AbortSignal): Promise<void>;
}
