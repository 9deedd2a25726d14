import type { Connection } from '@windhover/connections';
import { type RequestMessage, channels } from '@windhover/diagnostics';
import { Features } from '@windhover/features';
import { HttpRequestFeature } from '@windhover/http';
import { HttpRouteFeature } from '@windhover/middleware-routing';

/**
 * The message that a server publishes for a request. @param pattern template of its route; `undefined` without a route
 */
export const requestMessage = (pattern: string | undefined, request: Partial<HttpRequestFeature>): RequestMessage => {
  const features = new Features();
  const usual = { method: 'GET', protocol: 'HTTP/1.1', scheme: 'http' };
  features.set(HttpRequestFeature, { ...usual, ...request } as HttpRequestFeature);
  if (pattern !== undefined) features.set(HttpRouteFeature, { pattern } as HttpRouteFeature);
  return {
    connection: { id: 'none' } as Connection,
    startTime: 0,
    features,
    statusCode: 200,
    error: undefined,
    isAborted: false,
    canHaveBody: false,
    requestBodySize: 0,
    responseBodySize: 0,
    enclose: () => undefined,
  };
};

/** Publishes the start and the end of a simulated request. */
export const publishRequest = (pattern: string | undefined, request: Partial<HttpRequestFeature> = {}): void => {
  const message = requestMessage(pattern, request);
  channels['windhover:request:start'].publish(message);
  channels['windhover:request:end'].publish(message);
};

/**
 * Publishes requests of a hostile client, each with a different method, path and host. Every second one has a route.
 *
 * @param pattern template of that route
 */
export const publishInventedRequests = (count: number, pattern: string): void => {
  for (let at = 0; at < count; at++) {
    const headers = new Map([['host', `host-${at}.test`]]) as unknown as HttpRequestFeature['headers'];
    const path = `/path-${at}`;
    publishRequest(at % 2 === 0 ? pattern : undefined, { method: `METHOD-${at}`, path, headers });
  }
};
