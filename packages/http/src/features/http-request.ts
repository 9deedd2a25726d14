import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpFields } from '../http-fields.ts';

/**
 * The head of the request. Middleware may change it for later layers, e.g. the path base or a forwarded scheme;
 * `rawTarget` never changes.
 *
 * Source: Kestrel `IHttpRequestFeature`; RFC 9110 sections 6 and 7.
 */
export interface HttpRequestFeature {
  /** E.g. `HTTP/1.1`. */
  protocol: string;
  /** `http` or `https`, taken from the connection and not from the request target. */
  scheme: string;
  /** Case-sensitive: `get` is not `GET`. */
  method: string;
  /** The part of the path that an outer layer has removed from `path`, without a trailing slash; initially empty. */
  pathBase: string;
  /** Percent-decoded once (except `%2F`), dot segments removed; empty for `*` and for CONNECT. */
  path: string;
  /** With its `?`, not decoded; empty if the target has no query. */
  queryString: string;
  /** The request target as received. */
  readonly rawTarget: string;
  /** Names as received, values as latin1 text. */
  readonly headers: HttpFields;
}

export const HttpRequestFeature: FeatureKey<HttpRequestFeature> = featureKey('http-request');
