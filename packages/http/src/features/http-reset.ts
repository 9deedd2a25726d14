import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Ends one request of a connection that carries many: HTTP/2 resets its stream. Absent for HTTP/1.1.
 *
 * Source: Kestrel `IHttpResetFeature`; RFC 9113 section 6.4.
 */
export interface HttpResetFeature {
  /**
   * Resets the stream. The response is cut off, and the request counts as aborted. Without effect after the end of both
   * sides.
   *
   * @param errorCode the error code that the client receives: RFC 9113 section 7
   */
  reset(errorCode: number): void;
}

export const HttpResetFeature: FeatureKey<HttpResetFeature> = featureKey('http-reset');
