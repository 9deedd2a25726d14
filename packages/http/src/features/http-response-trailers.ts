import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpFields } from '../http-fields.ts';

/**
 * The trailer section of the response, sent after its content. Absent if the protocol version of the request has no
 * trailers.
 *
 * Source: Kestrel `IHttpResponseTrailersFeature`; RFC 9110 section 6.5.
 */
export interface HttpResponseTrailersFeature {
  /**
   * Can be changed until `end`. A response with trailers and no content length is sent chunked. Over HTTP/1.1, trailers
   * added after a head with Content-Length was sent are dropped (RFC 9112 section 6).
   */
  readonly trailers: HttpFields;
}

export const HttpResponseTrailersFeature: FeatureKey<HttpResponseTrailersFeature> =
  featureKey('http-response-trailers');
