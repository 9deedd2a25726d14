import type { Socket } from 'node:net';
import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The Node socket at the bottom of a connection, also below layers such as TLS. To take the socket out of a connection
 * call `takeStream`.
 *
 * Source: Kestrel `IConnectionSocketFeature`.
 */
export interface ConnectionSocketFeature {
  /** For options and facts (`setNoDelay`, `bytesWritten`). Reading or writing it bypasses the connection. */
  readonly socket: Socket;
}

export const ConnectionSocketFeature: FeatureKey<ConnectionSocketFeature> = featureKey('connection-socket');
