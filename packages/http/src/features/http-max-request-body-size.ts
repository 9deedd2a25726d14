import { type FeatureKey, featureKey } from '@windhover/features';

/** The body limit of this one request. Source: Kestrel `IHttpMaxRequestBodySizeFeature`. */
export interface HttpMaxRequestBodySizeFeature {
  /** True once reading of the body has begun. */
  readonly isReadOnly: boolean;
  /**
   * Bytes, or null for no limit; `maxRequestBodySize` of the server at first. Setting throws HttpError
   * `HTTP_LIMIT_READ_ONLY`, `HTTP_LIMIT_INVALID`.
   */
  maxRequestBodySize: number | null;
}

export const HttpMaxRequestBodySizeFeature: FeatureKey<HttpMaxRequestBodySizeFeature> =
  featureKey('http-max-request-body-size');
