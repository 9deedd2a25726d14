import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The addresses of a server, as text. Before the start: the addresses to bind. After the start: the bound addresses,
 * with their actual ports and with host names as configured.
 *
 * Source: Kestrel `IServerAddressesFeature`
 */
export interface ServerAddressesFeature {
  /** E.g. `http://localhost:5000`, `http://[::]:80`, `http://unix:/run/app.sock`. */
  readonly addresses: readonly string[];
  /**
   * Adds an address, or a list of addresses separated by `;`. After the start it throws ServerError
   * `SERVER_ALREADY_STARTED`.
   */
  add(address: string): void;
}

export const ServerAddressesFeature: FeatureKey<ServerAddressesFeature> = featureKey('server-addresses');
