import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The addresses of a server, as text. Filled before the start with what is to be bound; after it, with what is: the
 * real ports, and names as they were asked for.
 *
 * Source: Kestrel `IServerAddressesFeature`
 */
export interface ServerAddressesFeature {
  /** E.g. `http://localhost:5000`, `http://[::]:80`, `http://unix:/run/app.sock`. */
  readonly addresses: readonly string[];
  /** Adds an address, or a list of them with `;` between. After the start it throws ServerError `SERVER_ALREADY_STARTED`. */
  add(address: string): void;
}

export const ServerAddressesFeature: FeatureKey<ServerAddressesFeature> = featureKey('server-addresses');
