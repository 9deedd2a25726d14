import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpFields } from '../http-fields.ts';

/**
 * The head of the request. Middleware may change what later layers see, as a path base or a forwarded scheme does;
 * `rawTarget` stays as received.
 *
 * Source: Kestrel `IHttpRequestFeature`; RFC 9110 sections 6 and 7.
 */
export interface HttpRequestFeature {
  /** E.g. `HTTP/1.1`. */
  protocol: string;
  /** `http` or `https`: of the connection, whatever the target says. */
  scheme: string;
  /** Case matters: `get` is not `GET`. */
  method: string;
  /** The part of the path that an outer layer has taken off, without a slash at its end; empty at first. */
  pathBase: string;
  /** Percent-decoded once (except `%2F`), dot segments removed; empty for `*` and for CONNECT. */
  path: string;
  /** With its `?`, not decoded; empty where there is none. */
  queryString: string;
  /** The request target as received. */
  readonly rawTarget: string;
  /** Names as received, values as latin1 text. */
  readonly headers: HttpFields;
}

export const HttpRequestFeature: FeatureKey<HttpRequestFeature> = featureKey('http-request');
