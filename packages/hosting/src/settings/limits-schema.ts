import type { MinDataRate } from '@windhover/http';
import { serverLimitDefaults as defaults } from '@windhover/server';
import * as v from 'valibot';
import { byteSize, count, duration } from './units.ts';

/** `{ "bytesPerSecond": 240, "gracePeriod": "5s" }`, or null. */
const minDataRate = (fallback: MinDataRate | null, description: string) =>
  v.optional(
    v.pipe(
      v.nullable(
        v.strictObject({
          bytesPerSecond: v.pipe(v.number(), v.gtValue(0), v.metadata({ allowed: 'a number above 0' })),
          gracePeriod: v.pipe(
            duration({ min: 1000 }, 'How long it may be slower'),
            v.gtValue(1000),
            v.metadata({ allowed: 'a time above 1000 ms' }),
          ),
        }),
      ),
      v.description(description),
    ),
    fallback,
  );

const { http2 } = defaults;

/** Every limit of `Http2Limits`. */
const http2Schema = v.strictObject({
  maxStreamsPerConnection: v.optional(
    count(1, 2 ** 31 - 1, 'Requests at a time on one HTTP/2 connection; above: the client has to wait'),
    http2.maxStreamsPerConnection,
  ),
  headerTableSize: v.optional(
    byteSize(0, 'Of the table in which a client may keep header fields', 2 ** 24),
    http2.headerTableSize,
  ),
  maxFrameSize: v.optional(byteSize(16_384, 'Of the payload of one frame', 2 ** 24 - 1), http2.maxFrameSize),
  maxRequestHeaderFieldSize: v.optional(
    byteSize(1, 'Of the name, and of the value, of one header field; above: 431', 2 ** 24),
    http2.maxRequestHeaderFieldSize,
  ),
  initialConnectionWindowSize: v.optional(
    byteSize(65_535, 'Of the unread content of all requests of one connection', 2 ** 31 - 1),
    http2.initialConnectionWindowSize,
  ),
  initialStreamWindowSize: v.optional(
    byteSize(65_535, 'Of the unread content of one request', 2 ** 31 - 1),
    http2.initialStreamWindowSize,
  ),
  keepAlivePingDelay: v.optional(
    v.nullable(duration({ min: 1000 }, 'Of silence, before a client is asked for a sign of life; null for never')),
    http2.keepAlivePingDelay,
  ),
  keepAlivePingTimeout: v.optional(
    duration({ min: 1000 }, 'For the answer to that; after it: closed'),
    http2.keepAlivePingTimeout,
  ),
});

/** Every limit of `ServerLimits`, with its name, range and default. Sizes and times may be text with a unit. */
export const limitsSchema = v.strictObject({
  maxRequestLineSize: v.optional(byteSize(1, 'Of a request line; above: 414'), defaults.maxRequestLineSize),
  maxRequestHeadersTotalSize: v.optional(
    byteSize(1, 'Of all header field lines of a request, trailers too; above: 431'),
    defaults.maxRequestHeadersTotalSize,
  ),
  maxRequestHeaderCount: v.optional(
    count(1, Infinity, 'Header field lines of a request, trailers too; above: 431'),
    defaults.maxRequestHeaderCount,
  ),
  maxRequestBodySize: v.optional(
    v.nullable(byteSize(0, 'Of the content of a request; above: 413')),
    defaults.maxRequestBodySize,
  ),
  maxRequestBufferSize: v.optional(
    v.nullable(byteSize(1, 'Received, and not yet read by the application; above: reading pauses')),
    defaults.maxRequestBufferSize,
  ),
  maxResponseBufferSize: v.optional(
    v.nullable(byteSize(0, 'Of a response, not yet read by the client; above: the application waits')),
    defaults.maxResponseBufferSize,
  ),
  keepAliveTimeout: v.optional(
    duration({ min: 1 }, 'Of a connection without a request; after it: closed'),
    defaults.keepAliveTimeout,
  ),
  requestHeadersTimeout: v.optional(
    duration({ min: 1 }, 'From the first byte of a request to the end of its header section; after it: 408'),
    defaults.requestHeadersTimeout,
  ),
  minRequestBodyDataRate: minDataRate(defaults.minRequestBodyDataRate, 'Of the content of a request; below: 408'),
  minResponseDataRate: minDataRate(defaults.minResponseDataRate, 'Of a response; below: the connection is aborted'),
  requestDrainTimeout: v.optional(
    duration(
      { min: 1 },
      'After a response: how long bytes of the client are read and dropped, however many, before the connection is closed',
    ),
    defaults.requestDrainTimeout,
  ),
  maxRequestDrainSize: v.optional(
    byteSize(
      0,
      'How much unread content is dropped to use the connection again; with more of it, the response is the last one',
    ),
    defaults.maxRequestDrainSize,
  ),
  maxConcurrentConnections: v.optional(
    v.nullable(count(1, Infinity, 'Open connections of the whole server, without upgraded ones')),
    defaults.maxConcurrentConnections,
  ),
  maxConnectionsPerRemoteAddress: v.optional(
    v.nullable(count(1, Infinity, 'Open connections of one client')),
    defaults.maxConnectionsPerRemoteAddress,
  ),
  maxConnectionAge: v.optional(
    v.nullable(duration({ min: 1 }, 'After it a connection is asked to end')),
    defaults.maxConnectionAge,
  ),
  maxConcurrentUpgradedConnections: v.optional(
    v.nullable(count(0, Infinity, 'Open connections that another protocol has taken over')),
    defaults.maxConcurrentUpgradedConnections,
  ),
  maxRequestsPerConnection: v.optional(
    v.nullable(count(1, Infinity, 'Requests on one connection; the last is answered with Connection: close')),
    defaults.maxRequestsPerConnection,
  ),
  http2: v.optional(v.pipe(http2Schema, v.description('Limits of HTTP/2 alone')), {}),
});

/** Limits that an endpoint can have in addition to the server's limits. */
export const endpointLimitsSchema = v.strictObject({
  maxConcurrentConnections: v.exactOptional(v.nullable(count(1, Infinity, 'Open connections, without upgraded ones'))),
  maxConnectionsPerRemoteAddress: v.exactOptional(v.nullable(count(1, Infinity, 'Open connections of one client'))),
});
