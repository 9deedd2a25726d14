import { type Endpoint, type Transport, formatEndpoint } from '@windhover/connections';
import { type FeatureCollection, Features } from '@windhover/features';
import type { HttpApplication } from '@windhover/http';
import { explainedConflict } from './binding/address-conflict.ts';
import { BoundEndpoint, type EndpointHost } from './binding/bound-endpoint.ts';
import type { ConnectionCounters, RejectionReason } from './connections/connection-counters.ts';
import { ConnectionLimits } from './connections/connection-limits.ts';
import { ServerError } from './errors.ts';
import { Heartbeat } from './lifetime/heartbeat.ts';
import { type ConfigureEndpoint, ListenOptions, configureEndpoint } from './binding/listen-options.ts';
import { type ListenTarget, checkedTarget } from './binding/listen-target.ts';
import { disposeAll } from './binding/owned-resources.ts';
import { type PlannedEndpoint, planAddresses, planEndpoint } from './binding/planned-endpoint.ts';
import type { ProtocolHandler } from './binding/protocol-choice.ts';
import { Rejections } from './connections/rejections.ts';
import { ServerAddresses } from './binding/server-addresses.ts';
import { ServerAddressesFeature } from './binding/server-addresses-feature.ts';
import type { ServerEndpoint } from './binding/server-endpoint.ts';
import { type ResolvedServerOptions, type ServerOptions, resolveServerOptions } from './server-options.ts';
import { StopDeadline, settledOrAborted, withinGrace } from './lifetime/stop-deadline.ts';
import { UpgradeLimit } from './connections/upgrade-limit.ts';

/**
 * A server: binds endpoints, keeps their connections, runs an application on them, and stops without losing what
 * runs.
 *
 * Source: Kestrel `KestrelServer`
 */
export class WindhoverServer {
  /** `ServerAddressesFeature`, and whatever else layers above want to know of the server. */
  readonly features: FeatureCollection = new Features();
  readonly #options: ResolvedServerOptions;
  readonly #addresses = new ServerAddresses();
  readonly #planned: PlannedEndpoint[] = [];
  readonly #endpointDefaults: ConfigureEndpoint[] = [];
  readonly #heartbeat: Heartbeat;
  readonly #upgrades: UpgradeLimit;
  readonly #rejections: Rejections;
  readonly #deadline: StopDeadline;
  /** Those that are being bound, or drained, too. */
  readonly #endpoints = new Set<BoundEndpoint>();
  #running: readonly BoundEndpoint[] = [];
  #host: EndpointHost | undefined;
  #accepted = 0;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  /** @throws HttpError `HTTP_LIMIT_INVALID` */
  constructor(options: ServerOptions) {
    this.#options = resolveServerOptions(options);
    const { clock, events, limits } = this.#options;
    this.#heartbeat = new Heartbeat(clock, (now) => this.#beat(now));
    this.#deadline = new StopDeadline(clock);
    this.#upgrades = new UpgradeLimit(limits.maxConcurrentUpgradedConnections);
    this.#rejections = new Rejections((message) => events.warning(message));
    this.features.set(ServerAddressesFeature, this.#addresses);
  }

  #beat(now: number): void {
    for (const endpoint of this.#endpoints) endpoint.beat(now);
  }

  // In numbers

  /** Open connections. */
  get connectionCount(): number {
    let count = 0;
    for (const endpoint of this.#endpoints) count += endpoint.connectionCount;
    return count;
  }

  /** Those of them that another protocol has taken over. */
  get upgradedConnectionCount(): number {
    return this.#upgrades.count;
  }

  /** The connections in numbers, as of now. */
  get counters(): ConnectionCounters {
    return {
      current: this.connectionCount,
      upgraded: this.upgradedConnectionCount,
      total: this.#accepted,
      rejected: { ...this.#rejections.counts },
    };
  }

  // Endpoints

  /** Listens on an endpoint. Once there is one, addresses given as text are not used, and a warning says so. */
  listen(endpoint: Endpoint, configure?: ConfigureEndpoint): this {
    return this.#listenOn(endpoint, configure);
  }

  /** Both loopback addresses. @param port 0 for one that is free on both */
  listenLocalhost(port: number, configure?: ConfigureEndpoint): this {
    return this.#listenOn({ kind: 'localhost', host: 'localhost', port }, configure);
  }

  /** Every interface, IPv6 and IPv4. @param port 0 for any free one */
  listenAnyIP(port: number, configure?: ConfigureEndpoint): this {
    return this.#listenOn({ kind: 'any', port }, configure);
  }

  /** @param path file path; a leading NUL for a Linux abstract socket */
  listenUnixSocket(path: string, configure?: ConfigureEndpoint): this {
    return this.#listenOn({ kind: 'unix', path }, configure);
  }

  /** A listening descriptor that this process has inherited. */
  listenHandle(fd: number, configure?: ConfigureEndpoint): this {
    return this.#listenOn({ kind: 'handle', fd }, configure);
  }

  /**
   * Every socket that systemd has opened for this process; its name (`FileDescriptorName=`) is that of the endpoint.
   * Nothing where this process was not started by socket activation.
   *
   * @throws SystemdError what was handed over cannot be read
   * Source: Kestrel `UseSystemd`; sd_listen_fds(3)
   */
  listenSystemd(configure?: ConfigureEndpoint): this {
    this.#checkNotStarted();
    for (const transport of this.#options.transports) {
      for (const { name, endpoint } of transport.inheritedEndpoints?.() ?? []) {
        this.#listenOn(endpoint, (options) => {
          if (name !== '' && name !== 'unknown') options.name = name;
          configureEndpoint(options, configure);
        });
      }
    }
    return this;
  }

  /**
   * Configures every endpoint, those of addresses too, before its own configuration, which goes on from there. A second
   * call adds to the first.
   *
   * Source: Kestrel `ConfigureEndpointDefaults`, where the last call replaces the others, and endpoints before it stay as they are
   */
  configureEndpointDefaults(configure: ConfigureEndpoint): this {
    this.#checkNotStarted();
    this.#endpointDefaults.push(configure);
    return this;
  }

  #listenOn(target: ListenTarget, configure: ConfigureEndpoint | undefined): this {
    this.#checkNotStarted();
    this.#planned.push({ target: checkedTarget(target), configure });
    return this;
  }

  /** What listens now, in the order in which it was added. */
  get endpoints(): readonly ServerEndpoint[] {
    return this.#running;
  }

  /**
   * Listens on one more endpoint while the server runs. When it fails, everything else goes on as before.
   *
   * @param target an address as text, or what to listen on
   * @throws AddressError, TransportError, ServerError as `start` does; ServerError `SERVER_NOT_STARTED`
   */
  async addEndpoint(target: ListenTarget | string, configure?: ConfigureEndpoint): Promise<ServerEndpoint> {
    this.#checkNotStopped();
    if (this.#starting === undefined) throw new ServerError('SERVER_NOT_STARTED');
    await this.#starting;
    this.#checkNotStopped();
    const endpoint = await this.#createEndpoint(planEndpoint(target, configure, this.#options.https));
    await this.#bindOrDiscard(endpoint);
    this.#publish([...this.#running, endpoint]);
    return endpoint;
  }

  // Start

  /**
   * Binds everything and serves the application from then on. When it fails, nothing listens.
   *
   * @throws AddressError an address is malformed
   * @throws TransportError an endpoint cannot be bound
   * @throws ServerError any of its codes
   */
  async start<C>(application: HttpApplication<C>): Promise<void> {
    this.#checkNotStarted();
    this.#starting = this.#start(application);
    await this.#starting;
  }

  #checkNotStarted(): void {
    this.#checkNotStopped();
    if (this.#starting !== undefined) throw new ServerError('SERVER_ALREADY_STARTED');
  }

  #checkNotStopped(): void {
    if (this.#stopping !== undefined) throw new ServerError('SERVER_STOPPED');
  }

  async #start<C>(application: HttpApplication<C>): Promise<void> {
    const planned = this.#endpointsToBind();
    this.#host = this.#createHost(application);
    this.#heartbeat.start();
    try {
      for (const one of planned) await this.#createEndpoint(one);
      const endpoints = [...this.#endpoints];
      for (const endpoint of endpoints) await this.#bindOrExplain(endpoint);
      this.#publish(endpoints);
    } catch (error) {
      // Whoever has connected to an endpoint that could be bound is not served by half a server.
      await Promise.all([...this.#endpoints].map((endpoint) => endpoint.discard()));
      this.#heartbeat.stop();
      throw error;
    }
  }

  /** Endpoints go before addresses, addresses before the default. */
  #endpointsToBind(): PlannedEndpoint[] {
    const addresses = this.#addresses.freeze();
    if (this.#planned.length === 0) return planAddresses(addresses.join(';'), this.#options.https);
    if (addresses.length > 0) {
      this.#options.events.warning(
        `Endpoints are configured, so these addresses are not used: ${addresses.join(', ')}`,
      );
    }
    return this.#planned;
  }

  #createHost<C>(application: HttpApplication<C>): EndpointHost {
    const options = this.#options;
    const heartbeat = this.#heartbeat;
    const limits = new ConnectionLimits(options.limits);
    return {
      options,
      heartbeat,
      upgrades: this.#upgrades,
      limits,
      isStopping: () => this.#stopping !== undefined,
      hasRoom: () => limits.hasRoom(this.connectionCount - this.upgradedConnectionCount),
      createHandlers: (upgrades) => createHandlers(application, options, upgrades),
      transportFor: (endpoint) => this.#transportFor(endpoint),
      accepted: () => void this.#accepted++,
      rejected: (reason: RejectionReason, name) => this.#rejections.add(reason, name, heartbeat.now),
      onAcceptError: (error) => options.events.warning(error.message),
      onAcceptRecovered: () => options.events.warning('New connections can be accepted again'),
      removing: (endpoint) => this.#publish(this.#running.filter((other) => other !== endpoint)),
      removed: (endpoint) => void this.#endpoints.delete(endpoint),
    };
  }

  /** Configures an endpoint; what its options own is its own from then on. */
  async #createEndpoint({ target, configure }: PlannedEndpoint): Promise<BoundEndpoint> {
    const { protocols, events } = this.#options;
    const warn = (message: string): void => events.warning(message);
    const options = new ListenOptions(target, { applicationProtocols: protocols.map(({ alpn }) => alpn), warn });
    try {
      for (const each of [...this.#endpointDefaults, configure]) configureEndpoint(options, each);
      await options.prepared();
      const endpoint = new BoundEndpoint(options, this.#host!);
      this.#endpoints.add(endpoint);
      return endpoint;
    } catch (error) {
      await withinGrace(disposeAll(options.resources, warn), this.#options.clock);
      throw error;
    }
  }

  async #bindOrDiscard(endpoint: BoundEndpoint): Promise<void> {
    try {
      await this.#bindOrExplain(endpoint);
    } catch (error) {
      await endpoint.discard();
      throw error;
    }
  }

  async #bindOrExplain(endpoint: BoundEndpoint): Promise<void> {
    this.#checkNotStopped();
    try {
      await endpoint.bind();
    } catch (error) {
      const others = [...this.#endpoints].filter((other) => other !== endpoint);
      throw explainedConflict(error, endpoint.options, others);
    }
  }

  #publish(running: readonly BoundEndpoint[]): void {
    this.#running = running;
    this.#addresses.publish(running.map(({ address }) => address));
  }

  #transportFor(endpoint: Endpoint): Transport {
    const transport = this.#options.transports.find((candidate) => candidate.canBind(endpoint));
    if (transport === undefined) throw new ServerError('SERVER_NO_TRANSPORT', formatEndpoint(endpoint));
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
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await settledOrAborted(this.#starting, this.#deadline.graceOver);
    await Promise.all([...this.#endpoints].map((endpoint) => endpoint.drain(this.#deadline)));
    this.#running = [];
    this.#heartbeat.stop();
    this.#deadline.end();
  }

  /** Stops at once: what is open is reset. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(AbortSignal.abort());
  }
}

const createHandlers = <C>(
  application: HttpApplication<C>,
  options: ResolvedServerOptions,
  upgrades: UpgradeLimit,
): ProtocolHandler[] => {
  const services = { ...options, upgrades };
  return options.protocols.map((protocol) => ({
    protocol,
    handler: protocol.createHandler(application, services),
    refuse: protocol.createRefuser?.(services),
  }));
};
