import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The content of the request, pulled piece by piece. The server buffers at most `maxRequestBufferSize` bytes of unread
 * content.
 *
 * Source: Kestrel `IRequestBodyPipeFeature`, `IHttpRequestBodyDetectionFeature`.
 */
export interface HttpRequestBodyFeature {
  /** False when the request certainly has no content. */
  readonly canHaveBody: boolean;
  /**
   * Reads the next piece of content, at least one byte; `undefined` at the end and on every later call. Returns a
   * promise only if no content has arrived yet. Only one read may be pending.
   *
   * @throws BadHttpRequestError when the content breaks a rule or a limit (400, 408, 413); again on every later read
   * @throws HttpError `HTTP_BODY_TOO_LATE` after the response has ended; `HTTP_REQUEST_ABORTED` when the client has
   *   disconnected; `HTTP_BODY_CONSUMED` while another read is pending
   */
  read(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

export const HttpRequestBodyFeature: FeatureKey<HttpRequestBodyFeature> = featureKey('http-request-body');
