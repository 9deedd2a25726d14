import type { Endpoint } from '@windhover/connections';
import { type HttpContext, type HttpFields, HttpOutcomeFeature, HttpTraceFeature } from '@windhover/http';
import { HttpRouteFeature } from '@windhover/middleware-routing';
import { clipped, redactedQuery, redactedValue } from './redaction.ts';
import { traceIds } from './trace-ids.ts';

/**
 * One request and its response. Most members contain text from the client, as received: a format must escape it.
 * Members without a value are absent.
 *
 * Source: ASP.NET Core `HttpLoggingFields`, `W3CLoggingFields`
 */
export interface RequestLogEntry {
  /** When the request began. */
  readonly time: Date;
  /** Milliseconds until the response was handed to the connection, to the microsecond. */
  readonly duration: number;
  readonly method: string;
  /** Path of the request target as received, percent-encoded. */
  readonly path: string;
  /** The query with its `?`, redacted; empty without one. */
  readonly query: string;
  /** E.g. `HTTP/1.1`. */
  readonly protocol: string;
  /** `http` or `https`. */
  readonly scheme: string;
  readonly host: string;
  /** 499 if the client disconnected before the head of the response. */
  readonly status: number;
  /** Template of the route, e.g. `/users/:id`. */
  readonly route: string | undefined;
  /** Bytes of content that the application has read. */
  readonly requestBytes: number;
  /** Bytes of content that were written. */
  readonly responseBytes: number;
  /** Whether the client disconnected before the response was complete. */
  readonly aborted: true | undefined;
  /** Address of the client; behind a proxy, as set by `forwardedHeaders`. */
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
  readonly connectionId: string;
  readonly requestId: string;
  /** Trace id of the request's span if it is traced, else of the `traceparent` field: 32 hexadecimal digits. */
  readonly traceId: string | undefined;
  /** Id of the span that sent the request, from `traceparent`: 16 hexadecimal digits. */
  readonly parentSpanId: string | undefined;
  /** Logged fields of the request by their names in lower case. */
  readonly requestHeaders: Readonly<Record<string, string>> | undefined;
  readonly responseHeaders: Readonly<Record<string, string>> | undefined;
}

/** The settings for the content of an entry. Names are in lower case. */
export interface EntryContent {
  readonly queryValues: ReadonlySet<string> | 'all';
  readonly requestHeaders: readonly string[];
  readonly responseHeaders: readonly string[];
}

/** The status of a request whose client did not wait for the response. Source: nginx; ASP.NET Core logs the same */
const clientClosedRequest = 499;

/** Makes the entry of a complete request. @param time when it began, in milliseconds of the epoch */
export const requestLogEntry = (
  context: HttpContext,
  time: number,
  duration: number,
  content: EntryContent,
): RequestLogEntry => {
  const { request, response, connection, features } = context;
  const outcome = features.get(HttpOutcomeFeature);
  const aborted = outcome?.isAborted === true;
  const status = outcome?.outcomeStatus ?? response.statusCode;
  const { target } = request;
  const queryStart = target.indexOf('?');
  const query = queryStart === -1 ? '' : redactedQuery(target.slice(queryStart), content.queryValues);
  const remote = addressOf(connection.remoteEndpoint);
  const local = addressOf(connection.localEndpoint);
  const sent = traceIds(request.headers.get('traceparent'));
  const traceId = features.get(HttpTraceFeature)?.traceId ?? sent?.traceId;
  return {
    time: new Date(time),
    duration: Math.round(duration * 1000) / 1000,
    method: clipped(request.method),
    path: clipped(queryStart === -1 ? target : target.slice(0, queryStart)),
    query: clipped(query),
    protocol: request.protocol,
    scheme: request.scheme,
    host: clipped(request.host),
    status: aborted && !response.hasStarted ? clientClosedRequest : status,
    route: features.get(HttpRouteFeature)?.pattern,
    requestBytes: outcome?.requestBodySize ?? 0,
    responseBytes: outcome?.responseBodySize ?? 0,
    aborted: aborted ? true : undefined,
    remoteAddress: remote?.address,
    remotePort: remote?.port,
    localAddress: local?.address,
    localPort: local?.port,
    connectionId: connection.connectionId,
    requestId: context.traceIdentifier,
    traceId,
    // A parent from another trace would be misleading: a propagator may ignore `traceparent`.
    parentSpanId: traceId === sent?.traceId ? sent?.parentSpanId : undefined,
    requestHeaders: loggedFields(request.headers, content.requestHeaders, content),
    responseHeaders: loggedFields(response.headers, content.responseHeaders, content),
  };
};

/** Address and port of an IP endpoint. */
const addressOf = (endpoint: Endpoint | undefined): { readonly address: string; readonly port: number } | undefined =>
  endpoint?.kind === 'ip' ? endpoint : undefined;

const loggedFields = (
  fields: HttpFields,
  names: readonly string[],
  { queryValues }: EntryContent,
): Record<string, string> | undefined => {
  let logged: Record<string, string> | undefined;
  for (const name of names) {
    const value = fields.get(name);
    if (value !== undefined) (logged ??= {})[name] = clipped(redactedValue(name, value, queryValues));
  }
  return logged;
};
