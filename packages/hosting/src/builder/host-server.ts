import type { FeatureCollection } from '@windhover/features';
import type { HttpApplication } from '@windhover/http';
import type { ServerOptions } from '@windhover/server';

/**
 * The server of a host: `WindhoverServer`, or a replacement for it.
 *
 * Source: Kestrel `IServer`
 */
export interface HostServer {
  /** Features of the server, with a `ServerAddressesFeature` if it listens on addresses. */
  readonly features: FeatureCollection;
  /** Starts serving the application. A server that fails to start leaves nothing open. */
  start<C>(application: HttpApplication<C>): Promise<void>;
  /** Lets running requests complete until the signal aborts, then aborts them. */
  stop(signal?: AbortSignal): Promise<void>;
}

/** Creates a server from the options of the builder. */
export type ServerFactory = (options: ServerOptions) => HostServer;
