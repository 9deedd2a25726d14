import { type Endpoint, type Transport, formatEndpoint, settledOrAborted } from '@windhover/connections';
import { type DiagnosticsChannel, type ServerMessage, channels } from '@windhover/diagnostics';
import { type HttpApplication, ServerAddressesFeature } from '@windhover/http';
import { explainedConflict } from './binding/address-conflict.ts';
import { BoundEndpoint, type EndpointHost } from './binding/bound-endpoint.ts';
import {
  type EndpointDescription,
  defaultAddress,
  describeAddresses,
  describeEndpoint,
  formatDescription,
} from './binding/endpoint-description.ts';
import { ListenMethods } from './binding/listen-methods.ts';
import { type ConfigureEndpoint, ListenOptions, configureEndpoint } from './binding/listen-options.ts';
import type { ListenTarget } from './binding/listen-target.ts';
import { disposeAll } from './binding/owned-resources.ts';
import type { ProtocolHandler } from './binding/protocol-choice.ts';
import { ServerAddresses } from './binding/server-addresses.ts';
import { ServerEndpoint } from './binding/server-endpoint.ts';
import {
  type ConnectionCounters,
  ConnectionCountersFeature,
  type RejectionReason,
} from './connections/connection-counters.ts';
import { ConnectionLimiter } from './connections/connection-limiter.ts';
import { Rejections } from './connections/rejections.ts';
import { ServerFeatures } from './connections/server-features.ts';
import { UpgradeLimit } from './connections/upgrade-limit.ts';
import { ServerError } from './errors.ts';
import { Heartbeat } from './lifetime/heartbeat.ts';
import { StopDeadline, withinGrace } from './lifetime/stop-deadline.ts';
import { type ResolvedServerOptions, type ServerOptions, resolveServerOptions } from './server-options.ts';

const serverDraining = channels['windhover:server:draining'];
const serverStopped = channels['windhover:server:stopped'];

/** Endpoints to open and to close on a running server. */
export interface EndpointChanges {
  readonly open?: readonly EndpointDescription[];
  readonly close?: readonly ServerEndpoint[];
}

/**
 * A server: binds endpoints, tracks their connections, runs an application on them, and stops without losing requests.
 *
 * Source: Kestrel `KestrelServer`
 */
export class WindhoverServer extends ListenMethods {
  /**
   * `ServerAddressesFeature`, `ConnectionCountersFeature`, and features that higher layers add. Every connection and
   * request inherits them.
   */
  readonly features: ServerFeatures;
  readonly #options: ResolvedServerOptions;
  readonly #addresses = new ServerAddresses();
  readonly #toStart: ServerEndpoint[] = [];
  readonly #endpointDefaults: ConfigureEndpoint[] = [];
  readonly #heartbeat: Heartbeat;
  readonly #upgrades: UpgradeLimit;
  readonly #rejections: Rejections;
  readonly #deadline: StopDeadline;
  /** Includes endpoints that are being bound or closed. */
  readonly #endpoints = new Map<BoundEndpoint, ServerEndpoint>();
  #running: readonly BoundEndpoint[] = [];
  #host: EndpointHost | undefined;
  #accepted = 0;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  /**
   * @throws TypeError for an unknown or missing option, and for a value of a wrong type
   * @throws HttpError `HTTP_LIMIT_INVALID`
   */
  constructor(options: ServerOptions) {
    super();
    this.#options = resolveServerOptions(options);
    this.features = new ServerFeatures(options.features);
    const { clock, events, limits } = this.#options;
    this.#heartbeat = new Heartbeat(clock, (now) => this.#beat(now));
    this.#deadline = new StopDeadline(clock);
    this.#upgrades = new UpgradeLimit(limits.maxConcurrentUpgradedConnections);
    this.#rejections = new Rejections((message) => events.warning(message));
    this.features.set(ServerAddressesFeature, this.#addresses);
    this.features.set(ConnectionCountersFeature, this);
  }

  #beat(now: number): void {
    for (const endpoint of this.#endpoints.keys()) endpoint.beat(now);
  }

  // Counters

  /** Open connections. */
  get connectionCount(): number {
    let count = 0;
    for (const endpoint of this.#endpoints.keys()) count += endpoint.connectionCount;
    return count;
  }

  /** Open connections that were upgraded to another protocol. */
  get upgradedConnectionCount(): number {
    return this.#upgrades.count;
  }

  /** A snapshot of the connection counters. */
  get counters(): ConnectionCounters {
    return {
      current: this.connectionCount,
      upgraded: this.upgradedConnectionCount,
      total: this.#accepted,
      rejected: { ...this.#rejections.counts },
    };
  }

  // Endpoints

  /**
   * Adds an endpoint that was created before the server.
   *
   * @throws ServerError `SERVER_ALREADY_STARTED`, `SERVER_STOPPED`
   */
  add(endpoint: ServerEndpoint): void {
    this.addToStart(endpoint);
  }

  protected addToStart(endpoint: ServerEndpoint): void {
    this.#checkNotStarted();
    this.#toStart.push(endpoint);
  }

  protected get transports(): readonly Transport[] {
    return this.#options.transports;
  }

  /**
   * Configures every endpoint, including the endpoints of addresses, before the endpoint's own configuration. A second
   * call adds to the first.
   *
   * @throws ServerError `SERVER_ALREADY_STARTED`, `SERVER_STOPPED`
   * Source: Kestrel `ConfigureEndpointDefaults`, where the last call replaces earlier ones and existing endpoints are
   * not affected
   */
  configureEndpointDefaults(configure: ConfigureEndpoint): this {
    this.#checkNotStarted();
    this.#endpointDefaults.push(configure);
    return this;
  }

  /** The listening endpoints, in the order in which they were added. */
  get endpoints(): readonly ServerEndpoint[] {
    return this.#running.map((bound) => this.#endpoints.get(bound)!);
  }

  /** Endpoints that listen or still have connections, also while the server stops. */
  get drainingEndpoints(): readonly ServerEndpoint[] {
    return [...this.#endpoints.values()];
  }

  /**
   * Adds an endpoint to the running server. If it cannot listen, nothing changes.
   *
   * @param target an address as text, or a listen target
   * @throws AddressError, TransportError, ServerError as `start` does; ServerError `SERVER_NOT_STARTED`
   */
  async addEndpoint(target: ListenTarget | string, configure?: ConfigureEndpoint): Promise<ServerEndpoint> {
    const [endpoint] = await this.changeEndpoints({ open: [describeEndpoint(target, configure)] });
    return endpoint!;
  }

  /**
   * Replaces endpoints of the running server. A listening socket that both an old and a new endpoint use is passed on,
   * so that no client is refused. Old endpoints end as with `ServerEndpoint.close`. The call waits until their
   * addresses are free, not for their connections.
   *
   * If one of the new endpoints cannot listen, none is opened, and the old ones stay unchanged.
   *
   * @returns the new endpoints, in the order of `open`
   * @throws AddressError, TransportError, ServerError as `start` does; ServerError `SERVER_NOT_STARTED`; `SERVER_STOPPED`,
   *   also if the server begins to stop during the call
   */
  async changeEndpoints({ open = [], close = [] }: EndpointChanges): Promise<ServerEndpoint[]> {
    this.#checkNotStopped();
    if (this.#starting === undefined) throw new ServerError('SERVER_NOT_STARTED');
    await this.#starting;
    this.#checkNotStopped();
    const replaced = [...this.#endpoints].filter(([, endpoint]) => close.includes(endpoint)).map(([bound]) => bound);
    const opened = await this.#openAll(
      open.map((description) => new ServerEndpoint(description)),
      replaced,
    );
    // The stop closes the new endpoints, too.
    this.#checkNotStopped();
    for (const { bound } of opened) bound.takeOver();
    this.#publish([...this.#running.filter((bound) => !replaced.includes(bound)), ...opened.map(({ bound }) => bound)]);
    for (const endpoint of close) void endpoint.close();
    await Promise.all(close.map((endpoint) => endpoint.unbind()));
    return opened.map(({ endpoint }) => endpoint);
  }

  // Start

  /**
   * Binds all endpoints and serves the application. If one cannot be bound, none listens.
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
    const endpoints = this.#endpointsToStart();
    this.#host = this.#createHost(application);
    this.#heartbeat.start();
    try {
      const opened = await this.#openAll(endpoints, []);
      this.#publish(opened.filter(({ endpoint }) => !endpoint.isClosed).map(({ bound }) => bound));
    } catch (error) {
      this.#heartbeat.stop();
      throw error;
    }
  }

  /** Endpoints take precedence over addresses, addresses over the default. */
  #endpointsToStart(): readonly ServerEndpoint[] {
    const addresses = this.#addresses.freeze();
    const endpoints = this.#toStart.filter(({ isClosed }) => !isClosed);
    if (endpoints.length > 0) {
      if (addresses.length > 0) this.#warn(`${addresses.join(', ')}: not used, because endpoints are configured`);
      return endpoints;
    }
    const described = describeAddresses(addresses);
    const descriptions = described.length > 0 ? described : describeAddresses([defaultAddress]);
    return descriptions.map((description) => new ServerEndpoint(description));
  }

  /** Configures all endpoints, then binds them. If one fails, none listens. */
  async #openAll(
    endpoints: readonly ServerEndpoint[],
    replaced: readonly BoundEndpoint[],
  ): Promise<{ readonly endpoint: ServerEndpoint; readonly bound: BoundEndpoint }[]> {
    const opened: { readonly endpoint: ServerEndpoint; readonly bound: BoundEndpoint }[] = [];
    try {
      for (const endpoint of endpoints) opened.push({ endpoint, bound: await this.#configure(endpoint) });
      for (const { bound } of opened) await this.#bindOrExplain(bound, replaced);
      return opened;
    } catch (error) {
      // Clients that have already connected to one of the bound endpoints are reset.
      await Promise.all(opened.map(({ bound }) => bound.discard()));
      throw error;
    }
  }

  #createHost<C>(application: HttpApplication<C>): EndpointHost {
    const options = this.#options;
    const heartbeat = this.#heartbeat;
    const limits = new ConnectionLimiter(options.limits);
    return {
      options,
      heartbeat,
      upgrades: this.#upgrades,
      limits,
      features: this.features,
      isStopping: () => this.#stopping !== undefined,
      warn: (message) => this.#warn(message),
      inform: (message) => options.events.information(message),
      hasRoom: () => limits.hasRoom(this.connectionCount - this.#upgrades.released),
      createHandlers: (upgrades, hasPriorKnowledge) =>
        createHandlers(application, options, upgrades, hasPriorKnowledge),
      transportFor: (endpoint) => this.#transportFor(endpoint),
      bindOptions: {
        maxWriteBufferSize: options.limits.maxResponseBufferSize ?? Infinity,
        // One pair of functions for all endpoints: a problem of the process is reported once.
        onAcceptError: (error) => this.#warn(error.message),
        onAcceptRecovered: () => this.#warn('New connections can be accepted again'),
      },
      accepted: () => void this.#accepted++,
      rejected: (reason: RejectionReason, name) => this.#rejections.add(reason, name, heartbeat.now),
      closing: (endpoint) => this.#publish(this.#running.filter((other) => other !== endpoint)),
      closed: (endpoint) => void this.#endpoints.delete(endpoint),
    };
  }

  /** Configures an endpoint, which then owns the resources of its options. */
  async #configure(endpoint: ServerEndpoint): Promise<BoundEndpoint> {
    const warn = (message: string): void => this.#warn(message);
    const applicationProtocols = this.#options.protocols.map(({ alpn }) => alpn);
    const inform = (message: string): void => this.#options.events.information(message);
    const options = new ListenOptions(endpoint.description.target, { applicationProtocols, warn, inform });
    try {
      this.#applyTo(options, endpoint.description);
      await options.prepared();
      const bound = new BoundEndpoint(options, this.#host!);
      endpoint.attach(bound);
      this.#endpoints.set(bound, endpoint);
      return bound;
    } catch (error) {
      await withinGrace(disposeAll(options.resources, warn), this.#options.clock);
      throw error;
    }
  }

  /**
   * Applies the defaults, the description and its callback. TLS comes last, if the address uses https and no callback
   * added it.
   */
  #applyTo(options: ListenOptions, description: EndpointDescription): void {
    const { name, protocols, limits, socket, configure, isHttps = false } = description;
    for (const each of this.#endpointDefaults) configureEndpoint(options, each);
    if (name !== undefined) options.name = name;
    if (protocols !== undefined) options.protocols = protocols;
    if (limits !== undefined) options.limits = limits;
    if (socket !== undefined) options.socket = socket;
    configureEndpoint(options, configure);
    if (!isHttps) return;
    if (!options.isTls) this.#options.useHttps?.(options);
    if (!options.isTls) throw new ServerError('SERVER_TLS_NOT_CONFIGURED', formatDescription(description));
  }

  /** @param replaced endpoints that close when this one listens */
  async #bindOrExplain(bound: BoundEndpoint, replaced: readonly BoundEndpoint[]): Promise<void> {
    this.#checkNotStopped();
    try {
      await bound.bind(replaced);
    } catch (error) {
      const others = [...this.#endpoints.keys()].filter((other) => other !== bound);
      throw explainedConflict(error, bound.options, {
        own: others,
        closing: new Set(replaced),
        siblings: this.#options.siblingAddresses(),
      });
    }
  }

  #warn(message: string): void {
    this.#options.events.warning(message);
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
   * Stops the server. It accepts no new connections and asks open ones to close after their current work. When the
   * signal aborts, it resets the rest. It never rejects. A second call waits for the first; its signal counts, too. A
   * start in progress is cancelled.
   *
   * @param signal the deadline; without one, there is no time limit
   */
  stop(signal?: AbortSignal): Promise<void> {
    if (signal !== undefined) this.#deadline.follow(signal);
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#tell(serverDraining);
    await settledOrAborted(this.#starting, this.#deadline.graceOver);
    await Promise.all([...this.#endpoints.keys()].map((endpoint) => endpoint.drain(this.#deadline)));
    this.#running = [];
    this.#heartbeat.stop();
    this.#deadline.end();
    this.#tell(serverStopped);
  }

  #tell(channel: DiagnosticsChannel<ServerMessage>): void {
    if (channel.hasSubscribers) channel.publish({ features: this.features, connectionCount: this.connectionCount });
  }

  /** Stops at once and resets open connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(AbortSignal.abort());
  }
}

const createHandlers = <C>(
  application: HttpApplication<C>,
  options: ResolvedServerOptions,
  upgrades: UpgradeLimit,
  hasPriorKnowledge: boolean,
): ProtocolHandler[] => {
  const http2 = hasPriorKnowledge ? options.protocols.find(({ alpn }) => alpn === 'h2') : undefined;
  const services = {
    ...options,
    upgrades,
    priorKnowledge: http2?.createHandler(application, { ...options, upgrades }),
  };
  return options.protocols.map((protocol) => ({
    protocol,
    handler: protocol.createHandler(application, services),
    refuse: protocol.createRefuser?.(services),
  }));
};
