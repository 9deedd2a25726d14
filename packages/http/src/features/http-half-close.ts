import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Notifies of a client that ends its side of the connection while its request runs. Over HTTP/1.1 such a client may still
 * read the response, or may be gone; only writing to it tells. HTTP/2 does not have this feature: a stream says how it ends.
 *
 * Source: RFC 9112 9.6; `allowHalfOpen` of `net.Server` of Node.js
 */
export interface HttpHalfCloseFeature {
  /**
   * Calls back once when the client has ended its side, at once where it has already. A second callback replaces the first.
   * Not called when the request is over.
   */
  onHalfClosed(callback: () => void): void;
}

export const HttpHalfCloseFeature: FeatureKey<HttpHalfCloseFeature> = featureKey('http-half-close');
