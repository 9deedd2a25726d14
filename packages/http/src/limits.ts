import { HttpError } from './errors.ts';
import { type Http2Limits, http2LimitDefaults, resolveHttp2Limits } from './http2-limits.ts';

/** A least speed: `bytesPerSecond` on average, looked at once `gracePeriod` milliseconds have passed. */
export interface MinDataRate {
  readonly bytesPerSecond: number;
  readonly gracePeriod: number;
}

/**
 * What a server lets a peer use up. Sizes in bytes, times in milliseconds; `null` turns a limit off where it may.
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
  /** Request content, with the framing of its chunks; breach: 413. A request may change its own. */
  readonly maxRequestBodySize: number | null;
  /** Received bytes held for an application that does not read them yet; reading from the peer pauses there. */
  readonly maxRequestBufferSize: number | null;
  /** Response bytes held for a peer that does not read them yet; the application is told to wait there. */
  readonly maxResponseBufferSize: number | null;
  /** A connection without a request, from its start or the last response on; breach: silent close. */
  readonly keepAliveTimeout: number;
  /** From the first byte of a request to the end of its header section; breach: 408. */
  readonly requestHeadersTimeout: number;
  /** While the application waits for content; breach: 408. */
  readonly minRequestBodyDataRate: MinDataRate | null;
  /** While a response waits for the peer to read it; breach: the connection is aborted. */
  readonly minResponseDataRate: MinDataRate | null;
  /**
   * After a response, bytes that the client still sends for this request are read and dropped for this long, so that the
   * client can read the response. Then the connection is closed.
   */
  readonly requestDrainTimeout: number;
  /** Unread content that is dropped to use the connection again. With more of it, the connection ends after the response. */
  readonly maxRequestDrainSize: number;
  /**
   * Open connections of the whole server, without the upgraded ones; one more is closed, or answered 503. Kestrel counts
   * each listener for itself; here an endpoint may have a limit of its own beside this one.
   */
  readonly maxConcurrentConnections: number | null;
  /** Open connections of one client: an IPv4 address, or the /64 network of an IPv6 address; breach: as above. */
  readonly maxConnectionsPerRemoteAddress: number | null;
  /** So long after it was accepted a connection is asked to end: its next response says `Connection: close`. */
  readonly maxConnectionAge: number | null;
  /** Connections that another protocol has taken over, of the whole server; one more is refused to its handler. */
  readonly maxConcurrentUpgradedConnections: number | null;
  /** Requests on one connection; the last one is answered with `Connection: close`. */
  readonly maxRequestsPerConnection: number | null;
  /** Of HTTP/2 alone. */
  readonly http2: Http2Limits;
}

/** Limits as options give them: each may be left out. */
export type HttpLimitsInit = Partial<Omit<HttpLimits, 'http2'>> & { readonly http2?: Partial<Http2Limits> };

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
  maxConcurrentConnections: null, // off; as Kestrel
  maxConnectionsPerRemoteAddress: null, // off; Kestrel has none
  maxConnectionAge: null, // off; Kestrel has none
  maxConcurrentUpgradedConnections: null, // off; as Kestrel
  maxRequestsPerConnection: null, // off; Kestrel has none
  http2: http2LimitDefaults,
};

type Range = { readonly min: number; readonly integer: boolean; readonly nullable: boolean; readonly says: string };

const size: Range = { min: 1, integer: true, nullable: false, says: 'a whole number above 0' };
const optionalSize: Range = { ...size, nullable: true, says: 'a whole number above 0, or null' };
const sizeOrNothing: Range = { ...size, min: 0, nullable: true, says: 'a whole number from 0 on, or null' };
const duration: Range = {
  min: 1,
  integer: false,
  nullable: false,
  says: 'a number of milliseconds from 1 on, or Infinity',
};

/** What each plain limit may be. */
const ranges: { readonly [K in keyof HttpLimits]: Range | 'rate' | 'http2' } = {
  maxRequestLineSize: size,
  maxRequestHeadersTotalSize: size,
  maxRequestHeaderCount: size,
  maxRequestBodySize: sizeOrNothing,
  maxRequestBufferSize: optionalSize,
  maxResponseBufferSize: sizeOrNothing,
  keepAliveTimeout: duration,
  requestHeadersTimeout: duration,
  minRequestBodyDataRate: 'rate',
  minResponseDataRate: 'rate',
  requestDrainTimeout: duration,
  maxRequestDrainSize: { min: 0, integer: true, nullable: false, says: 'a whole number from 0 on' },
  maxConcurrentConnections: optionalSize,
  maxConnectionsPerRemoteAddress: optionalSize,
  maxConnectionAge: {
    min: 1,
    integer: false,
    nullable: true,
    says: 'a number of milliseconds from 1 on, or null',
  },
  maxConcurrentUpgradedConnections: sizeOrNothing,
  maxRequestsPerConnection: optionalSize,
  http2: 'http2',
};

/**
 * The defaults with what was given in their place.
 *
 * @throws HttpError `HTTP_LIMIT_INVALID`, naming the limit and its range
 */
export const resolveHttpLimits = (given: HttpLimitsInit = {}): HttpLimits => {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(ranges, name)) throw new HttpError('HTTP_LIMIT_INVALID', `there is no limit "${name}"`);
    if (value === undefined) continue;
    const range = ranges[name as keyof HttpLimits];
    // Checked where it is resolved.
    if (range === 'http2') continue;
    if (range === 'rate') checkMinDataRate(name, value as MinDataRate | null);
    else checkNumber(name, value as number | null, range);
  }
  const limits = { ...httpLimitDefaults, ...definedOnly(given), http2: resolveHttp2Limits(given.http2) };
  checkBuffer(limits);
  return limits;
};

/** @throws HttpError `HTTP_LIMIT_INVALID` */
export const checkMinDataRate = (name: string, rate: MinDataRate | null): void => {
  if (rate === null) return;
  const { bytesPerSecond, gracePeriod } = rate;
  if (isAbove(bytesPerSecond, 0) && isAbove(gracePeriod, 1000)) return;
  throw new HttpError(
    'HTTP_LIMIT_INVALID',
    `${name} is { bytesPerSecond: above 0, gracePeriod: above 1000 ms }, or null, not ${JSON.stringify(rate)}`,
  );
};

/** Options may come from plain JavaScript, where `'5' > 0` is true. */
const isAbove = (value: unknown, bound: number): boolean => typeof value === 'number' && value > bound;

const checkNumber = (name: string, value: number | null, range: Range): void => {
  if (value === null ? range.nullable : isInRange(value, range)) return;
  throw new HttpError('HTTP_LIMIT_INVALID', `${name} is ${range.says}, not ${String(value)}`);
};

const isInRange = (value: unknown, { min, integer }: Range): boolean =>
  typeof value === 'number' && value >= min && (!integer || Number.isSafeInteger(value));

/** A head that is within its limits has to fit into the buffer, or it could never be read. */
const checkBuffer = (limits: HttpLimits): void => {
  const buffer = limits.maxRequestBufferSize;
  if (buffer === null) return;
  for (const name of ['maxRequestLineSize', 'maxRequestHeadersTotalSize'] as const) {
    if (buffer >= limits[name]) continue;
    throw new HttpError('HTTP_LIMIT_INVALID', `maxRequestBufferSize (${buffer}) is below ${name} (${limits[name]})`);
  }
};

const definedOnly = (given: HttpLimitsInit): Partial<HttpLimits> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
