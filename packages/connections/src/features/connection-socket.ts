import type { Socket } from 'node:net';
import { type FeatureKey, featureKey } from '@windhover/features';

/** The Node socket below the connection, where there is one. Source: Kestrel `IConnectionSocketFeature`. */
export interface ConnectionSocketFeature {
  /** For options and facts (`setNoDelay`, `bytesWritten`); reading or writing here would bypass the connection. */
  readonly socket: Socket;
  /**
   * Hands the socket over to code that needs a real one (`tls`): from now on the caller reads, writes and ends it, and
   * the connection only tells its observers of the end.
   *
   * @returns `undefined` when the connection was started, or is over
   */
  takeSocket?(): Socket | undefined;
}

export const ConnectionSocketFeature: FeatureKey<ConnectionSocketFeature> = featureKey('connection-socket');
