import {
  type Connection,
  type ConnectionDelegate,
  type ConnectionListener,
  type Endpoint,
  type NamedEndpoint,
  type Transport,
  TransportError,
  type TransportErrorCode,
  acceptConnection,
  formatEndpoint,
} from '@windhover/connections';

/** What binding an endpoint, written as `127.0.0.1:5000`, fails with. A port of `*` is any. */
export type Failures = Readonly<Record<string, TransportErrorCode>>;

/** A transport that opens nothing: it remembers what it was asked for, and fails where the test says so. */
export class FakeTransport implements Transport {
  readonly name = 'fake';
  /** Everything that was asked for, in order. */
  readonly asked: string[] = [];
  /** What listens now. */
  readonly bound: string[] = [];
  /** Awaited before each bind is done. */
  beforeBound: (endpoint: string) => Promise<void> | void = () => {};
  /** Awaited before each unbind is done. */
  beforeUnbound: (endpoint: string) => Promise<void> | void = () => {};
  /** What it says that the process has inherited. */
  inheritedEndpoints: () => readonly NamedEndpoint[] = () => [];
  readonly #failures: Failures;
  readonly #accept = new Map<string, ConnectionDelegate>();
  #nextPort = 40_000;

  constructor(failures: Failures = {}) {
    this.#failures = failures;
  }

  canBind({ kind }: Endpoint): boolean {
    return kind !== 'memory';
  }

  async bind(endpoint: Endpoint, accept: ConnectionDelegate): Promise<ConnectionListener> {
    const name = formatEndpoint(endpoint);
    this.asked.push(name);
    const code = this.#failures[name] ?? this.#failures[name.replace(/:\d+$/, ':*')];
    if (code !== undefined) throw new TransportError(code, name);
    const real = endpoint.kind === 'ip' && endpoint.port === 0 ? { ...endpoint, port: this.#nextPort++ } : endpoint;
    await this.beforeBound(name);
    return this.#listen(real, accept);
  }

  /** A new connection, as if a client had come. */
  accept(name: string, connection: Connection): void {
    acceptConnection(connection, this.#accept.get(name)!);
  }

  #listen(endpoint: Endpoint, accept: ConnectionDelegate): ConnectionListener {
    const name = formatEndpoint(endpoint);
    this.bound.push(name);
    this.#accept.set(name, accept);
    const unbind = async (): Promise<void> => {
      await this.beforeUnbound(name);
      const at = this.bound.indexOf(name);
      if (at !== -1) this.bound.splice(at, 1);
    };
    return { endpoint, unbind, [Symbol.asyncDispose]: unbind };
  }
}
