import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The content of the response. The protocol frames it: with the known length when `end` is all there is, as a stream
 * otherwise. Text is sent as UTF-8.
 *
 * Middleware may put a body of its own in front, e.g. one that compresses: it sets this feature to an object that passes
 * content on to the previous value. Handlers of every form write to it, and a response that the handler leaves open is ended
 * through it. Its `end` passes a promise to `HttpResponseFeature.waitFor` where the end comes later.
 *
 * Source: Kestrel `IHttpResponseBodyFeature`.
 */
export interface HttpResponseBodyFeature {
  /** Whether `end` was called. */
  readonly hasEnded: boolean;
  /** Sends the head now, without waiting for content. */
  start(): void;
  /**
   * Queues content. The caller leaves the bytes untouched from now on.
   *
   * @returns false when the peer does not keep up (`maxResponseBufferSize`) or is gone: wait for `drained`
   * @throws HttpError `HTTP_RESPONSE_ENDED`, `HTTP_CONTENT_NOT_ALLOWED`, `HTTP_CONTENT_LENGTH_MISMATCH`
   */
  write(content: Uint8Array | string): boolean;
  /** Resolves when more can be written; rejects with HttpError `HTTP_REQUEST_ABORTED` when the peer is gone. */
  drained(): Promise<void>;
  /** The last content, if any, and the end of the response. Throws as `write`. A second end does nothing. */
  end(content?: Uint8Array | string): void;
  /** Drops content that was written and not yet sent, because the response is cleared. `hasEnded` is false afterwards. */
  discard?(): void;
}

export const HttpResponseBodyFeature: FeatureKey<HttpResponseBodyFeature> = featureKey('http-response-body');
