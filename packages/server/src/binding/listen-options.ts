import type {
  ConnectionBuilder,
  ConnectionDelegate,
  ConnectionMiddleware,
  SocketOptions,
} from '@windhover/connections';
import type { EndpointLimitOptions } from '../server-limits.ts';
import { ServerError } from '../errors.ts';
import { type ListenTarget, formatListenTarget } from './listen-target.ts';

/** Configures one endpoint, e.g. the function returned by `useHttps(…)`. */
export type ConfigureEndpoint = (endpoint: ListenOptions) => void;

/**
 * Runs a function that configures an endpoint.
 *
 * @throws ServerError `SERVER_CONFIGURE_ASYNC`: the endpoint would listen before all of its middleware was added
 */
export const configureEndpoint = (endpoint: ListenOptions, configure: ConfigureEndpoint | undefined): void => {
  const returned: unknown = configure?.(endpoint);
  if (!(returned instanceof Promise)) return;
  returned.catch(() => {}); // `SERVER_CONFIGURE_ASYNC` is the error; a later rejection is ignored.
  throw new ServerError('SERVER_CONFIGURE_ASYNC', endpoint.name);
};

/** The parts of the server that an endpoint uses while it is configured. */
export interface ListenOptionsHost {
  /** ALPN names of the server's protocols, in order of preference. */
  readonly applicationProtocols: readonly string[];
  warn(message: string): void;
  /** Reports a fact that is not a problem. */
  inform?(message: string): void;
}

/**
 * Options of one endpoint, and the middleware between it and the protocol.
 *
 * Source: Kestrel `ListenOptions`
 */
export class ListenOptions implements ConnectionBuilder {
  readonly target: ListenTarget;
  /**
   * For logs, metrics and `ConnectionEndpointNameFeature`; need not be unique. Default the target, e.g.
   * `localhost:5000`.
   */
  name: string;
  /** Options of the listening socket: `unixMode`, `unixGroup`, `backlog`. Default the options of the transport. */
  socket: SocketOptions = {};
  /** Limits of this endpoint. Connections are also subject to the limits of the server. */
  limits: EndpointLimitOptions = {};
  /** Options that `useHttps` of this endpoint uses where its caller has set none. Default none. */
  httpsDefaults: Readonly<Record<string, unknown>> = {};
  readonly #host: ListenOptionsHost;
  readonly #middleware: ConnectionMiddleware[] = [];
  readonly #resources: (Disposable | AsyncDisposable)[] = [];
  readonly #preparations: (() => Promise<void>)[] = [];
  #protocols: readonly string[] | undefined;
  #handler: ConnectionDelegate | undefined;
  /** Index of TLS among the middleware. */
  #tlsAt: number | undefined;

  constructor(target: ListenTarget, host: ListenOptionsHost) {
    this.target = target;
    this.name = formatListenTarget(target);
    this.#host = host;
  }

  /** ALPN names of this endpoint's protocols, in order of preference. Default all protocols of the server. */
  get protocols(): readonly string[] {
    return this.#protocols ?? (this.#handler === undefined ? this.#host.applicationProtocols : []);
  }

  set protocols(names: readonly string[]) {
    this.#protocols = [...names];
  }

  get applicationProtocols(): readonly string[] {
    return this.protocols;
  }

  get isTls(): boolean {
    return this.#tlsAt !== undefined;
  }

  /** Scheme of the published address: `http` or `https`; with a connection handler `tcp` or `tls`. */
  get scheme(): 'http' | 'https' | 'tcp' | 'tls' {
    if (this.#handler !== undefined) return this.isTls ? 'tls' : 'tcp';
    return this.isTls ? 'https' : 'http';
  }

  get middleware(): readonly ConnectionMiddleware[] {
    return this.#middleware;
  }

  /** Number of middleware below TLS; without TLS, of all. */
  get belowTls(): number {
    return this.#tlsAt ?? this.#middleware.length;
  }

  /** The connection handler that replaces the server's protocols; `undefined` without one. */
  get handler(): ConnectionDelegate | undefined {
    return this.#handler;
  }

  use(middleware: ConnectionMiddleware): this {
    this.#middleware.push(middleware);
    return this;
  }

  /** @throws ServerError `SERVER_TLS_TWICE` */
  useTls(middleware: ConnectionMiddleware): this {
    if (this.#tlsAt !== undefined) throw new ServerError('SERVER_TLS_TWICE', this.name);
    this.#tlsAt = this.#middleware.length;
    return this.use(middleware);
  }

  /**
   * Ends the pipeline with a connection handler, for a protocol other than HTTP.
   *
   * Source: Kestrel `UseConnectionHandler`, `IConnectionBuilder.Run`
   */
  run(handler: ConnectionDelegate): this {
    this.#handler = handler;
    return this;
  }

  prepare(work: () => Promise<void>): this {
    this.#preparations.push(work);
    return this;
  }

  /** Runs the work that `prepare` added, once, before the endpoint is bound. */
  async prepared(): Promise<void> {
    for (const work of this.#preparations.splice(0)) await work();
  }

  own(resource: Disposable | AsyncDisposable): this {
    this.#resources.push(resource);
    return this;
  }

  /** Resources that `own` added, in order. */
  get resources(): readonly (Disposable | AsyncDisposable)[] {
    return this.#resources;
  }

  warn(message: string): void {
    this.#host.warn(`${this.name}: ${message}`);
  }

  inform(message: string): void {
    this.#host.inform?.(`${this.name}: ${message}`);
  }
}
