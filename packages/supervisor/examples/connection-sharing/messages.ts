/** The ways in which the workers of the comparison share an address. */
export type Sharing = 'round-robin' | 'shared-handle' | 'reuse-port';

/** A command from the primary to a worker. */
export type Order =
  | 'count'
  /** Block the event loop for two seconds. */
  | 'block'
  | 'block for good'
  /** Open all remaining descriptors, then close them. */
  | 'exhaust'
  | 'release'
  /** Stop listening, and exit a second later. */
  | 'leave';

/** Connections accepted since the previous report, and microseconds of CPU time since the start. */
export interface Usage {
  readonly accepted: number;
  readonly cpu: number;
}

/** A message from a worker to the primary. */
export type Report = 'listening' | 'done' | Usage;

/** The load to generate. */
export interface Load {
  readonly port: number;
  readonly clients: number;
  /** Requests of each client; `endless` until it is stopped. */
  readonly requests: number | 'endless';
  /** Keeps the connections open, with one request on each, and pauses this many milliseconds before opening the next. */
  readonly keep?: { readonly pause: number };
}

/** Number of requests by outcome. */
export interface Outcome {
  readonly answered: number;
  /** Answered after more than half a second. */
  readonly late: number;
  /** Not answered within three seconds. */
  readonly unanswered: number;
  /** The system refused the connection. */
  readonly refused: number;
  /** The connection was reset or ended before its answer. */
  readonly lost: number;
}
