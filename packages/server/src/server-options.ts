import type { UseHttps, Transport } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import {
  type HttpEvents,
  type HttpProtocol,
  type RefusalResponder,
  type RefusedConnectionResponder,
} from '@windhover/http';
import { type Clock, systemClock } from './lifetime/clock.ts';
import { type ServerLimits, type ServerLimitsInit, resolveServerLimits } from './server-limits.ts';

/**
 * The reports of a server. By default, errors of the application, warnings and information are written to stderr; refused
 * requests are not.
 */
export interface ServerEvents extends HttpEvents {
  /** A problem that an operator should look at, e.g. an address that was not used. */
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
  /** The first transport in this order that can listen on an endpoint binds it. */
  readonly transports: readonly Transport[];
  /** The protocols of the connections. The first one is used if none was negotiated. */
  readonly protocols: readonly HttpProtocol[];
  /** Adds TLS to endpoints whose address begins with `https`, e.g. `useHttps(…)` of `@windhover/tls`. */
  readonly useHttps?: UseHttps | undefined;
  /** Limits that differ from `serverLimitDefaults`. */
  readonly limits?: ServerLimitsInit;
  /**
   * What happens to a connection over a limit: `close` closes it without a byte, `answer` first sends a refusal of the
   * protocol (HTTP/1.1: 503), except over TLS and for a connection handler. Default `close`.
   */
  readonly rejectedConnections?: 'close' | 'answer';
  /** Value of the Server field; `null` for none. Default `windhover`. */
  readonly serverHeader?: string | null;
  /** Whether responses have a Date field. Default true. */
  readonly dateHeader?: boolean;
  readonly events?: Partial<ServerEvents>;
  /** Content for requests that are refused; by default they are answered with the status alone. */
  readonly refusal?: RefusalResponder;
  /** Answers the client of a refused HTTP/1.1 request in place of the protocol. Default none. */
  readonly refusedConnection?: RefusedConnectionResponder;
  /**
   * Addresses on which other processes of the same application listen, as they are published, for the error when one of
   * them is in the way. Default none.
   */
  readonly siblingAddresses?: () => readonly string[];
  /** Features for every connection and request that the server does not have itself. Default none. */
  readonly features?: FeatureCollection | undefined;
  /** Monotonic time for timeouts. Default the machine's. */
  readonly clock?: Clock;
  /** Time of day in milliseconds for the Date field. Default `Date.now`. */
  readonly wallClock?: () => number;
}

/** `ServerOptions` with every default in its place. */
export interface ResolvedServerOptions extends Required<
  Omit<ServerOptions, 'events' | 'features' | 'useHttps' | 'limits' | 'refusal' | 'refusedConnection'>
> {
  readonly useHttps: UseHttps | undefined;
  readonly refusal: RefusalResponder | undefined;
  readonly refusedConnection: RefusedConnectionResponder | undefined;
  readonly limits: ServerLimits;
  readonly events: ServerEvents;
}

/** The default of each option that a host or its settings may set, besides `serverLimitDefaults`. */
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

/** @throws HttpError `HTTP_LIMIT_INVALID` */
export const resolveServerOptions = (given: ServerOptions): ResolvedServerOptions => ({
  transports: given.transports,
  protocols: given.protocols,
  useHttps: given.useHttps,
  limits: resolveServerLimits(given.limits),
  rejectedConnections: given.rejectedConnections ?? serverDefaults.rejectedConnections,
  serverHeader: given.serverHeader === undefined ? serverDefaults.serverHeader : given.serverHeader,
  dateHeader: given.dateHeader ?? serverDefaults.dateHeader,
  events: { ...defaultEvents, ...given.events },
  refusal: given.refusal,
  refusedConnection: given.refusedConnection,
  siblingAddresses: given.siblingAddresses ?? (() => []),
  clock: given.clock ?? systemClock,
  wallClock: given.wallClock ?? Date.now,
});
