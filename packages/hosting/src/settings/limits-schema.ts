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
            duration({ min: 1000 }, 'How long the rate may be lower at first'),
            v.gtValue(1000),
            v.metadata({ allowed: 'a time of more than 1000 ms' }),
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
    count(
      1,
      2 ** 31 - 1,
      'Maximum number of concurrent requests on one HTTP/2 connection; the client waits with further ones',
    ),
    http2.maxStreamsPerConnection,
  ),
  headerTableSize: v.optional(
    byteSize(0, 'Size of the HPACK table for the header fields of requests', 2 ** 24),
    http2.headerTableSize,
  ),
  maxFrameSize: v.optional(byteSize(16_384, 'Maximum payload size of a frame', 2 ** 24 - 1), http2.maxFrameSize),
  maxRequestHeaderFieldSize: v.optional(
    byteSize(1, 'Maximum size of the name, and of the value, of a header field; larger: 431', 2 ** 24),
    http2.maxRequestHeaderFieldSize,
  ),
  initialConnectionWindowSize: v.optional(
    byteSize(65_535, 'Flow-control window of a connection: unread content of all its requests', 2 ** 31 - 1),
    http2.initialConnectionWindowSize,
  ),
  initialStreamWindowSize: v.optional(
    byteSize(65_535, 'Flow-control window of a request: its unread content', 2 ** 31 - 1),
    http2.initialStreamWindowSize,
  ),
  keepAlivePingDelay: v.optional(
    v.nullable(duration({ min: 1000 }, 'Silence after which a keep-alive PING is sent; null for never')),
    http2.keepAlivePingDelay,
  ),
  keepAlivePingTimeout: v.optional(
    duration({ min: 1000 }, 'Time to answer a keep-alive PING; then the connection is closed'),
    http2.keepAlivePingTimeout,
  ),
});

/** Every limit of `ServerLimits`, with its name, range and default. Sizes and times may be text with a unit. */
export const limitsSchema = v.strictObject({
  maxRequestLineSize: v.optional(
    byteSize(1, 'Maximum size of a request line; larger: 414'),
    defaults.maxRequestLineSize,
  ),
  maxRequestHeadersTotalSize: v.optional(
    byteSize(1, 'Maximum total size of the header field lines of a request, including trailers; larger: 431'),
    defaults.maxRequestHeadersTotalSize,
  ),
  maxRequestHeaderCount: v.optional(
    count(1, Infinity, 'Maximum number of header field lines of a request, including trailers; more: 431'),
    defaults.maxRequestHeaderCount,
  ),
  maxRequestBodySize: v.optional(
    v.nullable(byteSize(0, 'Maximum size of the content of a request; larger: 413')),
    defaults.maxRequestBodySize,
  ),
  maxRequestBufferSize: v.optional(
    v.nullable(byteSize(1, 'Received bytes that the application has not read; above, reading pauses')),
    defaults.maxRequestBufferSize,
  ),
  maxResponseBufferSize: v.optional(
    v.nullable(byteSize(0, 'Response bytes that the client has not read; above, the application waits')),
    defaults.maxResponseBufferSize,
  ),
  keepAliveTimeout: v.optional(
    duration({ min: 1 }, 'Time that an idle connection stays open'),
    defaults.keepAliveTimeout,
  ),
  requestHeadersTimeout: v.optional(
    duration({ min: 1 }, 'Time from the first byte of a request to the end of its header section; longer: 408'),
    defaults.requestHeadersTimeout,
  ),
  minRequestBodyDataRate: minDataRate(
    defaults.minRequestBodyDataRate,
    'Minimum rate of the content of a request; slower: 408',
  ),
  minResponseDataRate: minDataRate(
    defaults.minResponseDataRate,
    'Minimum rate of a response; if slower, the connection is aborted',
  ),
  requestDrainTimeout: v.optional(
    duration(
      { min: 1 },
      'Time after a response in which any number of bytes from the client are discarded before the connection closes',
    ),
    defaults.requestDrainTimeout,
  ),
  maxRequestDrainSize: v.optional(
    byteSize(
      0,
      'Unread content that is discarded to reuse a connection; with more, the connection closes after the response',
    ),
    defaults.maxRequestDrainSize,
  ),
  maxConcurrentConnections: v.optional(
    v.nullable(count(1, Infinity, 'Maximum number of open connections of the whole server, without upgraded ones')),
    defaults.maxConcurrentConnections,
  ),
  maxConnectionsPerRemoteAddress: v.optional(
    v.nullable(count(1, Infinity, 'Maximum number of open connections of one client')),
    defaults.maxConnectionsPerRemoteAddress,
  ),
  maxConnectionAge: v.optional(
    v.nullable(duration({ min: 1 }, 'Age after which a connection is asked to close')),
    defaults.maxConnectionAge,
  ),
  maxConcurrentUpgradedConnections: v.optional(
    v.nullable(count(0, Infinity, 'Maximum number of open connections that were upgraded to another protocol')),
    defaults.maxConcurrentUpgradedConnections,
  ),
  maxRequestsPerConnection: v.optional(
    v.nullable(
      count(1, Infinity, 'Maximum number of requests on one connection; the last response has Connection: close'),
    ),
    defaults.maxRequestsPerConnection,
  ),
  http2: v.optional(v.pipe(http2Schema, v.description('Limits of HTTP/2')), {}),
});

/** Limits that an endpoint can have in addition to the server's limits. */
export const endpointLimitsSchema = v.strictObject({
  maxConcurrentConnections: v.exactOptional(
    v.nullable(count(1, Infinity, 'Maximum number of open connections, without upgraded ones')),
  ),
  maxConnectionsPerRemoteAddress: v.exactOptional(
    v.nullable(count(1, Infinity, 'Maximum number of open connections of one client')),
  ),
});
