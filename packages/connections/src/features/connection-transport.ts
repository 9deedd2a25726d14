import { type FeatureKey, featureKey } from '@windhover/features';

/** The kind of transport below the connection, with the values of OpenTelemetry's `network.transport` where one fits. */
export interface ConnectionTransportFeature {
  readonly transport: 'tcp' | 'unix' | 'pipe' | 'memory' | (string & {});
}

export const ConnectionTransportFeature: FeatureKey<ConnectionTransportFeature> = featureKey('connection-transport');
