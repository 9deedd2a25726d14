import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Reports that the client has ended its side of the connection during a request. Over HTTP/1.1 such a client may still
 * read the response or may have disconnected; only a write shows which. Absent for HTTP/2, whose streams end or reset
 * explicitly.
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
