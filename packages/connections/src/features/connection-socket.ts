import type { Socket } from 'node:net';
import { type FeatureKey, featureKey } from '@windhover/features';

/** The Node socket below the connection, where there is one. Source: Kestrel `IConnectionSocketFeature`. */
export interface ConnectionSocketFeature {
  /** For options and facts (`setNoDelay`, `bytesWritten`); reading or writing here would bypass the connection. */
  readonly socket: Socket;
}

export const ConnectionSocketFeature: FeatureKey<ConnectionSocketFeature> = featureKey('connection-socket');
