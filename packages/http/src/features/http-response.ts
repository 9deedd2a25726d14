import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpFields } from '../http-fields.ts';

/** Options of `onStarting`. */
export interface OnStartingOptions {
  /**
   * Whether the callback also runs for the response that the server gives to an error of the application, e.g. to add a
   * field that every response has. Default false.
   */
  readonly alsoOnError?: boolean;
}

/**
 * The head of the response, until it is sent.
 *
 * Source: Kestrel `IHttpResponseFeature`; RFC 9110 section 15.
 */
export interface HttpResponseFeature {
  /** 200 at first. Setting throws HttpError `HTTP_STATUS_INVALID`, `HTTP_RESPONSE_STARTED`. */
  statusCode: number;
  /** Empty for the registered phrase. Setting throws HttpError `HTTP_REASON_PHRASE_INVALID`, `HTTP_RESPONSE_STARTED`. */
  reasonPhrase: string;
  /** Changing it after the start throws HttpError `HTTP_RESPONSE_STARTED`. */
  readonly headers: HttpFields;
  /** Whether the head can no longer change. */
  readonly hasStarted: boolean;
  /**
   * Takes back status, fields, trailers and content: another response comes in its place. What `onStarting` and
   * `onCompleted` were given stays. Throws HttpError `HTTP_RESPONSE_STARTED`.
   */
  clear(): void;
  /**
   * Registers a callback that runs just before the head is sent and may still change it, last registered first. Not called
   * on aborted requests. The callback must be synchronous, and must not write, send, end, clear or upgrade: the call that
   * starts the response throws HttpError `HTTP_ON_STARTING_INVALID` then.
   *
   * @param options by default the callback does not run for the response to an error of the application, as in Kestrel
   */
  onStarting<Result>(
    callback: () => Result & (Result extends PromiseLike<unknown> ? never : unknown),
    options?: OnStartingOptions,
  ): void;
  /**
   * Tells that content is still being sent by code that the handler may not wait for. The request is not over before the
   * promise settles; a rejection fails the request, unless the response has ended by then.
   */
  waitFor(content: Promise<unknown>): void;
  /** Called when the response has been handed to the transport or the request was aborted, last registered first. */
  onCompleted(callback: () => void | Promise<void>): void;
}

export const HttpResponseFeature: FeatureKey<HttpResponseFeature> = featureKey('http-response');
