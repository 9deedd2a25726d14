import type { Endpoint } from '@windhover/connections';
import { Features } from '@windhover/features';
import { FieldSection, HttpConnectionFeature, HttpContext, HttpRequestFeature } from '@windhover/http';
import { type ForwardedHeadersOptions, type IgnoredReason, forwardedHeaders } from '../../src/index.ts';

export type FieldLines = readonly (readonly [name: string, value: string])[];

/** The proxy that requests come from where a test says nothing else. */
export const loopback: Endpoint = { kind: 'ip', address: '127.0.0.1', port: 40_000 };
export const stranger: Endpoint = { kind: 'ip', address: '198.51.100.9', port: 50_000 };

export const ip = (address: string, port = 0): Endpoint => ({ kind: 'ip', address, port });

/** A request from a peer: plain HTTP for the host `inner`. */
export const contextOf = (lines: FieldLines, peer: Endpoint | undefined = loopback): HttpContext => {
  const features = new Features();
  features.set(HttpConnectionFeature, { connectionId: 'c', localEndpoint: undefined, remoteEndpoint: peer });
  features.set(HttpRequestFeature, {
    protocol: 'HTTP/1.1',
    scheme: 'http',
    method: 'GET',
    pathBase: '',
    path: '/',
    queryString: '',
    rawTarget: '/',
    headers: FieldSection.ofReceived([['Host', 'inner'], ...lines]),
  });
  return new HttpContext(features);
};

/** The request as the application sees it. */
export const viewOf = ({ connection, request }: HttpContext) => ({
  remote: connection.remoteEndpoint,
  scheme: request.scheme,
  host: request.host,
  pathBase: request.pathBase,
});

export const untouched = { remote: loopback, scheme: 'http', host: 'inner', pathBase: '' };

/** The request as the handler sees it, its field lines except Host, and the reasons of ignored values. */
export const seenOf = (
  lines: FieldLines,
  options: ForwardedHeadersOptions = {},
  peer: Endpoint | undefined = loopback,
) => {
  const ignored: IgnoredReason[] = [];
  const context = contextOf(lines, peer);
  const middleware = forwardedHeaders({ onIgnored: (_context, reason) => void ignored.push(reason), ...options });
  void middleware(context, () => undefined);
  const fields = [...context.request.headers].filter(([name]) => name !== 'Host');
  return { ...viewOf(context), fields: Object.fromEntries(fields), ignored };
};
