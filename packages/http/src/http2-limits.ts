import { HttpError } from './errors.ts';

/**
 * What an HTTP/2 connection lets its client use up, beside `HttpLimits`. Sizes in bytes, times in milliseconds; `null`
 * turns a limit off where it may.
 *
 * Source: Kestrel `Http2Limits`, with its names and defaults.
 */
export interface Http2Limits {
  /** Streams at a time. A stream counts until its handler has finished, even if the client has reset it. */
  readonly maxStreamsPerConnection: number;
  /** Table in which the client may keep header fields; memory of each connection that it uses. */
  readonly headerTableSize: number;
  /** Payload of one frame. */
  readonly maxFrameSize: number;
  /** Name, and value, of one header field; breach: 431. */
  readonly maxRequestHeaderFieldSize: number;
  /** Request content of all streams that the server has not read yet; the client keeps the rest. */
  readonly initialConnectionWindowSize: number;
  /** Request content of one stream that the server has not read yet; the client keeps the rest. */
  readonly initialStreamWindowSize: number;
  /** A connection that is silent for so long is asked for a sign of life with PING; `null` for never. */
  readonly keepAlivePingDelay: number | null;
  /** The answer to that PING has to come within this time; breach: the connection is closed. */
  readonly keepAlivePingTimeout: number;
}

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

/** Least and largest value of each limit. */
const ranges: { readonly [K in keyof Http2Limits]: readonly [least: number, most: number] } = {
  maxStreamsPerConnection: [1, 2 ** 31 - 1],
  headerTableSize: [0, 2 ** 24],
  maxFrameSize: [16 * 1024, 2 ** 24 - 1],
  maxRequestHeaderFieldSize: [1, 2 ** 24],
  initialConnectionWindowSize: [65_535, largestWindow],
  initialStreamWindowSize: [65_535, largestWindow],
  keepAlivePingDelay: [1000, Infinity],
  keepAlivePingTimeout: [1000, Infinity],
};

/**
 * The defaults with the given values in their place.
 *
 * @throws HttpError `HTTP_LIMIT_INVALID`, naming the limit and its range
 */
export const resolveHttp2Limits = (given: Partial<Http2Limits> = {}): Http2Limits => {
  if (typeof given !== 'object' || given === null) {
    throw new HttpError('HTTP_LIMIT_INVALID', `http2 must be an object of limits; received ${String(given)}`);
  }
  const limits: Record<string, number | null> = { ...http2LimitDefaults };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(ranges, name)) throw new HttpError('HTTP_LIMIT_INVALID', `there is no limit "http2.${name}"`);
    if (value === undefined) continue;
    checkLimit(name as keyof Http2Limits, value);
    limits[name] = value;
  }
  return limits as unknown as Http2Limits;
};

const checkLimit = (name: keyof Http2Limits, value: number | null): void => {
  const [least, most] = ranges[name];
  const isTime = name === 'keepAlivePingDelay' || name === 'keepAlivePingTimeout';
  if (value === null ? name === 'keepAlivePingDelay' : isWithin(value, least, most, isTime)) return;
  const kind = isTime ? 'a number of milliseconds' : 'an integer';
  const upTo = most === Infinity ? ` of at least ${least}` : ` from ${least} to ${most}`;
  const orNull = name === 'keepAlivePingDelay' ? ', or null' : '';
  throw new HttpError('HTTP_LIMIT_INVALID', `http2.${name} must be ${kind}${upTo}${orNull}; received ${String(value)}`);
};

const isWithin = (value: unknown, least: number, most: number, isTime: boolean): boolean =>
  typeof value === 'number' && value >= least && value <= most && (isTime || Number.isSafeInteger(value));
