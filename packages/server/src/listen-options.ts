import type { AnyTarget, LocalhostTarget } from '@windhover/addresses';
import type { ConnectionMiddleware, EndPoint } from '@windhover/connections';

/** What to listen on: an end point, both loopback addresses, or every interface. */
export type ListenTarget = EndPoint | LocalhostTarget | AnyTarget;

/**
 * One end point of a server and what stands between it and the protocol.
 *
 * Source: Kestrel `ListenOptions`
 */
export class ListenOptions {
  readonly target: ListenTarget;
  /** `http` or `https`: how the address is published. */
  readonly scheme: 'http' | 'https';
  readonly #middleware: ConnectionMiddleware[] = [];

  constructor(target: ListenTarget, scheme: 'http' | 'https' = 'http') {
    this.target = target;
    this.scheme = scheme;
  }

  /** Adds connection middleware; the first one added sees a connection first. */
  use(middleware: ConnectionMiddleware): this {
    this.#middleware.push(middleware);
    return this;
  }

  get middleware(): readonly ConnectionMiddleware[] {
    return this.#middleware;
  }
}
