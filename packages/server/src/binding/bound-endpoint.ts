import {
  type Connection,
  type ConnectionDelegate,
  type Endpoint,
  buildConnectionPipeline,
  settledOrAborted,
} from '@windhover/connections';
import { channels } from '@windhover/diagnostics';
import type { RejectionReason } from '../connections/connection-counters.ts';
import { ConnectionLimiter } from '../connections/connection-limiter.ts';
import { checkEndpointLimits } from '../server-limits.ts';
import { ConnectionManager } from '../connections/connection-manager.ts';
import type { ConnectionHost } from '../connections/server-connection.ts';
import type { ServerFeatures } from '../connections/server-features.ts';
import { UpgradeLimit } from '../connections/upgrade-limit.ts';
import type { Heartbeat } from '../lifetime/heartbeat.ts';
import { StopDeadline } from '../lifetime/stop-deadline.ts';
import type { ResolvedServerOptions } from '../server-options.ts';
import { bindTarget } from './address-binder.ts';
import { EndpointSockets, type SocketsHost } from './endpoint-sockets.ts';
import type { ListenOptions } from './listen-options.ts';
import { disposeAll } from './owned-resources.ts';
import { type ProtocolHandler, chooseProtocol, usualProtocol } from './protocol-choice.ts';

/** The parts of the server that an endpoint uses. */
export interface EndpointHost extends SocketsHost {
  readonly options: ResolvedServerOptions;
  /** Features of the server; every connection inherits them. */
  readonly features: ServerFeatures;
  readonly heartbeat: Heartbeat;
  readonly upgrades: UpgradeLimit;
  /** Limits of the whole server. */
  readonly limits: ConnectionLimiter;
  /** Whether the server's limit allows one more connection. */
  hasRoom(): boolean;
  /** @param hasPriorKnowledge whether clients may use HTTP/2 without TLS in addition to HTTP/1.1 */
  createHandlers(upgrades: UpgradeLimit, hasPriorKnowledge: boolean): ProtocolHandler[];
  accepted(): void;
  rejected(reason: RejectionReason, endpointName: string): void;
  /** Called before the endpoint stops listening; `server.endpoints` then no longer lists it. */
  closing(endpoint: BoundEndpoint): void;
  /** Called when the endpoint and its connections are closed. */
  closed(endpoint: BoundEndpoint): void;
}

const connectionAccepted = channels['windhover:connection:accepted'];
const connectionClosed = channels['windhover:connection:closed'];
const connectionRejected = channels['windhover:connection:rejected'];

/** Milliseconds that the connections of a closing endpoint have to end. Source: Kestrel, at a reload */
const closeTime = 5000;

/** Rejected connections that are answered at the same time; further ones are closed without an answer. */
const mostAnswered = 64;

/**
 * One endpoint of a running server: its listening sockets, its connections and their pipeline.
 *
 * Source: Kestrel `TransportManager`, `ConnectionLimitMiddleware`
 */
export class BoundEndpoint implements ConnectionHost {
  readonly options: ListenOptions;
  readonly #host: EndpointHost;
  readonly #heartbeat: Heartbeat;
  readonly #connections: ConnectionManager;
  /** Rejected connections that are being answered. */
  readonly #unwanted: ConnectionManager = new ConnectionManager(this);
  readonly #upgrades: UpgradeLimit;
  readonly #limits: ConnectionLimiter;
  readonly #pipeline: ConnectionDelegate;
  readonly #refuse: ConnectionDelegate | undefined;
  readonly #sockets: EndpointSockets;
  #answered = 0;
  #address = '';
  #binding: Promise<void> | undefined;
  #unbinding: Promise<void> | undefined;
  #draining: Promise<void> | undefined;
  /** Deadline of the close. Every further call of `close` may bring it forward. */
  readonly #deadline: StopDeadline;

  /** @throws ServerError `SERVER_NO_PROTOCOL`, `SERVER_PROTOCOL_UNKNOWN`; HttpError `HTTP_LIMIT_INVALID` */
  constructor(options: ListenOptions, host: EndpointHost) {
    this.options = options;
    this.#host = host;
    this.#heartbeat = host.heartbeat;
    this.#deadline = new StopDeadline(host.options.clock);
    this.#connections = new ConnectionManager(this, host.options.limits.maxConnectionAge);
    this.#sockets = new EndpointSockets((connection) => this.#accept(connection), options.socket, host);
    this.#upgrades = new UpgradeLimit(null, host.upgrades);
    checkEndpointLimits(options.limits);
    this.#limits = new ConnectionLimiter(options.limits);
    const handlers = host.createHandlers(this.#upgrades, !options.isTls && options.protocols.includes('h2'));
    this.#pipeline = this.#buildPipeline(handlers);
    const canAnswer = host.options.rejectedConnections === 'answer' && !options.isTls && options.handler === undefined;
    if (canAnswer) this.#refuse = usualProtocol(options.protocols, handlers).refuse;
  }

  get name(): string {
    return this.options.name;
  }

  get address(): string {
    return this.#address;
  }

  get endpoints(): readonly Endpoint[] {
    return this.#sockets.endpoints;
  }

  get connectionCount(): number {
    return this.#connections.count;
  }

  get upgradedConnectionCount(): number {
    return this.#upgrades.count;
  }

  /** For `ConnectionEndpointNameFeature`. */
  get endpointName(): string {
    return this.options.name;
  }

  /** Milliseconds of the server's clock at its last heartbeat. */
  get now(): number {
    return this.#heartbeat.now;
  }

  /** Lets every connection check its timeouts. */
  beat(now: number): void {
    this.#connections.beat(now);
    if (this.#unwanted.count > 0) this.#unwanted.beat(now);
  }

  /** Features of the server and the host, for the connections. */
  get serverFeatures(): ServerFeatures {
    return this.#host.features;
  }

  // Bind

  /**
   * Listens. After a failure, `discard` closes the sockets that were bound.
   *
   * @param replaced endpoints whose sockets `takeOver` may take instead of binding new ones
   */
  bind(replaced: readonly BoundEndpoint[] = []): Promise<void> {
    if (this.#draining !== undefined) return Promise.resolve();
    this.#sockets.replace(replaced.map((endpoint) => endpoint.#sockets));
    this.#binding = this.#bind();
    return this.#binding;
  }

  async #bind(): Promise<void> {
    this.#address = await bindTarget(this.options, {
      bind: (endpoint) => this.#sockets.bind(endpoint),
      giveBack: (listener) => this.#sockets.giveBack(listener),
      inform: (message) => this.#host.inform(message),
    });
  }

  /** Takes over the sockets of replaced endpoints. */
  takeOver(): void {
    this.#sockets.takeOver();
  }

  // Connections

  #accept(connection: Connection): void | Promise<void> {
    this.#host.accepted();
    const reason = this.#reasonAgainstOneMore();
    if (reason === undefined) {
      this.#connections.add(connection);
      if (connectionAccepted.hasSubscribers || connectionClosed.hasSubscribers) observe(connection);
      return this.#pipeline(connection);
    }
    if (this.#refuse !== undefined) this.#unwanted.add(connection);
    return this.#reject(connection, reason);
  }

  #reasonAgainstOneMore(): RejectionReason | undefined {
    if (!this.#limits.hasRoom(this.connectionCount - this.#upgrades.released)) return 'endpointLimit';
    return this.#host.hasRoom() ? undefined : 'serverLimit';
  }

  /** Connections are counted by address below TLS, and above the middleware that determines the client's real address. */
  #buildPipeline(handlers: readonly ProtocolHandler[]): ConnectionDelegate {
    const { middleware, belowTls, protocols, isTls, handler } = this.options;
    const terminal = handler ?? chooseProtocol(protocols, isTls, handlers);
    const areByAddress = this.#limits.areByAddress || this.#host.limits.areByAddress;
    if (!areByAddress) return buildConnectionPipeline(middleware, terminal);
    const limited =
      (next: ConnectionDelegate): ConnectionDelegate =>
      (connection) => {
        const isWithin = this.#limits.enter(connection) && this.#host.limits.enter(connection);
        return isWithin ? next(connection) : this.#reject(connection, 'remoteAddressLimit');
      };
    return buildConnectionPipeline(middleware.toSpliced(belowTls, 0, limited), terminal);
  }

  #reject(connection: Connection, reason: RejectionReason): void | Promise<void> {
    this.#host.rejected(reason, this.name);
    if (connectionRejected.hasSubscribers) {
      connectionRejected.publish({ connection, reason, endpointName: this.name });
    }
    if (this.#refuse === undefined || this.#answered >= mostAnswered) return connection.dispose();
    this.#answered++;
    connection.onClosed({ closed: () => void this.#answered-- });
    return this.#refuse(connection);
  }

  // Closing

  /** Same as `unbind`, while the server keeps running. */
  async stopListening(): Promise<void> {
    this.#host.closing(this);
    await this.unbind();
  }

  unbind(): Promise<void> {
    this.#unbinding ??= this.#unbind();
    return this.#unbinding;
  }

  async #unbind(): Promise<void> {
    await Promise.allSettled([this.#binding]);
    await this.#sockets.close();
  }

  async close(signal?: AbortSignal): Promise<void> {
    if (signal === undefined) this.#deadline.within(closeTime);
    else this.#deadline.follow(signal);
    this.#host.closing(this);
    await this.drain();
  }

  /** Same as `close`, with the deadline of a server that stops. */
  drain(deadline?: StopDeadline): Promise<void> {
    if (deadline !== undefined) this.#deadline.notAfter(deadline);
    this.#draining ??= this.#drain(this.#deadline);
    return this.#draining;
  }

  /** Closes at once after a failed bind, and resets clients that have already connected. */
  discard(): Promise<void> {
    this.#deadline.follow(AbortSignal.abort());
    return this.drain();
  }

  async #drain({ reached, graceOver }: StopDeadline): Promise<void> {
    await settledOrAborted(this.unbind(), graceOver);
    this.#connections.requestClose();
    await settledOrAborted(this.#connections.whenEmpty(), reached);
    this.#abortAll();
    await settledOrAborted(this.#connections.whenEmpty(), graceOver);
    await settledOrAborted(this.#leave(), graceOver);
    this.#deadline.end();
  }

  #abortAll(): void {
    this.#connections.abortAll();
    this.#unwanted.abortAll();
  }

  async #leave(): Promise<void> {
    await disposeAll(this.options.resources, (message) => this.#host.warn(message));
    // A connection that never ends stays counted.
    void this.#connections.whenEmpty().then(() => this.#host.closed(this));
  }
}

/** Publishes on the channels that a connection was accepted, and later that it closed. */
const observe = (connection: Connection): void => {
  connection.onClosed({ closed: (_connection, error) => connectionClosed.publish({ connection, error }) });
  connectionAccepted.publish({ connection });
};
