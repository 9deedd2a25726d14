import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The content of the request, pulled piece by piece. What is not read stays with the peer, within
 * `maxRequestBufferSize`.
 *
 * Source: Kestrel `IRequestBodyPipeFeature`, `IHttpRequestBodyDetectionFeature`.
 */
export interface HttpRequestBodyFeature {
  /** False when the request certainly has no content. */
  readonly canHaveBody: boolean;
  /**
   * The next piece of content, at least one byte; `undefined` at the end and from then on. A promise only when it has
   * not arrived yet. One read at a time.
   *
   * @throws BadHttpRequestError when the content breaks a rule or a limit (400, 408, 413); again on every later read
   * @throws HttpError `HTTP_BODY_TOO_LATE` after the response has ended; `HTTP_REQUEST_ABORTED` when the peer is gone
   */
  read(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

export const HttpRequestBodyFeature: FeatureKey<HttpRequestBodyFeature> = featureKey('http-request-body');
