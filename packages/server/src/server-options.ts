import { type Transport, type UseHttps, resolveOptions, shownValue } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import {
  type HttpEvents,
  type HttpProtocol,
  type RefusalResponder,
  type RefusedConnectionResponder,
  withDefaults,
} from '@windhover/http';
import { type Clock, systemClock } from './lifetime/clock.ts';
import { type ServerLimitOptions, type ServerLimits, resolveServerLimits } from './server-limits.ts';

/**
 * Events that a server reports. By default, application errors, warnings and information are written to stderr; refused
 * requests are not.
 */
export interface ServerEvents extends HttpEvents {
  /** A problem that an operator should know about, e.g. an address that was ignored. */
  warning(message: string): void;
  /** A fact that is not a problem, e.g. `localhost` on a machine without IPv6. */
  information(message: string): void;
}

/**
 * The options of a server.
 *
 * Source: Kestrel `KestrelServerOptions`
 */
export interface ServerOptions {
  /** Transports in order of preference: an endpoint is bound by the first one that supports it. */
  readonly transports: readonly Transport[];
  /** Protocols of the connections. The first one is used if none was negotiated. */
  readonly protocols: readonly HttpProtocol[];
  /** Adds TLS to endpoints whose address begins with `https`, e.g. `useHttps(…)` of `@windhover/tls`. */
  readonly useHttps?: UseHttps | undefined;
  /** Limits that differ from `serverLimitDefaults`. */
  readonly limits?: ServerLimitOptions;
  /**
   * How a connection over a limit is rejected. `close` closes it without sending anything. `answer` first sends a
   * refusal (HTTP/1.1: 503), except over TLS and for a connection handler. Default `close`.
   */
  readonly rejectedConnections?: 'close' | 'answer';
  /** Value of the Server field; `null` for none. Default `windhover`. */
  readonly serverHeader?: string | null;
  /** Whether responses have a Date field. Default true. */
  readonly dateHeader?: boolean;
  readonly events?: Partial<ServerEvents>;
  /** Response content of refused requests. Default none: the response has only a status. */
  readonly refusal?: RefusalResponder;
  /** Answers a refused HTTP/1.1 request instead of the protocol. Default none. */
  readonly refusedConnection?: RefusedConnectionResponder;
  /**
   * Published addresses on which other processes of the same application listen. They explain an address in use.
   * Default none.
   */
  readonly siblingAddresses?: () => readonly string[];
  /** Additional features for every connection and request. Default none. */
  readonly features?: FeatureCollection | undefined;
  /** Monotonic clock for timeouts. Default the system's. */
  readonly clock?: Clock;
  /** Time of day in milliseconds for the Date field. Default `Date.now`. */
  readonly wallClock?: () => number;
}

/** `ServerOptions` with all defaults filled in. */
export interface ResolvedServerOptions extends Required<
  Omit<ServerOptions, 'events' | 'features' | 'useHttps' | 'limits' | 'refusal' | 'refusedConnection'>
> {
  readonly useHttps: UseHttps | undefined;
  readonly refusal: RefusalResponder | undefined;
  readonly refusedConnection: RefusedConnectionResponder | undefined;
  readonly limits: ServerLimits;
  readonly events: ServerEvents;
}

/** Defaults of the options that a host or its settings may set; for limits see `serverLimitDefaults`. */
export const serverDefaults = {
  rejectedConnections: 'close', // as Kestrel ConnectionLimitMiddleware
  serverHeader: 'windhover', // as Kestrel AddServerHeader, which sends `Kestrel`
  dateHeader: true, // as Kestrel, which always sends it; RFC 9110 6.6.1
} as const satisfies Pick<ServerOptions, 'dateHeader' | 'rejectedConnections' | 'serverHeader'>;

const ignore = (): void => {};

const defaultEvents: ServerEvents = {
  applicationError: (error) => console.error('windhover: the application failed:', error),
  badRequest: ignore,
  warning: (message) => console.error(`windhover: ${message}`),
  information: (message) => console.error(`windhover: ${message}`),
};

const rules = {
  kinds: {
    transports: 'array',
    protocols: 'array',
    useHttps: 'function',
    limits: 'object',
    rejectedConnections: ['choice', 'close', 'answer'],
    events: 'object',
    refusal: 'function',
    refusedConnection: 'function',
    siblingAddresses: 'function',
    features: 'object',
    clock: 'object',
    wallClock: 'function',
  },
  required: ['transports', 'protocols'],
  instead: {
    transport: 'transports, an array',
    protocol: 'protocols, an array',
    addServerHeader: 'serverHeader: null for none',
    urls: 'the method listen',
  },
} as const;

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError for an unknown or missing option, and for a value of a wrong type
 * @throws HttpError `HTTP_LIMIT_INVALID`
 */
export const resolveServerOptions = (given: ServerOptions): ResolvedServerOptions => {
  const options = resolveOptions('WindhoverServer', serverDefaults, given, rules);
  const {
    refusal,
    refusedConnection,
    siblingAddresses = () => [],
    clock = systemClock,
    wallClock = Date.now,
  } = options;
  checkServerHeader(options.serverHeader);
  return {
    transports: options.transports,
    protocols: options.protocols,
    useHttps: options.useHttps,
    limits: resolveServerLimits(options.limits),
    rejectedConnections: options.rejectedConnections,
    serverHeader: options.serverHeader,
    dateHeader: options.dateHeader,
    events: withDefaults(defaultEvents, options.events),
    refusal,
    refusedConnection,
    siblingAddresses,
    clock,
    wallClock,
  };
};

/** Visible characters, with spaces and tabs between them: the value is written to every response without a check. */
const fieldText = /^[!-~](?:[\t -~]*[!-~])?$/;

const checkServerHeader = (value: unknown): void => {
  if (value === null || (typeof value === 'string' && fieldText.test(value))) return;
  throw new TypeError(
    `WindhoverServer: serverHeader must be text of visible ASCII characters, or null for none; received ${shownValue(value)}.`,
  );
};
