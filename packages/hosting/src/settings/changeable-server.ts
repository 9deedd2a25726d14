import type { EndPoint } from '@windhover/connections';
import type { ConfigureEndPoint, ListenTarget, ServerEndPoint } from '@windhover/server';

/** What it takes to change the end points of a server. `WindhoverServer` is one. */
export interface ChangeableServer {
  /** What listens, in the order in which it was added. */
  readonly endPoints: readonly ServerEndPoint[];
  listen(endPoint: EndPoint, configure: ConfigureEndPoint): unknown;
  listenAnyIP(port: number, configure: ConfigureEndPoint): unknown;
  listenLocalhost(port: number, configure: ConfigureEndPoint): unknown;
  /** While it runs. */
  addEndPoint(target: ListenTarget, configure: ConfigureEndPoint): Promise<ServerEndPoint>;
}
