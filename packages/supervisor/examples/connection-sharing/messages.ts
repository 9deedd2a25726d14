/** How the workers of the comparison share an address. */
export type Sharing = 'round-robin' | 'shared-handle' | 'reuse-port';

/** What the primary asks of a worker. */
export type Order = 'count' | 'block' | 'leave';

/** What a worker answers: that it listens, or connections accepted since it was last asked and microseconds of CPU. */
export type Report = 'listening' | { readonly accepted: number; readonly cpu: number };

/** What the load generator is asked for. */
export interface Load {
  readonly port: number;
  readonly clients: number;
  /** Requests of each client; each on a connection of its own unless they are kept. */
  readonly requests: number;
  /** Keep the connections open, and open one after the other with this many milliseconds between them. */
  readonly keep?: { readonly pause: number };
  /** Go on until told to stop, whatever `requests` says. */
  readonly endless?: boolean;
}

/** What became of it. */
export interface Outcome {
  readonly answered: number;
  /** The system refused the connection. */
  readonly refused: number;
  /** The connection was reset or ended before its answer. */
  readonly lost: number;
  /** Answered after more than half a second. */
  readonly late: number;
}
