import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpFields } from '../http-fields.ts';

/** The trailer section of the request. Source: Kestrel `IHttpRequestTrailersFeature`; RFC 9110 section 6.5. */
export interface HttpRequestTrailersFeature {
  /** Whether the body has been read to its end, which is when trailers are known. */
  readonly available: boolean;
  /** Empty until `available`, and if the request has none. */
  readonly trailers: HttpFields;
}

export const HttpRequestTrailersFeature: FeatureKey<HttpRequestTrailersFeature> = featureKey('http-request-trailers');
