import { HttpError } from './errors.ts';
import { type LimitRanges, resolveLimits } from './limit-ranges.ts';

/**
 * Limits of an HTTP/2 connection, in addition to `HttpLimits`. Sizes in bytes, times in milliseconds; `null` turns a limit
 * off.
 *
 * Source: Kestrel `Http2Limits`, with its names and defaults.
 */
export interface Http2Limits {
  /** Concurrent streams. A stream counts until its handler has finished, even if the client has reset it. */
  readonly maxStreamsPerConnection: number;
  /** Size of the HPACK decoder table, which each connection may use. */
  readonly headerTableSize: number;
  /** Payload of a received frame. */
  readonly maxFrameSize: number;
  /** Name, or value, of one header field; breach: 431. */
  readonly maxRequestHeaderFieldSize: number;
  /** Request content of all streams that the server buffers unread; the client holds back the rest. */
  readonly initialConnectionWindowSize: number;
  /** Request content of one stream that the server buffers unread; the client holds back the rest. */
  readonly initialStreamWindowSize: number;
  /** Silence of a connection after which the server checks it with PING; `null` for never. */
  readonly keepAlivePingDelay: number | null;
  /** Time for the client to answer a keep-alive PING; breach: the connection is closed. */
  readonly keepAlivePingTimeout: number;
}

/** Limits as options; an omitted limit has its default. */
export type Http2LimitOptions = Partial<Http2Limits>;

export const http2LimitDefaults: Http2Limits = {
  maxStreamsPerConnection: 100, // streams; as Kestrel
  headerTableSize: 4096, // bytes; as Kestrel
  maxFrameSize: 16 * 1024, // bytes; as Kestrel
  maxRequestHeaderFieldSize: 32 * 1024, // bytes; as Kestrel
  initialConnectionWindowSize: 1024 * 1024, // bytes; as Kestrel
  initialStreamWindowSize: 768 * 1024, // bytes; as Kestrel
  keepAlivePingDelay: null, // off; as Kestrel
  keepAlivePingTimeout: 20_000, // ms; as Kestrel
};

const largestWindow = 2 ** 31 - 1;

const ranges: LimitRanges<Http2Limits> = {
  maxStreamsPerConnection: { kind: 'integer', least: 1, most: 2 ** 31 - 1 },
  headerTableSize: { kind: 'integer', least: 0, most: 2 ** 24 },
  maxFrameSize: { kind: 'integer', least: 16 * 1024, most: 2 ** 24 - 1 },
  maxRequestHeaderFieldSize: { kind: 'integer', least: 1, most: 2 ** 24 },
  initialConnectionWindowSize: { kind: 'integer', least: 65_535, most: largestWindow },
  initialStreamWindowSize: { kind: 'integer', least: 65_535, most: largestWindow },
  keepAlivePingDelay: { kind: 'milliseconds', least: 1000, canBeNull: true },
  keepAlivePingTimeout: { kind: 'milliseconds', least: 1000 },
};

/**
 * Fills in the defaults of omitted and `undefined` HTTP/2 limits, and checks the ranges.
 *
 * @throws HttpError `HTTP_LIMIT_INVALID`, with the name of the limit, its range and the received value
 */
export const resolveHttp2Limits = (given: Http2LimitOptions = {}): Http2Limits => {
  if (typeof given !== 'object' || given === null) {
    throw new HttpError('HTTP_LIMIT_INVALID', `http2 must be an object of limits; received ${String(given)}`);
  }
  return resolveLimits(http2LimitDefaults, ranges, given, 'http2.');
};
