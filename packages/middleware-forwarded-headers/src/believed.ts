import { toUSVString } from 'node:util';
import { type Endpoint, formatEndpoint } from '@windhover/connections';
import type { HttpContext } from '@windhover/http';
import type { ForwardedFields } from './forwarded-fields.ts';
import { ForwardedHeadersFeature } from './forwarded-headers-feature.ts';
import type { ForwardedName } from './options.ts';

/** What is believed of what proxies have said. */
export interface Believed {
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

/** Puts what is believed in the place of what the request had, and keeps the latter, as ASP.NET Core does. */
export const applyBelieved = (context: HttpContext, believed: Believed, fields: ForwardedFields): void => {
  const { request, connection, features } = context;
  const { headers } = request;
  const { for: client, proto, host, prefix } = believed;
  features.set(ForwardedHeadersFeature, {
    originalRemoteEndpoint: connection.remoteEndpoint,
    originalScheme: request.scheme,
    originalHost: request.host,
    originalPathBase: request.pathBase,
  });
  fields.keepRest(headers, Object.keys(believed) as ForwardedName[]);
  // What a client has put there would look as if it were ours.
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

/** The path of a unix socket is not always text that a field can have. */
const nameOf = (endpoint: Endpoint): string => (endpoint.kind === 'ip' ? formatEndpoint(endpoint) : endpoint.kind);
