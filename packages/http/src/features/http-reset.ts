import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Resets the HTTP/2 stream of a request. Absent for HTTP/1.1.
 *
 * Source: Kestrel `IHttpResetFeature`; RFC 9113 section 6.4.
 */
export interface HttpResetFeature {
  /**
   * Resets the stream. The response is cut off, and the request counts as aborted. No effect once both sides have
   * ended.
   *
   * @param errorCode the error code that the client receives: RFC 9113 section 7
   */
  reset(errorCode: number): void;
}

export const HttpResetFeature: FeatureKey<HttpResetFeature> = featureKey('http-reset');
