import type { RejectionReason } from './connection-counters.ts';

/** Milliseconds without a rejection after which the next one is logged again. */
const calmFor = 60_000;

/** The reason in a warning, for each limit. */
const names: Readonly<Record<RejectionReason, string>> = {
  serverLimit: 'the server has reached its limit maxConcurrentConnections',
  endpointLimit: 'the endpoint has reached its limit maxConcurrentConnections',
  remoteAddressLimit: 'its client has reached the limit maxConnectionsPerRemoteAddress',
};

/** Counts rejections and logs them. After one is logged, the next is logged only after a minute without any. */
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
      this.#warn(`${endpointName}: a connection was rejected because ${names[reason]}`);
    }
  }
}
