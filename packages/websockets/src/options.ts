import { resolveOptions } from '@windhover/http';
import { WebSocketError } from './errors.ts';

/**
 * Options of permessage-deflate, for clients that ask for it. It is off by default: secrets that are compressed together with
 * text of an attacker can be guessed from the length (CRIME, BREACH), and compression costs memory and time.
 *
 * Source: RFC 7692; ASP.NET Core `DangerousEnableCompression`, `DisableServerContextTakeover`, `ServerMaxWindowBits`.
 */
export interface ResolvedDeflateOptions {
  /** Size in bytes from which a message is compressed. */
  readonly threshold: number;
  /** Compression level of zlib, 0 to 9. */
  readonly level: number;
  /** Base 2 logarithm of the server's window, 9 to 15. */
  readonly serverMaxWindowBits: number;
  /** Whether the window is kept between messages: better compression, for about 250 KiB for each connection. */
  readonly contextTakeover: boolean;
  /** Maximum of concurrent compressions and decompressions in the process. The first WebSocket with deflate sets it. */
  readonly concurrency: number;
}

/** The options of permessage-deflate as the caller passes them: all are optional. See `ResolvedDeflateOptions`. */
export type DeflateOptions = Partial<ResolvedDeflateOptions>;

/** Options of WebSockets. */
export interface ResolvedWebSocketOptions {
  /** Origins whose pages may connect, e.g. `https://example.com`; `null` for all. Requests without Origin are not from pages. */
  readonly origins: readonly string[] | null;
  /** Supported subprotocols, the preferred one first. */
  readonly protocols: readonly string[];
  /** permessage-deflate; in the options of the caller also `true` for `deflateDefaults`. */
  readonly deflate: false | ResolvedDeflateOptions;
  /** Maximum size of a message in bytes after decompression. A longer message closes the WebSocket with 1009. */
  readonly maxMessageSize: number;
  /** Maximum number of frames of a message. More close the WebSocket with 1008. */
  readonly maxFragments: number;
  /** Maximum number of chunks in which one frame arrives. More close the WebSocket with 1008, because each chunk costs memory. */
  readonly maxBufferedChunks: number;
  /** Milliseconds from the first to the last byte of a message; `null` for no limit. A slower message closes with 1008. */
  readonly messageTimeout: number | null;
  /** Maximum number of messages and pings per second; `null` for no limit. More close the WebSocket with 1008. */
  readonly maxMessagesPerSecond: number | null;
  /** Bytes that may wait for a slow peer when another message is sent. More reset the connection. */
  readonly maxBufferedAmount: number;
  /** Milliseconds without a byte from the peer after which a ping is sent; `null` for never. */
  readonly keepAliveInterval: number | null;
  /** Milliseconds without a byte from the peer after a ping, after which the connection is reset; `null` for never. */
  readonly keepAliveTimeout: number | null;
  /** Milliseconds between the server's close frame and the end of the connection, if the peer does not end it before. */
  readonly closeTimeout: number;
}

/** The options as the caller passes them: all are optional. See `ResolvedWebSocketOptions` for their meaning. */
export type WebSocketOptions = Partial<Omit<ResolvedWebSocketOptions, 'deflate'>> & {
  /** permessage-deflate; `true` for `deflateDefaults`. */
  readonly deflate?: boolean | DeflateOptions;
};

export const webSocketDefaults: ResolvedWebSocketOptions = {
  origins: null, // same as ASP.NET Core `AllowedOrigins`
  protocols: [],
  deflate: false,
  maxMessageSize: 1024 * 1024, // bytes; ws has 100 MiB
  maxFragments: 1024, // ws has 16,384
  maxBufferedChunks: 16 * 1024, // a message of 16 MiB in pieces of 1 KiB; ws has 262,144
  messageTimeout: 60_000, // ms
  maxMessagesPerSecond: null,
  maxBufferedAmount: 16 * 1024 * 1024, // bytes
  keepAliveInterval: 30_000, // ms; ASP.NET Core has 2 minutes, longer than many proxies wait
  keepAliveTimeout: 30_000, // ms; ASP.NET Core has no limit
  closeTimeout: 10_000, // ms; ws has 30 s
};

export const deflateDefaults: ResolvedDeflateOptions = {
  threshold: 1024, // bytes; as ws
  level: 6, // as zlib
  serverMaxWindowBits: 15, // as ASP.NET Core
  contextTakeover: false, // ASP.NET Core and ws have true
  concurrency: 10, // as ws
};

/** The values of an option: whole numbers unless `most` is `Infinity`, and whether `null` is allowed as well. */
type Range = readonly [least: number, most: number, nullable: boolean];

const ranges: Partial<Record<keyof ResolvedWebSocketOptions, Range>> = {
  // ws stores these as 32-bit integers, and 0 means no limit there.
  maxMessageSize: [1, 0x7fff_ffff, false],
  maxFragments: [1, 0x7fff_ffff, false],
  maxBufferedChunks: [1, 0x7fff_ffff, false],
  messageTimeout: [1, Infinity, true],
  maxMessagesPerSecond: [1, Infinity, true],
  maxBufferedAmount: [0, Infinity, false],
  keepAliveInterval: [1, Infinity, true],
  keepAliveTimeout: [1, Infinity, true],
  closeTimeout: [1, 0x7fff_ffff, false],
};

const deflateRanges: Partial<Record<keyof ResolvedDeflateOptions, Range>> = {
  threshold: [0, Infinity, false],
  level: [0, 9, false],
  serverMaxWindowBits: [9, 15, false],
  concurrency: [1, Infinity, false],
};

const checkRanges = (values: object, table: Readonly<Record<string, Range>>): void => {
  for (const [name, [least, most, nullable]] of Object.entries(table)) {
    const value = (values as Record<string, unknown>)[name];
    if (value === null && nullable) continue;
    const isWhole = most !== Infinity;
    if (typeof value === 'number' && value >= least && value <= most && (!isWhole || Number.isInteger(value))) continue;
    const kind = isWhole ? 'an integer' : 'a number';
    throw new WebSocketError(
      'WEBSOCKET_OPTION_INVALID',
      `${name} must be ${kind} from ${least} to ${most}${nullable ? ', or null' : ''}; received ${String(value)}`,
    );
  }
};

const resolveDeflate = (given: boolean | DeflateOptions): false | ResolvedDeflateOptions => {
  if (given === false) return false;
  const deflate = resolveOptions('deflate', deflateDefaults, given === true ? {} : given);
  checkRanges(deflate, deflateRanges);
  return deflate;
};

/** @throws WebSocketError `WEBSOCKET_OPTION_INVALID` */
export const resolveWebSocketOptions = (given: WebSocketOptions = {}): ResolvedWebSocketOptions => {
  const options = resolveOptions('webSockets', webSocketDefaults, given, {
    kinds: { origins: ['strings', null], deflate: ['object', true, false] },
  });
  checkRanges(options, ranges);
  const origins = options.origins?.map(normalOrigin) ?? null;
  return { ...options, origins, deflate: resolveDeflate(options.deflate) };
};

/** An origin as browsers write it: scheme and host in lower case, without a default port. */
const normalOrigin = (origin: string): string => {
  if (!/^[a-z][a-z\d+.-]*:\/\/[^/\s]+$/i.test(origin) || !URL.canParse(origin)) {
    throw new WebSocketError(
      'WEBSOCKET_OPTION_INVALID',
      `an origin must look like https://example.com; received "${origin}"`,
    );
  }
  const known = new URL(origin).origin;
  // The URL standard gives "null" for schemes that it does not know, e.g. those of browser extensions.
  return known === 'null' ? origin.toLowerCase() : known;
};
