import { type FeatureKey, featureKey } from '@windhover/features';

/** The limit that caused a rejection. */
export type RejectionReason = 'serverLimit' | 'endpointLimit' | 'remoteAddressLimit';

/** Numbers of connections of a server. */
export interface ConnectionCounters {
  /** Open connections, including upgraded ones. */
  readonly current: number;
  /** Open connections that were upgraded to another protocol. */
  readonly upgraded: number;
  /** All connections since the start, including rejected ones. */
  readonly total: number;
  /** Rejected connections, by the limit that was reached. */
  readonly rejected: Readonly<Record<RejectionReason, number>>;
}

/** The connection counters of the server, for connections and requests, e.g. for a page of metrics. */
export interface ConnectionCountersFeature {
  /** A snapshot of the current values. */
  readonly counters: ConnectionCounters;
}

export const ConnectionCountersFeature: FeatureKey<ConnectionCountersFeature> = featureKey('connection-counters');
