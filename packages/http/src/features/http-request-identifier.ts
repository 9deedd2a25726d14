import { type FeatureKey, featureKey } from '@windhover/features';

/** A name for the request in logs. Source: Kestrel `IHttpRequestIdentifierFeature`. */
export interface HttpRequestIdentifierFeature {
  /** Connection id and number of the request on it, e.g. `M4ZK0A-1F:00000003`, unless another one is set. */
  traceIdentifier: string;
}

export const HttpRequestIdentifierFeature: FeatureKey<HttpRequestIdentifierFeature> =
  featureKey('http-request-identifier');
