import type { RejectionReason } from './connection-counters.ts';

/** Milliseconds without a rejection after which the next one is logged again. */
const calmFor = 60_000;

/** What each limit is called in a warning. */
const names: Readonly<Record<RejectionReason, string>> = {
  serverLimit: 'the server has as many as its limit maxConcurrentConnections allows',
  endpointLimit: 'the endpoint has as many as its limit maxConcurrentConnections allows',
  remoteAddressLimit: 'its client has as many as the limit maxConnectionsPerRemoteAddress allows',
};

/** Counts what was rejected, and tells it, but not each of a flood. */
export class Rejections {
  readonly counts: Record<RejectionReason, number> = { serverLimit: 0, endpointLimit: 0, remoteAddressLimit: 0 };
  readonly #warn: (message: string) => void;
  readonly #lastAt = new Map<RejectionReason, number>();

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  add(reason: RejectionReason, endpointName: string, now: number): void {
    this.counts[reason]++;
    const lastAt = this.#lastAt.get(reason);
    this.#lastAt.set(reason, now);
    if (lastAt === undefined || now - lastAt >= calmFor) {
      this.#warn(`${endpointName}: a connection was turned away, because ${names[reason]}`);
    }
  }
}
