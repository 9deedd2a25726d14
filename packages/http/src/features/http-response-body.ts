import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The content of the response. If `end` receives all of it, the response has a Content-Length; otherwise it is
 * streamed. Text is sent as UTF-8.
 *
 * Middleware may wrap the body, e.g. to compress it: it sets this feature to an object that passes content on to the
 * previous value. All handlers write to it, and the server ends an open response through it. If its `end` completes
 * later, it passes a promise to `HttpResponseFeature.waitFor`.
 *
 * Source: Kestrel `IHttpResponseBodyFeature`.
 */
export interface HttpResponseBodyFeature {
  /** Whether `end` was called. */
  readonly hasEnded: boolean;
  /** Sends the head now, without waiting for content. */
  start(): void;
  /**
   * Queues content. The caller must not change the bytes afterwards.
   *
   * @returns false when the client does not keep up (`maxResponseBufferSize`) or has disconnected: wait for `drained`
   * @throws HttpError `HTTP_RESPONSE_ENDED`, `HTTP_CONTENT_NOT_ALLOWED`, `HTTP_CONTENT_LENGTH_MISMATCH`,
   *   `HTTP_CONTENT_UNSUPPORTED`, `HTTP_FIELD_NOT_ALLOWED`, `HTTP_FIELD_VALUE_INVALID` for an invalid Content-Length,
   *   `HTTP_ON_STARTING_INVALID`, and the errors of `onStarting` callbacks
   */
  write(content: Uint8Array | string): boolean;
  /**
   * Resolves when more can be written; rejects with HttpError `HTTP_REQUEST_ABORTED` when the client has disconnected.
   */
  drained(): Promise<void>;
  /**
   * Writes the last content, if any, and ends the response. Throws the errors of `write`. A second call without content
   * does nothing.
   */
  end(content?: Uint8Array | string): void;
  /** Drops content that was written and not yet sent, because the response is cleared. `hasEnded` is false afterwards. */
  discard?(): void;
}

export const HttpResponseBodyFeature: FeatureKey<HttpResponseBodyFeature> = featureKey('http-response-body');
