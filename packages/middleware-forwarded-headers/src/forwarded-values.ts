import { toUSVString } from 'node:util';
import { type Endpoint, formatEndpoint } from '@windhover/connections';
import type { HttpContext } from '@windhover/http';
import type { ForwardedFields } from './forwarded-fields.ts';
import { ForwardedHeadersFeature } from './forwarded-headers-feature.ts';
import type { ForwardedName } from './options.ts';

/** The forwarded values that are used because trusted proxies sent them. */
export interface ForwardedValues {
  for?: Endpoint;
  proto?: string;
  host?: string;
  prefix?: string;
}

const originalFields: Readonly<Record<ForwardedName, string>> = {
  for: 'X-Original-For',
  proto: 'X-Original-Proto',
  host: 'X-Original-Host',
  prefix: 'X-Original-Prefix',
};

/** Replaces the values of the request by the forwarded values, and keeps the original values as ASP.NET Core does. */
export const applyForwardedValues = (context: HttpContext, values: ForwardedValues, fields: ForwardedFields): void => {
  const { request, connection, features } = context;
  const { headers } = request;
  const { for: client, proto, host, prefix } = values;
  features.set(ForwardedHeadersFeature, {
    originalRemoteEndpoint: connection.remoteEndpoint,
    originalScheme: request.scheme,
    originalHost: request.host,
    originalPathBase: request.pathBase,
  });
  fields.keepRest(headers, Object.keys(values) as ForwardedName[]);
  // Fields with these names from the client would look like the server's.
  for (const name of Object.values(originalFields)) headers.delete(name);
  if (client !== undefined) {
    headers.set(originalFields.for, nameOf(connection.remoteEndpoint!));
    connection.remoteEndpoint = client;
  }
  if (proto !== undefined) {
    headers.set(originalFields.proto, request.scheme);
    request.scheme = proto;
  }
  if (host !== undefined) {
    headers.set(originalFields.host, request.host);
    headers.set('Host', host);
  }
  if (prefix !== undefined) {
    if (request.pathBase !== '') headers.set(originalFields.prefix, encodeURI(toUSVString(request.pathBase)));
    request.pathBase = prefix;
  }
};

/** The text of an endpoint for a field. A unix socket path may contain characters that are invalid in a field. */
const nameOf = (endpoint: Endpoint): string => (endpoint.kind === 'ip' ? formatEndpoint(endpoint) : endpoint.kind);
