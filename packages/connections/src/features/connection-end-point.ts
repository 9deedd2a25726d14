import { type FeatureKey, featureKey } from '@windhover/features';
import type { EndPoint } from '../end-point.ts';

/** Between whom the connection runs. Source: Kestrel `IConnectionEndPointFeature`. */
export interface ConnectionEndPointFeature {
  /** Our side, e.g. the address that a client of a wildcard end point really reached. */
  readonly localEndPoint: EndPoint | undefined;
  readonly remoteEndPoint: EndPoint | undefined;
}

export const ConnectionEndPointFeature: FeatureKey<ConnectionEndPointFeature> = featureKey('connection-end-point');
