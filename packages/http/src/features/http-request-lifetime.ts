import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The early end of a request.
 *
 * Source: Kestrel `IHttpRequestLifetimeFeature`; the context of a request in Go, which also ends when the client ends its
 * side
 */
export interface HttpRequestLifetimeFeature {
  /**
   * Aborts once, when the client disconnects or ends its side of the connection, or when `abort` is called, with an
   * `HttpError` `HTTP_REQUEST_ABORTED` as its reason. A client that has ended its side usually has disconnected, but may
   * still read: the response can still be written. After the response has been handed to the transport, only the end of
   * the connection aborts, while the handler still runs. Created on first use.
   */
  readonly requestAborted: AbortSignal;
  /**
   * Calls back once, when the connection is closed, or the stream of HTTP/2 is reset, before the handler has returned. If
   * it already is, the callback runs in a microtask. A client that only ends its side does not count. An error that the
   * callback throws is an uncaught exception.
   *
   * @param callback called with the same kind of reason as `requestAborted`
   */
  onClosed(callback: (reason: unknown) => void): void;
  /** Ends the request at once: resets the connection, or the stream of HTTP/2. No effect after the request has ended. */
  abort(): void;
}

export const HttpRequestLifetimeFeature: FeatureKey<HttpRequestLifetimeFeature> = featureKey('http-request-lifetime');
