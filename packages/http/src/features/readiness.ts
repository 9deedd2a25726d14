import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Readiness for new requests, for the health check of a load balancer. False until the host has started, and from the
 * beginning of its stop, including the drain delay in which it still accepts connections.
 */
export interface ReadinessFeature {
  readonly isReady: boolean;
}

export const ReadinessFeature: FeatureKey<ReadinessFeature> = featureKey('readiness');
