import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpFields } from '../http-fields.ts';

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
  /** Called just before the head is sent, last registered first; may still change it. Not called on aborted requests. */
  onStarting(callback: () => void): void;
  /** Called when the response has been handed to the transport or the request was aborted, last registered first. */
  onCompleted(callback: () => void | Promise<void>): void;
}

export const HttpResponseFeature: FeatureKey<HttpResponseFeature> = featureKey('http-response');
