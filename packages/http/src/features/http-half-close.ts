import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Reports that the client has ended its side of the connection during a request, like `context.signal`, but without
 * creating a signal, and not for other reasons. For adapters that close the connection then. Absent for HTTP/2.
 *
 * Source: RFC 9112 9.6; `allowHalfOpen` of `net.Server` of Node.js
 */
export interface HttpHalfCloseFeature {
  /**
   * Calls back once when the client ends its side, immediately if it already has. A second callback replaces the first.
   * Not called after the end of the request.
   */
  onHalfClosed(callback: () => void): void;
}

export const HttpHalfCloseFeature: FeatureKey<HttpHalfCloseFeature> = featureKey('http-half-close');
