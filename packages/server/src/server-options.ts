import type { UseHttps, Transport } from '@windhover/connections';
import {
  type HttpEvents,
  type HttpLimits,
  type HttpLimitsInit,
  type HttpProtocol,
  type RefusalResponder,
  resolveHttpLimits,
} from '@windhover/http';
import { type Clock, systemClock } from './lifetime/clock.ts';

/**
 * What a server reports. By default an error of the application and a warning are written to stderr, since nobody would
 * learn of them otherwise; refused requests are not.
 */
export interface ServerEvents extends HttpEvents {
  /** Something that a person should look at, e.g. an address that was not used. */
  warning(message: string): void;
  /** Something that is worth knowing and no fault, e.g. `localhost` on a machine without IPv6. */
  information(message: string): void;
}

/**
 * What a server is made of.
 *
 * Source: Kestrel `KestrelServerOptions`
 */
export interface ServerOptions {
  /** Asked in this order who can listen on an endpoint. */
  readonly transports: readonly Transport[];
  /** What is spoken on the connections. The first one is spoken where nothing has been negotiated. */
  readonly protocols: readonly HttpProtocol[];
  /** Adds TLS to what listens on addresses that begin with `https`, e.g. `useHttps(…)` of `@windhover/tls`. */
  readonly useHttps?: UseHttps | undefined;
  /** Limits that differ from `httpLimitDefaults`. */
  readonly limits?: HttpLimitsInit;
  /**
   * What becomes of a connection that is over a limit: `close` closes it without a byte, `answer` lets the protocol say
   * why first (HTTP/1.1: 503), except where TLS or a handler of one's own stands in between. Default `close`.
   */
  readonly rejectedConnections?: 'close' | 'answer';
  /** Value of the Server field; `null` for none. Default `windhover`. */
  readonly serverHeader?: string | null;
  /** Whether responses have a Date field. Default true. */
  readonly dateHeader?: boolean;
  readonly events?: Partial<ServerEvents>;
  /** Content for requests that are refused; by default they are answered with the status alone. */
  readonly refusal?: RefusalResponder;
  /**
   * Addresses on which other processes of the same application listen, as they are published, for the error when one of
   * them is in the way. Default none.
   */
  readonly siblingAddresses?: () => readonly string[];
  /** Monotonic time for timeouts. Default the machine's. */
  readonly clock?: Clock;
  /** Time of day in milliseconds for the Date field. Default `Date.now`. */
  readonly wallClock?: () => number;
}

/** `ServerOptions` with every default in its place. */
export interface ResolvedServerOptions extends Required<
  Omit<ServerOptions, 'events' | 'useHttps' | 'limits' | 'refusal'>
> {
  readonly useHttps: UseHttps | undefined;
  readonly refusal: RefusalResponder | undefined;
  readonly limits: HttpLimits;
  readonly events: ServerEvents;
}

/** The default of each option that a host or its settings may set, beside `httpLimitDefaults`. */
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
  limits: resolveHttpLimits(given.limits),
  rejectedConnections: given.rejectedConnections ?? serverDefaults.rejectedConnections,
  serverHeader: given.serverHeader === undefined ? serverDefaults.serverHeader : given.serverHeader,
  dateHeader: given.dateHeader ?? serverDefaults.dateHeader,
  events: { ...defaultEvents, ...given.events },
  refusal: given.refusal,
  siblingAddresses: given.siblingAddresses ?? (() => []),
  clock: given.clock ?? systemClock,
  wallClock: given.wallClock ?? Date.now,
});
