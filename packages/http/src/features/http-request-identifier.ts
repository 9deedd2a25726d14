import { type FeatureKey, featureKey } from '@windhover/features';

/** Identifies the request in logs. Source: Kestrel `IHttpRequestIdentifierFeature`. */
export interface HttpRequestIdentifierFeature {
  /** By default the connection id and the number of the request on it, e.g. `M4ZK0A-1F:00000003`. */
  traceIdentifier: string;
}

export const HttpRequestIdentifierFeature: FeatureKey<HttpRequestIdentifierFeature> =
  featureKey('http-request-identifier');
