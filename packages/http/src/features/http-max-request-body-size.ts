import { type FeatureKey, featureKey } from '@windhover/features';

/** The body size limit of this request. Source: Kestrel `IHttpMaxRequestBodySizeFeature`. */
export interface HttpMaxRequestBodySizeFeature {
  /** True once reading of the body has begun. */
  readonly isReadOnly: boolean;
  /**
   * Bytes, or `null` for no limit; initially the server's `maxRequestBodySize`. Setting throws HttpError
   * `HTTP_LIMIT_READ_ONLY`, `HTTP_LIMIT_INVALID`.
   */
  maxRequestBodySize: number | null;
}

export const HttpMaxRequestBodySizeFeature: FeatureKey<HttpMaxRequestBodySizeFeature> =
  featureKey('http-max-request-body-size');
