import { type MinDataRate, httpLimitDefaults as defaults } from '@windhover/http';
import * as v from 'valibot';
import { byteSize, count, duration } from './units.ts';

/** `{ "bytesPerSecond": 240, "gracePeriod": "5s" }`, or null. */
const minDataRate = (fallback: MinDataRate | null) =>
  v.optional(
    v.nullable(
      v.strictObject({
        bytesPerSecond: v.pipe(v.number(), v.gtValue(0), v.metadata({ allowed: 'a number above 0' })),
        gracePeriod: v.pipe(duration({ min: 1000 }), v.gtValue(1000), v.metadata({ allowed: 'a time above 1000 ms' })),
      }),
    ),
    fallback,
  );

/** Every limit of `HttpLimits`, with its name, range and default. Sizes and times may be text with a unit. */
export const limitsSchema = v.strictObject({
  maxRequestLineSize: v.optional(byteSize(1), defaults.maxRequestLineSize),
  maxRequestHeadersTotalSize: v.optional(byteSize(1), defaults.maxRequestHeadersTotalSize),
  maxRequestHeaderCount: v.optional(count(1), defaults.maxRequestHeaderCount),
  maxRequestBodySize: v.optional(v.nullable(byteSize(0)), defaults.maxRequestBodySize),
  maxRequestBufferSize: v.optional(v.nullable(byteSize(1)), defaults.maxRequestBufferSize),
  maxResponseBufferSize: v.optional(v.nullable(byteSize(0)), defaults.maxResponseBufferSize),
  keepAliveTimeout: v.optional(duration({ min: 1 }), defaults.keepAliveTimeout),
  requestHeadersTimeout: v.optional(duration({ min: 1 }), defaults.requestHeadersTimeout),
  minRequestBodyDataRate: minDataRate(defaults.minRequestBodyDataRate),
  minResponseDataRate: minDataRate(defaults.minResponseDataRate),
  requestDrainTimeout: v.optional(duration({ min: 1 }), defaults.requestDrainTimeout),
  maxRequestDrainSize: v.optional(byteSize(0), defaults.maxRequestDrainSize),
  maxConcurrentConnections: v.optional(v.nullable(count(1)), defaults.maxConcurrentConnections),
  maxConnectionsPerRemoteAddress: v.optional(v.nullable(count(1)), defaults.maxConnectionsPerRemoteAddress),
  maxConnectionAge: v.optional(v.nullable(duration({ min: 1 })), defaults.maxConnectionAge),
  maxConcurrentUpgradedConnections: v.optional(v.nullable(count(0)), defaults.maxConcurrentUpgradedConnections),
  maxRequestsPerConnection: v.optional(v.nullable(count(1)), defaults.maxRequestsPerConnection),
});

/** Limits that an end point may have of its own. */
export const endPointLimitsSchema = v.strictObject({
  maxConcurrentConnections: v.exactOptional(v.nullable(count(1))),
  maxConnectionsPerRemoteAddress: v.exactOptional(v.nullable(count(1))),
});
