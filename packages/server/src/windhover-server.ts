import { bindingTarget, formatBindingAddress, parseBindingAddresses } from '@windhover/addresses';
import {
  type ConnectionDelegate,
  type ConnectionListener,
  type EndPoint,
  buildConnectionPipeline,
  formatEndPoint,
} from '@windhover/connections';
import { type FeatureCollection, Features } from '@windhover/features';
import type { HttpApplication } from '@windhover/http';
import { bindTarget } from './address-binder.ts';
import { type ProtocolHandler, chooseProtocol } from './choose-protocol.ts';
import { ConnectionManager } from './connection-manager.ts';
import { ServerError } from './errors.ts';
import { Heartbeat } from './heartbeat.ts';
import { type ConfigureEndPoint, ListenOptions, type ListenOptionsHost, type ListenTarget } from './listen-options.ts';
import { disposeAll } from './owned-resources.ts';
import { ServerAddresses } from './server-addresses.ts';
import { ServerAddressesFeature } from './server-addresses-feature.ts';
import { UpgradeLimit } from './upgrade-limit.ts';
import { type ResolvedServerOptions, type ServerOptions, resolveServerOptions } from './server-options.ts';
import { StopDeadline, settledOrAborted } from './stop-deadline.ts';

/** Where a server listens when nothing was said. Source: Kestrel `Constants.DefaultServerAddress` */
export const defaultAddress = 'http://localhost:5000';

/** What is to be bound: nothing of it is configured before the start. */
interface PlannedEndPoint {
  readonly target: ListenTarget;
  readonly configure: ConfigureEndPoint | undefined;
}

/**
 * A server: binds end points, keeps their connections, runs an application on them, and stops without losing what
 * runs.
 *
 * Source: Kestrel `KestrelServer`
 */
export class WindhoverServer {
  /** `ServerAddressesFeature`, and whatever else layers above want to know of the server. */
  readonly features: FeatureCollection = new Features();
  readonly #options: ResolvedServerOptions;
  readonly #addresses = new ServerAddresses();
  readonly #planned: PlannedEndPoint[] = [];
  readonly #endPointDefaults: ConfigureEndPoint[] = [];
  readonly #heartbeat: Heartbeat;
  readonly #connections: ConnectionManager;
  readonly #upgrades: UpgradeLimit;
  readonly #deadline: StopDeadline;
  #listeners: ConnectionListener[] = [];
  #resources: (Disposable | AsyncDisposable)[] = [];
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  /** @throws HttpError `HTTP_LIMIT_INVALID` */
  constructor(options: ServerOptions) {
    this.#options = resolveServerOptions(options);
    this.#heartbeat = new Heartbeat(this.#options.clock, (now) => this.#connections.beat(now));
    this.#connections = new ConnectionManager(this.#heartbeat);
    this.#deadline = new StopDeadline(this.#options.clock);
    this.#upgrades = new UpgradeLimit(this.#options.limits.maxConcurrentUpgradedConnections);
    this.features.set(ServerAddressesFeature, this.#addresses);
  }

  /** Open connections. */
  get connectionCount(): number {
    return this.#connections.count;
  }

  /** Those of them that another protocol has taken over. */
  get upgradedConnectionCount(): number {
    return this.#upgrades.count;
  }

  // End points

  /** Listens on an end point. Once there is one, addresses given as text are not used, and a warning says so. */
  listen(endPoint: EndPoint, configure?: ConfigureEndPoint): this {
    return this.#listenOn(endPoint, configure);
  }

  /** Both loopback addresses. @param port 0 for one that is free on both */
  listenLocalhost(port: number, configure?: ConfigureEndPoint): this {
    return this.#listenOn({ kind: 'localhost', host: 'localhost', port }, configure);
  }

  /** Every interface, IPv6 and IPv4. @param port 0 for any free one */
  listenAnyIP(port: number, configure?: ConfigureEndPoint): this {
    return this.#listenOn({ kind: 'any', port }, configure);
  }

  /** @param path file path; a leading NUL for a Linux abstract socket */
  listenUnixSocket(path: string, configure?: ConfigureEndPoint): this {
    return this.#listenOn({ kind: 'unix', path }, configure);
  }

  /** A listening descriptor that this process has inherited. */
  listenHandle(fd: number, configure?: ConfigureEndPoint): this {
    return this.#listenOn({ kind: 'handle', fd }, configure);
  }

  /**
   * Configures every end point, those of addresses too, before its own configuration, which goes on from there. A second
   * call adds to the first.
   *
   * Source: Kestrel `ConfigureEndpointDefaults`, where the last call replaces the others, and end points before it stay as they are
   */
  configureEndpointDefaults(configure: ConfigureEndPoint): this {
    this.#checkNotStarted();
    this.#endPointDefaults.push(configure);
    return this;
  }

  #listenOn(target: ListenTarget, configure: ConfigureEndPoint | undefined): this {
    this.#checkNotStarted();
    this.#planned.push({ target, configure });
    return this;
  }

  // Start

  /**
   * Binds everything and serves the application from then on. When it fails, nothing listens.
   *
   * @throws AddressError an address is malformed
   * @throws TransportError an end point cannot be bound
   * @throws ServerError any of its codes
   */
  async start<C>(application: HttpApplication<C>): Promise<void> {
    this.#checkNotStarted();
    this.#starting = this.#start(application);
    await this.#starting;
  }

  #checkNotStarted(): void {
    if (this.#stopping !== undefined) throw new ServerError('SERVER_STOPPED');
    if (this.#starting !== undefined) throw new ServerError('SERVER_ALREADY_STARTED');
  }

  async #start<C>(application: HttpApplication<C>): Promise<void> {
    const planned = this.#endPointsToBind();
    const handlers = this.#createHandlers(application);
    const published: string[] = [];
    this.#heartbeat.start();
    try {
      for (const options of planned.map((one) => this.#configured(one))) {
        published.push(await this.#bind(options, handlers));
      }
    } catch (error) {
      await this.#unbindAll();
      // Whoever has connected to an end point that could be bound is not served by half a server.
      this.#connections.abortAll();
      this.#heartbeat.stop();
      await this.#disposeResources();
      throw error;
    }
    this.#addresses.publish(published);
  }

  /** End points go before addresses, addresses before the default. */
  #endPointsToBind(): PlannedEndPoint[] {
    const addresses = this.#addresses.freeze();
    if (this.#planned.length === 0) return endPointsOf(addresses.join(';'), this.#options.https);
    if (addresses.length > 0) {
      this.#options.events.warning(
        `End points are configured, so these addresses are not used: ${addresses.join(', ')}`,
      );
    }
    return this.#planned;
  }

  #createHandlers<C>(application: HttpApplication<C>): ProtocolHandler[] {
    const services = { ...this.#options, upgrades: this.#upgrades };
    return this.#options.protocols.map((protocol) => ({
      protocol,
      handler: protocol.createHandler(application, services),
    }));
  }

  /** The options of an end point after everyone has configured them; what they own is the server's from then on. */
  #configured({ target, configure }: PlannedEndPoint): ListenOptions {
    const { protocols, events } = this.#options;
    const host: ListenOptionsHost = {
      applicationProtocols: protocols.map(({ alpn }) => alpn),
      warn: (message) => events.warning(message),
    };
    const options = new ListenOptions(target, host);
    try {
      for (const configureDefault of this.#endPointDefaults) configureDefault(options);
      configure?.(options);
    } finally {
      this.#resources.push(...options.resources);
    }
    return options;
  }

  async #bind(options: ListenOptions, handlers: readonly ProtocolHandler[]): Promise<string> {
    const { protocols, isTls, middleware } = options;
    const pipeline = buildConnectionPipeline(middleware, options.handler ?? chooseProtocol(protocols, isTls, handlers));
    const accept: ConnectionDelegate = (connection) => {
      this.#connections.add(connection);
      return pipeline(connection);
    };
    const bind = async (endPoint: EndPoint): Promise<ConnectionListener> => {
      const { maxResponseBufferSize } = this.#options.limits;
      const bindOptions = { maxWriteBufferSize: maxResponseBufferSize ?? Infinity };
      const listener = await this.#transportFor(endPoint).bind(endPoint, accept, bindOptions);
      this.#listeners.push(listener);
      if (this.#stopping !== undefined) throw new ServerError('SERVER_STOPPED');
      return listener;
    };
    return bindTarget(options, bind, (message) => this.#options.events.warning(message));
  }

  #transportFor(endPoint: EndPoint): ResolvedServerOptions['transports'][number] {
    const transport = this.#options.transports.find((candidate) => candidate.canBind(endPoint));
    if (transport === undefined) throw new ServerError('SERVER_NO_TRANSPORT', formatEndPoint(endPoint));
    return transport;
  }

  // Stop

  /**
   * Stops: no new connections, every open one is told to end after what it is doing, and whatever is still open when
   * the signal aborts is reset. It never rejects. A second call waits for the first; its signal counts as well. A
   * server that is just starting gives up.
   *
   * @param signal the deadline; without one it waits as long as it takes
   */
  stop(signal?: AbortSignal): Promise<void> {
    if (signal !== undefined) this.#deadline.follow(signal);
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const { reached, graceOver } = this.#deadline;
    await settledOrAborted(this.#starting, graceOver);
    await settledOrAborted(this.#unbindAll(), graceOver);
    this.#connections.requestClose();
    await settledOrAborted(this.#connections.whenEmpty(), reached);
    this.#connections.abortAll();
    await settledOrAborted(this.#connections.whenEmpty(), graceOver);
    await this.#disposeResources();
    this.#heartbeat.stop();
    this.#deadline.end();
  }

  async #disposeResources(): Promise<void> {
    await disposeAll(this.#resources.splice(0), (message) => this.#options.events.warning(message));
  }

  /** Unbinds every listener, also where one of them fails at it. */
  async #unbindAll(): Promise<void> {
    const listeners = this.#listeners;
    this.#listeners = [];
    await Promise.all(listeners.map((listener) => this.#unbind(listener)));
  }

  async #unbind(listener: ConnectionListener): Promise<void> {
    try {
      await listener.unbind();
    } catch (error) {
      this.#options.events.warning(`${formatEndPoint(listener.endPoint)} could not be unbound. ${String(error)}`);
    }
  }

  /** Stops at once: what is open is reset. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(AbortSignal.abort());
  }
}

/** What a list of addresses asks for; the default where it is empty. */
const endPointsOf = (list: string, https: ResolvedServerOptions['https']): PlannedEndPoint[] => {
  const addresses = parseBindingAddresses(list);
  if (addresses.length === 0) return endPointsOf(defaultAddress, https);
  return addresses.map((address) => {
    const target = bindingTarget(address);
    if (address.scheme.toLowerCase() !== 'https') return { target, configure: undefined };
    return { target, configure: (options) => addTls(options, https, formatBindingAddress(address)) };
  });
};

/** What listens on an address with https has TLS already, or gets it. */
const addTls = (options: ListenOptions, https: ResolvedServerOptions['https'], address: string): void => {
  if (!options.isTls) https?.(options);
  if (!options.isTls) throw new ServerError('SERVER_TLS_NOT_CONFIGURED', address);
};
