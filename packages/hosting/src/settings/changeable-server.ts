import type { Endpoint } from '@windhover/connections';
import type { ConfigureEndpoint, ListenTarget, ServerEndpoint } from '@windhover/server';

/** What it takes to change the endpoints of a server. `WindhoverServer` is one. */
export interface ChangeableServer {
  /** What listens, in the order in which it was added. */
  readonly endpoints: readonly ServerEndpoint[];
  listen(endpoint: Endpoint, configure: ConfigureEndpoint): unknown;
  listenAnyIP(port: number, configure: ConfigureEndpoint): unknown;
  listenLocalhost(port: number, configure: ConfigureEndpoint): unknown;
  /** While it runs. */
  addEndpoint(target: ListenTarget, configure: ConfigureEndpoint): Promise<ServerEndpoint>;
}
