import {
  HttpError,
  type HttpLimitOptions,
  type HttpLimits,
  type LimitRange,
  type LimitRanges,
  checkLimit,
  httpLimitDefaults,
  resolveHttpLimits,
  resolveLimits,
} from '@windhover/http';

/** Limits of the connections of a server, all of them off by default. `null` turns a limit off. */
export interface ConnectionLimits {
  /**
   * Open connections of the whole server, without upgraded ones. Further connections are closed or answered with 503.
   * Kestrel counts each listener separately; here an endpoint can have its own limit in addition.
   */
  readonly maxConcurrentConnections: number | null;
  /**
   * Open connections of one client: an IPv4 address, or the /64 network of an IPv6 address. Further connections are
   * closed or answered with 503.
   */
  readonly maxConnectionsPerRemoteAddress: number | null;
  /** Milliseconds after which a connection is asked to close: its next response has `Connection: close`. */
  readonly maxConnectionAge: number | null;
  /**
   * Open connections of the whole server, and streams of HTTP/2, that were upgraded to another protocol. Further upgrades
   * are refused.
   */
  readonly maxConcurrentUpgradedConnections: number | null;
}

/**
 * All limits of a server: for its connections and for HTTP.
 *
 * Source: Kestrel `KestrelServerLimits`, with its names and defaults.
 */
export interface ServerLimits extends HttpLimits, ConnectionLimits {}

/** Limits as options: an omitted limit has its default. */
export type ServerLimitOptions = HttpLimitOptions & Partial<ConnectionLimits>;

/** Limits that an endpoint can have in addition to the server's limits. */
export type EndpointLimitOptions = Partial<
  Pick<ConnectionLimits, 'maxConcurrentConnections' | 'maxConnectionsPerRemoteAddress'>
>;

const connectionLimitDefaults: ConnectionLimits = {
  maxConcurrentConnections: null, // off; as Kestrel
  maxConnectionsPerRemoteAddress: null, // off; Kestrel has none
  maxConnectionAge: null, // off; Kestrel has none
  maxConcurrentUpgradedConnections: null, // off; as Kestrel
};

export const serverLimitDefaults: ServerLimits = { ...httpLimitDefaults, ...connectionLimitDefaults };

const endpointRanges: LimitRanges<Required<EndpointLimitOptions>> = {
  maxConcurrentConnections: { kind: 'integer', least: 1, canBeNull: true },
  maxConnectionsPerRemoteAddress: { kind: 'integer', least: 1, canBeNull: true },
};

const connectionRanges: LimitRanges<ConnectionLimits> = {
  ...endpointRanges,
  maxConnectionAge: { kind: 'milliseconds', least: 1, canBeNull: true },
  maxConcurrentUpgradedConnections: { kind: 'integer', least: 0, canBeNull: true },
};

/**
 * Fills in the default of each limit that is missing or `undefined`.
 *
 * @throws HttpError `HTTP_LIMIT_INVALID`, with the name of the limit, its range and the received value
 */
export const resolveServerLimits = (given: ServerLimitOptions = {}): ServerLimits => {
  const isOfConnections = ([name]: readonly [string, unknown]): boolean => Object.hasOwn(connectionRanges, name);
  const entries = Object.entries(given);
  const ofConnections: Partial<ConnectionLimits> = Object.fromEntries(entries.filter(isOfConnections));
  const ofHttp: HttpLimitOptions = Object.fromEntries(entries.filter((entry) => !isOfConnections(entry)));
  return {
    ...resolveHttpLimits(ofHttp),
    ...resolveLimits(connectionLimitDefaults, connectionRanges, ofConnections),
  };
};

/** @throws HttpError `HTTP_LIMIT_INVALID` for a limit out of range, or a limit that only a server has */
export const checkEndpointLimits = (given: EndpointLimitOptions): void => {
  for (const [name, value] of Object.entries(given)) {
    const range = (endpointRanges as Readonly<Record<string, LimitRange | undefined>>)[name];
    if (range === undefined) {
      throw new HttpError('HTTP_LIMIT_INVALID', `an endpoint has no limit "${name}" of its own`);
    }
    if (value !== undefined) checkLimit(name, value, range);
  }
};
