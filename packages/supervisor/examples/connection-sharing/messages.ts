/** How the workers of the comparison share an address. */
export type Sharing = 'round-robin' | 'shared-handle' | 'reuse-port';

/** What the primary asks of a worker. */
export type Order =
  | 'count'
  /** Stand still for two seconds. */
  | 'block'
  | 'block for good'
  /** Take every descriptor that is left, and give them back. */
  | 'exhaust'
  | 'release'
  /** Stop listening, and end a second later. */
  | 'leave';

/** Connections accepted since the last time, and microseconds of CPU since the start. */
export interface Usage {
  readonly accepted: number;
  readonly cpu: number;
}

/** What a worker answers. */
export type Report = 'listening' | 'done' | Usage;

/** What the load generator is asked for. */
export interface Load {
  readonly port: number;
  readonly clients: number;
  /** Requests of each client, or for as long as it is not told to stop. */
  readonly requests: number | 'endless';
  /** Keeps the connections open, one request on each, and waits so many milliseconds before it opens the next. */
  readonly keep?: { readonly pause: number };
}

/** What became of the requests. */
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
