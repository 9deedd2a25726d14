import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpFields } from '../http-fields.ts';

/** Options of `onStarting`. */
export interface OnStartingOptions {
  /**
   * Whether the callback also runs for the server's response to an error of the application, e.g. to add a field that
   * every response has. Default false.
   */
  readonly alsoOnError?: boolean;
}

/**
 * The head of the response, until it is sent.
 *
 * Source: Kestrel `IHttpResponseFeature`; RFC 9110 section 15.
 */
export interface HttpResponseFeature {
  /** Initially 200. Setting throws HttpError `HTTP_STATUS_INVALID`, `HTTP_RESPONSE_STARTED`. */
  statusCode: number;
  /** Empty for the registered phrase. Setting throws HttpError `HTTP_REASON_PHRASE_INVALID`, `HTTP_RESPONSE_STARTED`. */
  reasonPhrase: string;
  /** Changing it after the start throws HttpError `HTTP_RESPONSE_STARTED`. */
  readonly headers: HttpFields;
  /** Whether the head can no longer change. */
  readonly hasStarted: boolean;
  /**
   * Resets status, fields, trailers and content, so that another response can be sent. Callbacks of `onStarting` and
   * `onCompleted` stay registered. Throws HttpError `HTTP_RESPONSE_STARTED`.
   */
  clear(): void;
  /**
   * Registers a callback that runs just before the head is sent and may still change it. The last registered callback
   * runs first. Not called for aborted requests. Callbacks must be synchronous and must not write, send, end, clear or
   * upgrade: the call that starts the response would throw HttpError `HTTP_ON_STARTING_INVALID`.
   *
   * @param options by default the callback does not run for the response to an error of the application, as in Kestrel
   */
  onStarting<Result>(
    callback: () => Result & (Result extends PromiseLike<unknown> ? never : unknown),
    options?: OnStartingOptions,
  ): void;
  /**
   * Keeps the request open until a promise settles, for content that is sent by code that the handler may not await. A
   * rejection fails the request, unless the response has ended.
   */
  waitFor(content: Promise<unknown>): void;
  /**
   * Registers a callback that runs when the response has been handed to the transport or the request was aborted. The
   * last registered callback runs first.
   */
  onCompleted(callback: () => void | Promise<void>): void;
}

export const HttpResponseFeature: FeatureKey<HttpResponseFeature> = featureKey('http-response');
