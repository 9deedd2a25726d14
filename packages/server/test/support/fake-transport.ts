import {
  type Connection,
  type ConnectionDelegate,
  type ConnectionListener,
  type EndPoint,
  type NamedEndPoint,
  type Transport,
  TransportError,
  type TransportErrorCode,
  acceptConnection,
  formatEndPoint,
} from '@windhover/connections';

/** What binding an end point, written as `127.0.0.1:5000`, fails with. A port of `*` is any. */
export type Failures = Readonly<Record<string, TransportErrorCode>>;

/** A transport that opens nothing: it remembers what it was asked for, and fails where the test says so. */
export class FakeTransport implements Transport {
  readonly name = 'fake';
  /** Everything that was asked for, in order. */
  readonly asked: string[] = [];
  /** What listens now. */
  readonly bound: string[] = [];
  /** Awaited before each bind is done. */
  beforeBound: (endPoint: string) => Promise<void> | void = () => {};
  /** Awaited before each unbind is done. */
  beforeUnbound: (endPoint: string) => Promise<void> | void = () => {};
  /** What it says that the process has inherited. */
  inheritedEndPoints: () => readonly NamedEndPoint[] = () => [];
  readonly #failures: Failures;
  readonly #accept = new Map<string, ConnectionDelegate>();
  #nextPort = 40_000;

  constructor(failures: Failures = {}) {
    this.#failures = failures;
  }

  canBind({ kind }: EndPoint): boolean {
    return kind !== 'memory';
  }

  async bind(endPoint: EndPoint, accept: ConnectionDelegate): Promise<ConnectionListener> {
    const name = formatEndPoint(endPoint);
    this.asked.push(name);
    const code = this.#failures[name] ?? this.#failures[name.replace(/:\d+$/, ':*')];
    if (code !== undefined) throw new TransportError(code, name);
    const real = endPoint.kind === 'ip' && endPoint.port === 0 ? { ...endPoint, port: this.#nextPort++ } : endPoint;
    await this.beforeBound(name);
    return this.#listen(real, accept);
  }

  /** A new connection, as if a client had come. */
  accept(name: string, connection: Connection): void {
    acceptConnection(connection, this.#accept.get(name)!);
  }

  #listen(endPoint: EndPoint, accept: ConnectionDelegate): ConnectionListener {
    const name = formatEndPoint(endPoint);
    this.bound.push(name);
    this.#accept.set(name, accept);
    const unbind = async (): Promise<void> => {
      await this.beforeUnbound(name);
      const at = this.bound.indexOf(name);
      if (at !== -1) this.bound.splice(at, 1);
    };
    return { endPoint, unbind, [Symbol.asyncDispose]: unbind };
  }
}
