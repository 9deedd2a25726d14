import { EventEmitter } from 'node:events';
import { type IncomingMessage, Server, ServerResponse } from 'node:http';
import { type AddressInfo, type ListenOptions, type Server as NetServer, createServer } from 'node:net';
import { Duplex } from 'node:stream';
import type { Connection, Transport } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import {
  type BadHttpRequestError,
  type HttpApplication,
  HttpRequestFeature,
  HttpRequestLifetimeFeature,
  HttpUpgradeFeature,
  callBack,
  httpLimitDefaults,
  isBadRequest,
} from '@windhover/http';
import { http1 } from '@windhover/http1';
import { type ConfigureEndpoint, WindhoverServer } from '@windhover/server';
import { listeningServer } from '@windhover/transport-sockets';
import { NodeHandlerError } from '../errors.ts';
import { type ExchangeSettings, exchangeSettings } from '../exchange-settings.ts';
import { failResponse, runNodeHandler } from '../node-exchange.ts';
import type { NodeHandler } from '../node-handler.ts';
import { expectsContinue } from '../node-request.ts';
import { SocketFacade } from '../socket/socket-facade.ts';
import { DetachedSocket } from '../upgrade/detached-socket.ts';
import { type NodeUpgrade, headOf, upgradeOf } from '../upgrade/node-upgrade.ts';
import { clientError } from './client-error.ts';
import { InheritableEmitter } from './inheritable-emitter.ts';
import { OpenConnections, type OpenRequest, type SocketObserver } from './open-connections.ts';
import {
  type NodeServerOptions,
  type ServerSettings,
  checkOptions,
  keepAliveField,
  limitsOf,
} from './server-settings.ts';
import { StreamTransport } from './stream-transport.ts';

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** The forms of `net.Server.listen`. */
export type ListenArguments =
  | [listening?: () => void]
  | [options: ListenOptions, listening?: () => void]
  | [port: number | string, listening?: () => void]
  | [port: number | string, host: string, listening?: () => void]
  | [port: number | string, backlog: number, listening?: () => void]
  | [port: number | string, host: string, backlog: number, listening?: () => void];

/**
 * A server with the API of `http.Server`, on Windhover, and an instance of it. Its settings become limits when it has
 * emitted `listening`; later changes have no effect.
 *
 * Source: Node.js `http.Server`
 */
export class NodeServer extends InheritableEmitter implements ServerSettings, AsyncDisposable {
  keepAliveTimeout: number;
  headersTimeout: number;
  requestTimeout: number;
  timeout = 0;
  maxHeadersCount: number | null = null;
  maxRequestsPerSocket: number | null = 0;
  maxConnections: number | null = null;
  readonly noDelay: boolean;
  readonly keepAlive: boolean;
  readonly keepAliveInitialDelay: number;
  readonly #options: NodeServerOptions;
  readonly #https: ConfigureEndpoint | undefined;
  readonly #connections: OpenConnections;
  readonly #settings: ExchangeSettings;
  #isReferenced = true;
  /** Set from `listen` until `close`. */
  #listener: Listener | undefined;
  /** Set from the first stream that the program emits until `close`. */
  #streams: Streams | undefined;

  /** Also for servers with TLS, whose prototypes are those of `https.Server`. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    const isOwn = this === NodeServer && typeof value === 'object' && value !== null && #connections in value;
    return isOwn || Function.prototype[Symbol.hasInstance].call(this, value);
  }

  /**
   * @param given same as for `http.createServer`: options, a listener for `request`, or both
   * @param https adds TLS to the endpoint
   */
  constructor(given?: NodeServerOptions | RequestListener, listener?: RequestListener, https?: ConfigureEndpoint) {
    // A rejected promise of a listener is an error of the application, as one that it throws.
    super({ captureRejections: true });
    const options = (typeof given === 'function' ? undefined : given) ?? {};
    const onRequest = typeof given === 'function' ? given : listener;
    checkOptions(options);
    this.#options = options;
    this.#https = https;
    const observer: SocketObserver = {
      wantsSockets: () => this.#wantsSockets(),
      opened: (...given) => this.#opened(...given),
      failed: (error, socket) => this.#emitClientError(error, socket),
    };
    this.#connections = new OpenConnections(observer, this, options.highWaterMark);
    this.keepAliveTimeout = options.keepAliveTimeout ?? httpLimitDefaults.keepAliveTimeout;
    this.headersTimeout = options.headersTimeout ?? httpLimitDefaults.requestHeadersTimeout;
    this.requestTimeout = options.requestTimeout ?? 0;
    this.noDelay = options.noDelay ?? true;
    this.keepAlive = options.keepAlive ?? false;
    this.keepAliveInitialDelay = options.keepAliveInitialDelay ?? 0;
    this.#settings = exchangeSettings(options);
    this.#settings.allowsHalfOpen = false;
    this.#settings.contentError = (error, socket) => this.#contentFailed(error, socket);
    if (onRequest !== undefined) this.on('request', onRequest);
    this.on('connection', this.#connectionEmitted);
  }

  /**
   * Whether a client that has ended its side may still read the response. Default false: it counts as disconnected, as
   * in Node.js.
   */
  get httpAllowHalfOpen(): boolean {
    return this.#settings.allowsHalfOpen;
  }

  set httpAllowHalfOpen(value: boolean) {
    this.#settings.allowsHalfOpen = value;
  }

  get listening(): boolean {
    return this.#listener?.net.listening ?? false;
  }

  /** Has the signatures, defaults and errors of `net.Server.listen`. */
  listen(...given: ListenArguments): this {
    if (this.#listener !== undefined) {
      throw coded('Listen method has been called more than once without closing.', 'ERR_SERVER_ALREADY_LISTEN');
    }
    const last = given.at(-1);
    const { noDelay, keepAlive, keepAliveInitialDelay } = this;
    const options = { noDelay, keepAlive, keepAliveInitialDelay };
    const net = createServer({ ...options, allowHalfOpen: true });
    const listener = new Listener(net, listeningServer(net, options));
    net.listen(...(given.filter((argument) => typeof argument !== 'function') as [number]));
    this.#listener = listener;
    if (typeof last === 'function') this.once('listening', last);
    if (!this.#isReferenced) net.unref();
    net.on('error', (error) => this.#listenFailed(listener, error));
    net.once('listening', () => void this.#start(listener));
    // The signal in the options closes the listening socket.
    net.once('close', () => void (this.#listener === listener && this.close()));
    return this;
  }

  #createServer(transport: Transport, isEmitted = false): WindhoverServer {
    // Settings that were made until now count.
    this.#settings.requestTimeout = this.requestTimeout;
    this.#settings.keepAlive = keepAliveField(this);
    const server = new WindhoverServer({
      transports: [transport],
      protocols: [http1()],
      limits: limitsOf(this, this.#options),
      serverHeader: null,
      events: { applicationError: (error) => this.#reportError(error), warning: () => this.emit('drop') },
      refusedConnection: (error, takeOver) => this.#refused(error, takeOver),
    });
    server.listen({ kind: 'x-listening-server' }, (endpoint) => {
      if (this.maxConnections === 0) endpoint.use(() => (connection) => this.#drop(connection));
      this.#https?.(endpoint);
      endpoint.use(this.#connections.middleware(isEmitted));
    });
    return server;
  }

  /** A limit of 0 refuses every connection; 0 is not in the range of the limits. */
  #drop(connection: Connection): void {
    connection.dispose();
    this.emit('drop');
  }

  readonly #application: HttpApplication<OpenRequest> = {
    createContext: (features) => this.#connections.begin(features),
    processRequest: (begun) => this.#handle(begun),
    disposeContext: (begun) => this.#connections.end(begun),
  };

  #listenFailed(listener: Listener, error: Error): void {
    // Failed accepts are reported by the transport.
    if (listener.isStarted) return;
    if (this.#listener === listener) this.#listener = undefined;
    this.emit('error', error);
  }

  async #start(listener: Listener): Promise<void> {
    listener.isStarted = true;
    this.emit('listening');
    if (this.#listener !== listener) return;
    try {
      listener.server = this.#createServer(listener.transport);
      await listener.server.start(this.#application);
    } catch (error) {
      // The server was closed meanwhile.
      if (this.#listener !== listener) return;
      this.#listener = undefined;
      listener.net.close();
      this.emit('error', error);
    }
  }

  /** Address of the server: `null` while it does not listen, the path for a unix socket. */
  address(): AddressInfo | string | null {
    return this.#listener?.net.address() ?? null;
  }

  /**
   * Stops accepting connections, closes idle ones, and lets running requests finish. The callback and the event `close`
   * follow when the last connection has ended.
   */
  close(callback?: (error?: Error) => void): this {
    const listener = this.#listener;
    this.#listener = undefined;
    if (callback !== undefined) {
      const error = listener === undefined ? coded('Server is not running.', 'ERR_SERVER_NOT_RUNNING') : undefined;
      this.once('close', () => callback(error));
    }
    listener?.net.close();
    this.closeIdleConnections();
    void this.#stopStreams();
    void this.#stop(listener);
    return this;
  }

  async #stop(listener: Listener | undefined): Promise<void> {
    await listener?.server?.stop();
    this.emit('close');
  }

  /** Closes the connections without running requests. */
  closeIdleConnections(): void {
    this.#connections.endIdle();
  }

  /** Closes every connection. */
  closeAllConnections(): void {
    this.#connections.endAll();
  }

  getConnections(callback: (error: Error | null, count: number) => void): this {
    process.nextTick(callback, null, this.#connections.size);
    return this;
  }

  /**
   * Emits `timeout` when a connection has been idle for this time, and closes it if there is no listener for `timeout`.
   * Applies to connections accepted later. 0 for none.
   */
  setTimeout(milliseconds: number | (() => void), callback?: () => void): this {
    const listener = typeof milliseconds === 'function' ? milliseconds : callback;
    this.timeout = typeof milliseconds === 'function' ? 0 : milliseconds;
    if (listener !== undefined) this.on('timeout', listener);
    return this;
  }

  ref(): this {
    this.#isReferenced = true;
    this.#listener?.net.ref();
    return this;
  }

  /** Lets the process exit while the server listens. */
  unref(): this {
    this.#isReferenced = false;
    this.#listener?.net.unref();
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#listener === undefined) return this.#stopStreams();
    const closed = new Promise<void>((resolve) => this.once('close', resolve));
    this.close();
    await closed;
  }

  // Connections

  #wantsSockets(): boolean {
    return (
      this.timeout > 0 ||
      this.listenerCount('secureConnection') + this.listenerCount('clientError') > 0 ||
      this.listenerCount('connection') > this.listenerCount('connection', this.#connectionEmitted)
    );
  }

  #opened(socket: SocketFacade, isEmitted: boolean, connection: Connection): void {
    if (this.timeout > 0) socket.setTimeout(this.timeout);
    if (!isEmitted) this.emit('connection', this.#https === undefined ? socket : this.#socketBelow(connection));
    if (this.#https !== undefined) this.emit('secureConnection', socket);
  }

  /** As in Node.js, the events `connection` and `secureConnection` have two sockets: programs count or mark both. */
  #socketBelow(connection: Connection): SocketFacade {
    const socket = new SocketFacade(connection.features, connection, this);
    socket.isServed = true;
    connection.onClosed({ closed: (_connection, error) => socket.connectionClosed(error) });
    return socket;
  }

  /** A listener that throws does not keep the connection, or the request, from ending. */
  #emitClientError(error: Error, socket: Duplex): void {
    callBack(() => this.emit('clientError', error, socket));
  }

  /** Lets a listener of `clientError` answer an invalid request. */
  #refused(refusal: BadHttpRequestError, takeOver: () => Connection): boolean {
    if (this.listenerCount('clientError') === 0) return false;
    const error = clientError(refusal);
    if (error === undefined) return false;
    const connection = takeOver();
    const socket = new DetachedSocket(connection, this.#connections.socketOf(connection));
    // As in Node.js, more bytes are dropped, and a client that ends its side closes the socket.
    socket.allowHalfOpen = this.httpAllowHalfOpen;
    this.#emitClientError(error, socket);
    if (socket.readableFlowing === null) socket.resume();
    return true;
  }

  /** Lets a listener of `clientError` answer a request whose content is malformed or incomplete. */
  #contentFailed(refusal: Error, socket: SocketFacade): boolean {
    if (this.listenerCount('clientError') === 0 || !isBadRequest(refusal)) return false;
    const error = clientError(refusal);
    if (error === undefined) return false;
    this.#emitClientError(error, socket);
    return true;
  }

  // Streams of the program

  /** The listener for `connection` that every server of Node.js has. It serves streams that the program emits. */
  readonly #connectionEmitted = (stream: Duplex): void => {
    if (stream instanceof SocketFacade) return;
    this.#streams ??= this.#serveStreams();
    this.#streams.transport.serve(stream);
  };

  #serveStreams(): Streams {
    const transport = new StreamTransport();
    const streams: Streams = { transport, server: this.#createServer(transport, true) };
    streams.server.start(this.#application).catch((error: unknown) => {
      transport.discard();
      if (this.#streams === streams) this.emit('error', error);
    });
    return streams;
  }

  async #stopStreams(): Promise<void> {
    const streams = this.#streams;
    this.#streams = undefined;
    await streams?.server.stop();
    streams?.transport.discard();
  }

  // Requests

  #handle({ request: features, facade: socket }: OpenRequest): void | Promise<void> {
    const upgrade = features.get(HttpUpgradeFeature);
    if (upgrade?.isUpgradableRequest === true) {
      const { method } = features.require(HttpRequestFeature);
      const event = method === 'CONNECT' ? 'connect' : 'upgrade';
      if (this.listenerCount(event) > 0) {
        const upgraded = upgradeOf(features, socket);
        if (event === 'connect' || this.#shouldUpgrade(upgraded)) return this.#takeOver(event, upgraded, features);
      }
    }
    return runNodeHandler(this.#emitRequest, features, socket, this.#settings);
  }

  readonly #emitRequest: NodeHandler = (request, response) => {
    const event = this.listenerCount('checkContinue') > 0 && expectsContinue(request) ? 'checkContinue' : 'request';
    if (!this.emit(event, request, response)) throw new NodeHandlerError('APP_NODE_LISTENER_MISSING');
  };

  #shouldUpgrade({ request }: Pick<NodeUpgrade, 'request'>): boolean {
    return this.#options.shouldUpgradeCallback?.call(this, request) ?? true;
  }

  async #takeOver(
    event: 'connect' | 'upgrade',
    { request, socket, answered }: Omit<NodeUpgrade, 'head'>,
    features: FeatureCollection,
  ): Promise<void> {
    // As in Node.js, a listener that throws has the socket, so no other code can answer for it.
    callBack(() => this.emit(event, request, socket, headOf(features)));
    // A socket that is destroyed without an answer ends the connection.
    if (!(await answered)) features.require(HttpRequestLifetimeFeature).abort();
  }

  /** Source: Node.js `_http_server.js`, `Server.prototype[EE.captureRejectionSymbol]` */
  override [EventEmitter.captureRejectionSymbol](error: Error, _event: string | symbol, ...given: unknown[]): void {
    const [first, second] = given;
    if (second instanceof ServerResponse) return failResponse(second, error);
    this.#reportError(error);
    for (const stream of [first, second]) if (stream instanceof Duplex) stream.destroy();
  }

  /** In `node:http` an error of a handler ends the process, unless the process handles it. */
  #reportError(error: unknown): void {
    if (this.listenerCount('applicationError') > 0) this.emit('applicationError', error);
    else console.error(error);
  }
}

// For `instanceof http.Server` and `net.Server`. The class overrides all of their public members.
Object.setPrototypeOf(NodeServer.prototype, Server.prototype);

/** The streams that the program emits, and their server. */
interface Streams {
  readonly transport: StreamTransport;
  readonly server: WindhoverServer;
}

/** One call of `listen`. */
class Listener {
  readonly net: NetServer;
  readonly transport: Transport;
  /** Made when the server listens. */
  server: WindhoverServer | undefined;
  /** Whether the server listens. */
  isStarted = false;

  constructor(net: NetServer, transport: Transport) {
    this.net = net;
    this.transport = transport;
  }
}

const coded = (message: string, code: string): Error => Object.assign(new Error(message), { code });
