import type { Endpoint } from '@windhover/connections';
import { type FeatureKey, featureKey } from '@windhover/features';
import type { ProxyHeader } from './proxy-header.ts';

/**
 * What the header said, and who sent it. A connection has it when a header was read; the endpoints that count are in
 * `ConnectionEndpointFeature`, rewritten.
 */
export interface ProxyProtocolFeature extends ProxyHeader {
  /** The proxy, as our side of the connection sees it. */
  readonly proxyRemoteEndpoint: Endpoint | undefined;
  /** Where the proxy had connected to. */
  readonly proxyLocalEndpoint: Endpoint | undefined;
}

export const ProxyProtocolFeature: FeatureKey<ProxyProtocolFeature> = featureKey('proxy-protocol');
