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

/** Error codes by endpoint, written as `127.0.0.1:5000`. The port `*` stands for any. */
export type Failures = Readonly<Record<string, TransportErrorCode>>;

/** A transport that opens nothing: it records requests and fails where the test says so. */
export class FakeTransport implements Transport {
  readonly name = 'fake';
  /** All requested endpoints, in order. */
  readonly asked: string[] = [];
  /** Endpoints that listen now. */
  readonly bound: string[] = [];
  /** Awaited before each bind completes. */
  beforeBound: (endpoint: string) => Promise<void> | void = () => {};
  /** Awaited before each unbind completes. */
  beforeUnbound: (endpoint: string) => Promise<void> | void = () => {};
  /** Sockets reported as inherited by the process. */
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

  /** Accepts a connection, as if a client had connected. */
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
