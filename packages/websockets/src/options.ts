import { WebSocketError } from './errors.ts';

/**
 * How permessage-deflate is offered to clients that ask for it. Compressed secrets beside text that an attacker chooses
 * can be guessed from the length (CRIME, BREACH), and compression costs memory and time: it is off unless asked for.
 *
 * Source: RFC 7692; ASP.NET Core `DangerousEnableCompression`, `DisableServerContextTakeover`, `ServerMaxWindowBits`.
 */
export interface DeflateOptions {
  /** Bytes from which a message is compressed; smaller ones do not gain. */
  readonly threshold: number;
  /** 0 to 9, as zlib has it. */
  readonly level: number;
  /** Base 2 logarithm of the window of our side, 9 to 15. */
  readonly serverMaxWindowBits: number;
  /** Keep the window between messages: better compression, for some 250 KiB a connection. */
  readonly contextTakeover: boolean;
  /** Compressions and decompressions at once, over all WebSockets of the process; the first user sets it. */
  readonly concurrency: number;
}

/** What a WebSocket may do, and how it is kept. */
export interface WebSocketOptions {
  /** Origins whose pages may connect, e.g. `https://example.com`; `null` for all. Requests without Origin come from no page. */
  readonly origins: readonly string[] | null;
  /** Subprotocols that are spoken here, the preferred one first. */
  readonly protocols: readonly string[];
  /** permessage-deflate: `true` for `deflateDefaults`. */
  readonly deflate: boolean | Partial<DeflateOptions>;
  /** Bytes of a message, inflated. Longer ones end the WebSocket with 1009. */
  readonly maxMessageSize: number;
  /** Frames of a message. More end the WebSocket with 1008. */
  readonly maxFragments: number;
  /** Chunks in which one frame may arrive. More end the WebSocket with 1008: each costs memory beside its bytes. */
  readonly maxBufferedChunks: number;
  /** Milliseconds from the first byte of a message to its last; `null` for no limit. Longer ones end with 1008. */
  readonly messageTimeout: number | null;
  /** Data messages and pings a second; `null` for no limit. More end the WebSocket with 1008. */
  readonly maxMessagesPerSecond: number | null;
  /** Bytes that may wait for a slow peer when another message is sent; more reset the connection. */
  readonly maxBufferedAmount: number;
  /** Milliseconds of silence after which the peer is asked for a sign of life; `null` for never. */
  readonly keepAliveInterval: number | null;
  /** Milliseconds that it has to give one; `null` for as long as it likes. */
  readonly keepAliveTimeout: number | null;
  /** Milliseconds between our close frame and the end of the connection, whatever the peer does. */
  readonly closeTimeout: number;
}

export const webSocketDefaults: WebSocketOptions = {
  origins: null, // as ASP.NET Core `AllowedOrigins`
  protocols: [],
  deflate: false,
  maxMessageSize: 1024 * 1024, // bytes; ws has 100 MiB
  maxFragments: 1024, // ws has 16,384
  maxBufferedChunks: 16 * 1024, // a message of 16 MiB in pieces of 1 KiB; ws has 262,144
  messageTimeout: 60_000, // ms
  maxMessagesPerSecond: null,
  maxBufferedAmount: 16 * 1024 * 1024, // bytes
  keepAliveInterval: 30_000, // ms; ASP.NET Core has 2 minutes, longer than many proxies wait
  keepAliveTimeout: 30_000, // ms; ASP.NET Core waits for ever
  closeTimeout: 10_000, // ms; ws has 30 s
};

export const deflateDefaults: DeflateOptions = {
  threshold: 1024, // bytes; as ws
  level: 6, // as zlib
  serverMaxWindowBits: 15, // as ASP.NET Core
  contextTakeover: false, // ASP.NET Core and ws have true
  concurrency: 10, // as ws
};

/** Ranges: from, to, and whether null is one more value. */
const ranges: Partial<Record<keyof WebSocketOptions, readonly [least: number, most: number, nullable: boolean]>> = {
  // ws keeps these as 32-bit integers, where 0 is no limit.
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

const deflateRanges: Partial<Record<keyof DeflateOptions, readonly [least: number, most: number, nullable: boolean]>> =
  {
    threshold: [0, Infinity, false],
    level: [0, 9, false],
    serverMaxWindowBits: [9, 15, false],
    concurrency: [1, Infinity, false],
  };

const checkRanges = (
  values: object,
  table: Readonly<Record<string, readonly [least: number, most: number, nullable: boolean]>>,
): void => {
  for (const [name, [least, most, nullable]] of Object.entries(table)) {
    const value = (values as Record<string, unknown>)[name];
    if (value === null && nullable) continue;
    if (typeof value === 'number' && value >= least && value <= most) continue;
    throw new WebSocketError(
      'WEBSOCKET_OPTION_INVALID',
      `${name} is a number from ${least} to ${most}${nullable ? ', or null' : ''}, not ${String(value)}`,
    );
  }
};

/** Options with every default in its place. */
export interface ResolvedWebSocketOptions extends WebSocketOptions {
  readonly deflate: false | DeflateOptions;
}

const resolveDeflate = (given: WebSocketOptions['deflate']): false | DeflateOptions => {
  if (given === false) return false;
  const deflate = { ...deflateDefaults, ...(given === true ? {} : given) };
  checkRanges(deflate, deflateRanges);
  return deflate;
};

/** @throws WebSocketError `WEBSOCKET_OPTION_INVALID` */
export const resolveWebSocketOptions = (given: Partial<WebSocketOptions> = {}): ResolvedWebSocketOptions => {
  const options = { ...webSocketDefaults, ...given };
  checkRanges(options, ranges);
  const origins = options.origins?.map(normalOrigin) ?? null;
  return { ...options, origins, deflate: resolveDeflate(options.deflate) };
};

/** As browsers write it: scheme and host in lower case, no default port. */
const normalOrigin = (origin: string): string => {
  if (!/^[a-z][a-z\d+.-]*:\/\/[^/\s]+$/i.test(origin) || !URL.canParse(origin)) {
    throw new WebSocketError('WEBSOCKET_OPTION_INVALID', `"${origin}" is no origin such as https://example.com`);
  }
  const known = new URL(origin).origin;
  // Of a scheme that the URL standard does not know, as extensions of browsers have.
  return known === 'null' ? origin.toLowerCase() : known;
};
