import { type FeatureKey, featureKey } from '@windhover/features';
import type { MinDataRate } from '../limits.ts';

/** Minimum rate of this request's content. Source: Kestrel `IHttpMinRequestBodyDataRateFeature`. */
export interface HttpMinRequestBodyDataRateFeature {
  /** `null` for none. Setting throws HttpError `HTTP_LIMIT_INVALID`. */
  minRequestBodyDataRate: MinDataRate | null;
}

/** Minimum rate at which the client must read this response. Source: Kestrel `IHttpMinResponseDataRateFeature`. */
export interface HttpMinResponseDataRateFeature {
  /** `null` for none. Setting throws HttpError `HTTP_LIMIT_INVALID`. */
  minResponseDataRate: MinDataRate | null;
}

export const HttpMinRequestBodyDataRateFeature: FeatureKey<HttpMinRequestBodyDataRateFeature> = featureKey(
  'http-min-request-body-data-rate',
);
export const HttpMinResponseDataRateFeature: FeatureKey<HttpMinResponseDataRateFeature> =
  featureKey('http-min-response-data-rate');
