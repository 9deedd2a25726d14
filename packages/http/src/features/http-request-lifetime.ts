import { type FeatureKey, featureKey } from '@windhover/features';

/** The end of a request before its time. Source: Kestrel `IHttpRequestLifetimeFeature`. */
export interface HttpRequestLifetimeFeature {
  /**
   * Aborts when the peer is really gone or `abort` is called, once, with an `HttpError` `HTTP_REQUEST_ABORTED` as its
   * reason; not when the response has been handed over. Made on first use.
   */
  readonly requestAborted: AbortSignal;
  /** Ends the connection at once. The peer sees a reset. */
  abort(): void;
}

export const HttpRequestLifetimeFeature: FeatureKey<HttpRequestLifetimeFeature> = featureKey('http-request-lifetime');
