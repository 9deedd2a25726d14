import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Whether new work should be sent here: for an endpoint that a load balancer asks. False until the host has started,
 * and from the first moment of its stop on, while it still accepts for the drain delay.
 */
export interface ReadinessFeature {
  readonly isReady: boolean;
}

export const ReadinessFeature: FeatureKey<ReadinessFeature> = featureKey('readiness');
