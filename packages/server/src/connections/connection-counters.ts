/** Which limit a connection was turned away for. */
export type RejectionReason = 'serverLimit' | 'endpointLimit' | 'remoteAddressLimit';

/** The connections of a server in numbers. */
export interface ConnectionCounters {
  /** Open now, the upgraded ones too. */
  readonly current: number;
  /** Those of them that another protocol has taken over. */
  readonly upgraded: number;
  /** All that have come since the start, the rejected ones too. */
  readonly total: number;
  /** Turned away, by the limit that they were over. */
  readonly rejected: Readonly<Record<RejectionReason, number>>;
}
