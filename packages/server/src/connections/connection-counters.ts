import { type FeatureKey, featureKey } from '@windhover/features';

/** The limit for which a connection was rejected. */
export type RejectionReason = 'serverLimit' | 'endpointLimit' | 'remoteAddressLimit';

/** The connections of a server in numbers. */
export interface ConnectionCounters {
  /** Open now, including upgraded ones. */
  readonly current: number;
  /** Open now and taken over by another protocol. */
  readonly upgraded: number;
  /** All since the start, including rejected ones. */
  readonly total: number;
  /** Rejected, by the limit that was reached. */
  readonly rejected: Readonly<Record<RejectionReason, number>>;
}

/** The counters of the server, for its connections and requests, e.g. for a page of metrics. */
export interface ConnectionCountersFeature {
  /** As of now. */
  readonly counters: ConnectionCounters;
}

export const ConnectionCountersFeature: FeatureKey<ConnectionCountersFeature> = featureKey('connection-counters');
