import type {
  ConnectionBuilder,
  ConnectionDelegate,
  ConnectionMiddleware,
  SocketOptions,
} from '@windhover/connections';
import type { EndpointLimits } from '../server-limits.ts';
import { ServerError } from '../errors.ts';
import { type ListenTarget, formatListenTarget } from './listen-target.ts';

/** Configures one endpoint, e.g. what `useHttps(…)` returns. */
export type ConfigureEndpoint = (endpoint: ListenOptions) => void;

/**
 * Lets a function configure an endpoint.
 *
 * @throws ServerError `SERVER_CONFIGURE_ASYNC`: the endpoint would listen before all of its middleware is there
 */
export const configureEndpoint = (endpoint: ListenOptions, configure: ConfigureEndpoint | undefined): void => {
  const returned: unknown = configure?.(endpoint);
  if (!(returned instanceof Promise)) return;
  returned.catch(() => {}); // What it fails with later changes nothing any more.
  throw new ServerError('SERVER_CONFIGURE_ASYNC', endpoint.name);
};

/** What an endpoint knows of its server while it is configured. */
export interface ListenOptionsHost {
  /** ALPN names of the protocols that the server has, the preferred one first. */
  readonly applicationProtocols: readonly string[];
  warn(message: string): void;
  /** Reports something that is expected. */
  inform?(message: string): void;
}

/**
 * One endpoint of a server and what stands between it and the protocol.
 *
 * Source: Kestrel `ListenOptions`
 */
export class ListenOptions implements ConnectionBuilder {
  readonly target: ListenTarget;
  /** For logs, metrics and `ConnectionEndpointNameFeature`; need not be unique. Default what it listens on: `localhost:5000`. */
  name: string;
  /** How its listening socket is made: `unixMode`, `unixGroup`, `backlog`. Default the options of the transport. */
  socket: SocketOptions = {};
  /** Limits of this endpoint alone, beside those of the server; a connection has to be within both. */
  limits: Partial<EndpointLimits> = {};
  readonly #host: ListenOptionsHost;
  readonly #middleware: ConnectionMiddleware[] = [];
  readonly #resources: (Disposable | AsyncDisposable)[] = [];
  readonly #preparations: (() => Promise<void>)[] = [];
  #protocols: readonly string[] | undefined;
  #handler: ConnectionDelegate | undefined;
  /** Where TLS stands among the middleware. */
  #tlsAt: number | undefined;

  constructor(target: ListenTarget, host: ListenOptionsHost) {
    this.target = target;
    this.name = formatListenTarget(target);
    this.#host = host;
  }

  /** ALPN names of the protocols spoken here, the preferred one first. Default: all that the server has. */
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

  /** How the address is published: `http` or `https`; `tcp` or `tls` where a handler of one's own runs. */
  get scheme(): 'http' | 'https' | 'tcp' | 'tls' {
    if (this.#handler !== undefined) return this.isTls ? 'tls' : 'tcp';
    return this.isTls ? 'https' : 'http';
  }

  get middleware(): readonly ConnectionMiddleware[] {
    return this.#middleware;
  }

  /** How much of the middleware comes before TLS, or before the protocol where there is none. */
  get belowTls(): number {
    return this.#tlsAt ?? this.#middleware.length;
  }

  /** What runs on the connections instead of the server's protocols. */
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
   * Puts a connection handler at the end of the pipeline: another protocol than HTTP, of one's own.
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

  /** Does the work that the configuration has added, once, before the endpoint is bound. */
  async prepared(): Promise<void> {
    for (const work of this.#preparations.splice(0)) await work();
  }

  own(resource: Disposable | AsyncDisposable): this {
    this.#resources.push(resource);
    return this;
  }

  /** What the configuration has handed over, in order. */
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
