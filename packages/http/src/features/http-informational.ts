import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Interim responses, e.g. 103 Early Hints: every 1xx except 100, which the server sends itself, and 101, which an
 * upgrade sends.
 *
 * Source: RFC 9110 section 15.2, RFC 8297. Kestrel has no such feature.
 */
export interface HttpInformationalFeature {
  /**
   * @param statusCode 102 to 199
   * @throws HttpError `HTTP_INFORMATIONAL_INVALID`, `HTTP_FIELD_NAME_INVALID`, `HTTP_FIELD_VALUE_INVALID`,
   *   `HTTP_FIELD_NOT_ALLOWED` for Content-Length, Transfer-Encoding and Connection
   */
  sendInformational(statusCode: number, fields: Iterable<readonly [name: string, value: string]>): void;
}

export const HttpInformationalFeature: FeatureKey<HttpInformationalFeature> = featureKey('http-informational');
