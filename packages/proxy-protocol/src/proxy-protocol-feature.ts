import type { EndPoint } from '@windhover/connections';
import { type FeatureKey, featureKey } from '@windhover/features';
import type { ProxyHeader } from './proxy-header.ts';

/**
 * What the header said, and who sent it. A connection has it when a header was read; the end points that count are in
 * `ConnectionEndPointFeature`, rewritten.
 */
export interface ProxyProtocolFeature extends ProxyHeader {
  /** The proxy, as our side of the connection sees it. */
  readonly proxyRemoteEndPoint: EndPoint | undefined;
  /** Where the proxy had connected to. */
  readonly proxyLocalEndPoint: EndPoint | undefined;
}

export const ProxyProtocolFeature: FeatureKey<ProxyProtocolFeature> = featureKey('proxy-protocol');
