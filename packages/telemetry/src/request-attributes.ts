import type { Attributes } from '@opentelemetry/api';
import type { RequestMessage } from '@windhover/diagnostics';
import { type FeatureKey, featureKey } from '@windhover/features';
import { HttpRequestFeature, isRequestAborted } from '@windhover/http';
import { HttpRouteFeature } from '@windhover/middleware-routing';
import { readableError } from '@windhover/thrown-values';
import { errorName } from './error-name.ts';

/**
 * Changes the metrics of one request: `context.features.set(HttpMetricsFeature, { attributes: { 'shop.tenant': 'blue' } })`.
 *
 * Source: ASP.NET Core `IHttpMetricsTagsFeature`
 */
export interface HttpMetricsFeature {
  /** Attributes added to its metrics. Use few different values: each combination is a separate time series. */
  readonly attributes?: Attributes;
  /** Whether the request is left out of the histograms, e.g. a health check. Default false. */
  readonly isDisabled?: boolean;
}

export const HttpMetricsFeature: FeatureKey<HttpMetricsFeature> = featureKey('http-metrics');

/** Methods that are attribute values as they are. Source: RFC 9110 section 9, RFC 5789 */
const knownMethods: ReadonlySet<string> = new Set([
  'GET',
  'POST',
  'HEAD',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  'QUERY',
]);

/** The method, or `_OTHER` for an unknown one, because clients could invent any number of methods. */
export const methodAttribute = (method: string): string => (knownMethods.has(method) ? method : '_OTHER');

/** The version of the protocol as an attribute: `1.1` of `HTTP/1.1`. */
export const versionAttribute = (protocol: string): string => protocol.slice(protocol.indexOf('/') + 1);

/** The template of the route, e.g. `/users/:id`; `undefined` without a route. */
export const routeOf = ({ features }: RequestMessage): string | undefined => features.get(HttpRouteFeature)?.pattern;

/** The error with which the application failed on the server: answered with 500 and above, or the response was cut off. */
export const serverError = ({ isAborted, error, statusCode }: RequestMessage): Error | undefined =>
  statusCode >= 500 || (isAborted && !isRequestAborted(error)) ? readableError(error) : undefined;

/**
 * `error.type` of a request: the code of its error, or the class if it has no code, or the status. `undefined` if the
 * request did not fail on the server. For a client that disconnected it is `HTTP_REQUEST_ABORTED`.
 */
export const requestErrorType = (message: RequestMessage): string | undefined => {
  const error = serverError(message);
  if (error !== undefined) return errorName(error);
  if (message.isAborted) return 'HTTP_REQUEST_ABORTED';
  return message.statusCode < 500 ? undefined : String(message.statusCode);
};

/** Attributes of the metrics of a complete request. */
export const requestAttributes = (message: RequestMessage, added: Attributes | undefined): Attributes => {
  const request = message.features.require(HttpRequestFeature);
  const attributes: Attributes = {
    'http.request.method': methodAttribute(request.method),
    'http.response.status_code': message.statusCode,
    'network.protocol.version': versionAttribute(request.protocol),
    'url.scheme': request.scheme,
  };
  const route = routeOf(message);
  if (route !== undefined) attributes['http.route'] = route;
  const errorType = requestErrorType(message);
  if (errorType !== undefined) attributes['error.type'] = errorType;
  return added === undefined ? attributes : { ...added, ...attributes };
};
