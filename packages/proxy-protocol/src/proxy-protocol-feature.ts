import type { Endpoint } from '@windhover/connections';
import { type FeatureKey, featureKey } from '@windhover/features';
import type { ProxyHeader } from './proxy-header.ts';

/**
 * The PROXY header of a connection and the endpoints of the proxy. Absent without a header. `ConnectionEndpointFeature`
 * has the endpoints of the header.
 */
export interface ProxyProtocolFeature extends ProxyHeader {
  /** The address of the proxy. */
  readonly proxyRemoteEndpoint: Endpoint | undefined;
  /** The address that the proxy has connected to. */
  readonly proxyLocalEndpoint: Endpoint | undefined;
}

export const ProxyProtocolFeature: FeatureKey<ProxyProtocolFeature> = featureKey('proxy-protocol');
