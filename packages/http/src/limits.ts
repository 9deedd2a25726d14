import { receivedText } from '@windhover/connections';
import { HttpError } from './errors.ts';
import { type Http2LimitOptions, type Http2Limits, http2LimitDefaults, resolveHttp2Limits } from './http2-limits.ts';
import { type LimitRange, type LimitRanges, checkLimit, resolveLimits } from './limit-ranges.ts';

/** A minimum speed: `bytesPerSecond` on average, checked once `gracePeriod` milliseconds have passed. */
export interface MinDataRate {
  readonly bytesPerSecond: number;
  readonly gracePeriod: number;
}

/**
 * Limits on the server memory and time that an HTTP client may use. Sizes in bytes, times in milliseconds; `null` turns
 * a limit off.
 *
 * Source: Kestrel `KestrelServerLimits`, with its names and defaults.
 */
export interface HttpLimits {
  /** Request line with its line ending; breach: 414. */
  readonly maxRequestLineSize: number;
  /** All header field lines with their line endings, trailers too; breach: 431. */
  readonly maxRequestHeadersTotalSize: number;
  /** Header field lines, trailers too; breach: 431. */
  readonly maxRequestHeaderCount: number;
  /** Request content, with the framing of its chunks; breach: 413. A handler can change it for its request. */
  readonly maxRequestBodySize: number | null;
  /** Received bytes buffered until the application reads them; at the limit, reading from the client pauses. */
  readonly maxRequestBufferSize: number | null;
  /** Response bytes buffered until the client reads them; above the limit, writes of the application wait. */
  readonly maxResponseBufferSize: number | null;
  /**
   * Idle time of a connection, from its start or its last response to the next request; breach: closed without a
   * response.
   */
  readonly keepAliveTimeout: number;
  /** From the first byte of a request to the end of its header section; breach: 408. */
  readonly requestHeadersTimeout: number;
  /** Minimum rate of request content while the application waits for it; breach: 408. */
  readonly minRequestBodyDataRate: MinDataRate | null;
  /** Minimum rate at which the client must read a response; breach: the connection is aborted. */
  readonly minResponseDataRate: MinDataRate | null;
  /**
   * Time after a response in which bytes that the client still sends for the request are read and dropped, so that it
   * can read the response. Then the connection is closed.
   */
  readonly requestDrainTimeout: number;
  /**
   * Unread request content that is dropped to reuse the connection. With more of it, the connection closes after the
   * response.
   */
  readonly maxRequestDrainSize: number;
  /** Requests on one connection; the response to the last one has `Connection: close`. */
  readonly maxRequestsPerConnection: number | null;
  /** Limits of HTTP/2 only. */
  readonly http2: Http2Limits;
}

/** Limits as options; an omitted limit has its default. */
export type HttpLimitOptions = Partial<Omit<HttpLimits, 'http2'>> & { readonly http2?: Http2LimitOptions };

export const httpLimitDefaults: HttpLimits = {
  maxRequestLineSize: 8 * 1024, // bytes; as Kestrel
  maxRequestHeadersTotalSize: 32 * 1024, // bytes; as Kestrel
  maxRequestHeaderCount: 100, // lines; as Kestrel
  maxRequestBodySize: 30_000_000, // bytes; as Kestrel
  maxRequestBufferSize: 1024 * 1024, // bytes; as Kestrel
  maxResponseBufferSize: 64 * 1024, // bytes; as Kestrel
  keepAliveTimeout: 130_000, // ms; as Kestrel
  requestHeadersTimeout: 30_000, // ms; as Kestrel
  minRequestBodyDataRate: { bytesPerSecond: 240, gracePeriod: 5000 }, // as Kestrel
  minResponseDataRate: { bytesPerSecond: 240, gracePeriod: 5000 }, // as Kestrel
  requestDrainTimeout: 5000, // ms; as Kestrel, where it cannot be changed
  maxRequestDrainSize: 1024 * 1024, // bytes; Kestrel has only the time
  maxRequestsPerConnection: null, // off; Kestrel has none
  http2: http2LimitDefaults,
};

const count: LimitRange = { kind: 'integer', least: 1 };
const countOrNull: LimitRange = { ...count, canBeNull: true };
const sizeOrNull: LimitRange = { kind: 'integer', least: 0, canBeNull: true };
const time: LimitRange = { kind: 'milliseconds', least: 1 };

/** The range of each limit that is a number or `null`. */
const ranges: LimitRanges<NumericLimits> = {
  maxRequestLineSize: count,
  maxRequestHeadersTotalSize: count,
  maxRequestHeaderCount: count,
  maxRequestBodySize: sizeOrNull,
  maxRequestBufferSize: countOrNull,
  maxResponseBufferSize: sizeOrNull,
  keepAliveTimeout: time,
  requestHeadersTimeout: time,
  requestDrainTimeout: time,
  maxRequestDrainSize: { kind: 'integer', least: 0 },
  maxRequestsPerConnection: countOrNull,
};

type NumericLimits = Omit<HttpLimits, 'minRequestBodyDataRate' | 'minResponseDataRate' | 'http2'>;

/**
 * Fills in the defaults of omitted and `undefined` limits, and checks the ranges.
 *
 * @throws HttpError `HTTP_LIMIT_INVALID`, with the name of the limit, its range and the received value
 */
export const resolveHttpLimits = (given: HttpLimitOptions = {}): HttpLimits => {
  const { minRequestBodyDataRate, minResponseDataRate, http2, ...numeric } = given;
  const limits = {
    ...resolveLimits(httpLimitDefaults, ranges as LimitRanges<HttpLimits>, numeric),
    minRequestBodyDataRate: resolveRate('minRequestBodyDataRate', minRequestBodyDataRate),
    minResponseDataRate: resolveRate('minResponseDataRate', minResponseDataRate),
    http2: resolveHttp2Limits(http2),
  };
  checkBuffer(limits);
  return limits;
};

const resolveRate = (
  name: 'minRequestBodyDataRate' | 'minResponseDataRate',
  given: MinDataRate | null | undefined,
): MinDataRate | null => {
  if (given === undefined) return httpLimitDefaults[name];
  checkMinDataRate(name, given);
  return given;
};

/** @throws HttpError `HTTP_LIMIT_INVALID` */
export const checkMaxRequestBodySize = (size: number | null): void =>
  checkLimit('maxRequestBodySize', size, ranges.maxRequestBodySize);

/** @throws HttpError `HTTP_LIMIT_INVALID` */
export const checkMinDataRate = (name: string, rate: MinDataRate | null): void => {
  if (rate === null) return;
  const { bytesPerSecond, gracePeriod } = rate;
  if (isAbove(bytesPerSecond, 0) && isAbove(gracePeriod, 1000)) return;
  throw new HttpError(
    'HTTP_LIMIT_INVALID',
    `${name} must be { bytesPerSecond: above 0, gracePeriod: above 1000 ms }, or null; received ${receivedText(rate)}`,
  );
};

/** Options may come from JavaScript without types, where `'5' > 0` is true. */
const isAbove = (value: unknown, bound: number): boolean => typeof value === 'number' && value > bound;

/** A head within its limits must fit into the buffer; otherwise it could never be read. */
const checkBuffer = (limits: HttpLimits): void => {
  const buffer = limits.maxRequestBufferSize;
  if (buffer === null) return;
  for (const name of ['maxRequestLineSize', 'maxRequestHeadersTotalSize'] as const) {
    if (buffer >= limits[name]) continue;
    throw new HttpError(
      'HTTP_LIMIT_INVALID',
      `maxRequestBufferSize must be at least ${name} (${limits[name]}), or null; received ${buffer}`,
    );
  }
};
