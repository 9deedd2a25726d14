import { type FeatureKey, featureKey } from '@windhover/features';

/** What carries the connection, in the terms of OpenTelemetry's `network.transport` where one fits. */
export interface ConnectionTransportFeature {
  readonly transport: 'tcp' | 'unix' | 'pipe' | 'memory' | (string & {});
}

export const ConnectionTransportFeature: FeatureKey<ConnectionTransportFeature> = featureKey('connection-transport');
