import type { FeatureCollection } from '@windhover/features';
import type { HttpApplication } from '@windhover/http';
import type { ServerOptions } from '@windhover/server';

/**
 * What a host needs of a server. `WindhoverServer` is one; others may stand in its place.
 *
 * Source: Kestrel `IServer`
 */
export interface HostServer {
  /** With a `ServerAddressesFeature`, if the server listens on addresses. */
  readonly features: FeatureCollection;
  /** Serves the application from now on. A server that fails to start holds nothing open. */
  start<C>(application: HttpApplication<C>): Promise<void>;
  /** Lets what runs end until the signal aborts, then ends it. */
  stop(signal?: AbortSignal): Promise<void>;
}

/** Makes a server of what the builder was told. */
export type ServerFactory = (options: ServerOptions) => HostServer;
