import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The result of a request so far; complete when `onCompleted` calls back. For layers that log or count.
 *
 * Source: the same members of `RequestMessage` in `@windhover/diagnostics`. Kestrel has no such feature.
 */
export interface HttpOutcomeFeature {
  /** Status of the response that the client receives: 101 after an upgrade to another protocol. */
  readonly outcomeStatus: number;
  /** Whether the request was aborted, e.g. because the client disconnected, before the response was complete. */
  readonly isAborted: boolean;
  /** Bytes of content that the application has read. */
  readonly requestBodySize: number;
  /** Bytes of content that were written, without framing. */
  readonly responseBodySize: number;
}

export const HttpOutcomeFeature: FeatureKey<HttpOutcomeFeature> = featureKey('http-outcome');
