import { type FeatureKey, featureKey } from '@windhover/features';

/** The early end of a request. Source: Kestrel `IHttpRequestLifetimeFeature`. */
export interface HttpRequestLifetimeFeature {
  /**
   * Aborts once, when the client disconnects or `abort` is called, with an `HttpError` `HTTP_REQUEST_ABORTED` as its
   * reason. Does not abort after the response has been handed to the transport. Created on first use.
   */
  readonly requestAborted: AbortSignal;
  /** Ends the connection at once. The client receives a reset. */
  abort(): void;
}

export const HttpRequestLifetimeFeature: FeatureKey<HttpRequestLifetimeFeature> = featureKey('http-request-lifetime');
