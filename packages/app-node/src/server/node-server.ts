import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HttpContext, HttpUpgradeFeature, httpLimitDefaults, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { type ConfigureEndpoint, type ServerEndpoint, WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { nodeUpgrade } from '@windhover/websockets';
import { NodeHandlerError } from '../errors.ts';
import { type NodeHandler, nodeHandler } from '../node-handler.ts';
import { type ListenArguments, readListenArguments } from './listen-arguments.ts';
import { OpenConnections } from './open-connections.ts';
import { type NodeServerOptions, type ServerSettings, limitsOf } from './server-settings.ts';

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * A server with the surface of `http.Server`, on Windhover: `listen`, `address`, `close`, and the events `request`,
 * `connection`, `upgrade`, `connect`, `checkContinue`, `listening`, `close` and `error`. Its settings become limits of the
 * server when it listens; later changes have no effect.
 *
 * Source: Node `http.Server`
 */
export class NodeServer extends EventEmitter implements ServerSettings, AsyncDisposable {
  keepAliveTimeout: number;
  headersTimeout: number;
  requestTimeout: number;
  timeout = 0;
  maxHeadersCount: number | null = null;
  maxRequestsPerSocket: number | null = null;
  maxConnections: number | null = null;
  readonly #options: NodeServerOptions;
  readonly #https: ConfigureEndpoint | undefined;
  readonly #connections = new OpenConnections();
  #server: WindhoverServer | undefined;
  #endpoint: ServerEndpoint | undefined;
  #isListening = false;

  /** @param https adds TLS to the endpoint */
  constructor(options: NodeServerOptions, listener: RequestListener | undefined, https?: ConfigureEndpoint) {
    super();
    this.#options = options;
    this.#https = https;
    this.keepAliveTimeout = options.keepAliveTimeout ?? httpLimitDefaults.keepAliveTimeout;
    this.headersTimeout = options.headersTimeout ?? httpLimitDefaults.requestHeadersTimeout;
    this.requestTimeout = options.requestTimeout ?? 0;
    if (listener !== undefined) this.on('request', listener);
  }

  get listening(): boolean {
    return this.#isListening;
  }

  /** Forms and defaults of `net.Server.listen`. What fails is emitted as `error`. */
  listen(...given: ListenArguments): this {
    const { target, signal, listening } = readListenArguments(given);
    if (this.#server !== undefined)
      throw coded('Listen method has been called more than once', 'ERR_SERVER_ALREADY_LISTEN');
    if (listening !== undefined) this.once('listening', listening);
    const server = new WindhoverServer({
      transports: [sockets()],
      protocols: [http1()],
      limits: limitsOf(this, this.#options),
      serverHeader: null,
      events: { applicationError: (error) => this.#reportError(error) },
    });
    this.#server = server;
    this.#endpoint = server.listen(target, (endpoint) => {
      this.#https?.(endpoint);
      endpoint.use(this.#connections.middleware((connection) => this.emit('connection', connection)));
    });
    signal?.addEventListener('abort', () => void this.close(), { once: true });
    void this.#start(server);
    return this;
  }

  async #start(server: WindhoverServer): Promise<void> {
    try {
      await server.start(pipelineApplication((context) => this.#handle(context)));
    } catch (error) {
      this.#server = undefined;
      this.emit('error', systemError(error));
      return;
    }
    this.#isListening = true;
    this.emit('listening');
  }

  /** `undefined` before it listens; the path of a unix socket. */
  address(): AddressInfo | string | null {
    const [endpoint] = this.#isListening ? (this.#endpoint?.endpoints ?? []) : [];
    if (endpoint?.kind === 'unix') return endpoint.path;
    if (endpoint?.kind !== 'ip') return null;
    const { address, port } = endpoint;
    return { address, port, family: address.includes(':') ? 'IPv6' : 'IPv4' };
  }

  /**
   * Accepts no more connections, lets requests that run finish, and asks idle clients to leave. The callback, and `close`,
   * come when the last connection has ended.
   */
  close(callback?: (error?: Error) => void): this {
    if (callback !== undefined) {
      if (this.#server === undefined)
        this.once('close', () => callback(coded('Server is not running.', 'ERR_SERVER_NOT_RUNNING')));
      else this.once('close', () => callback());
    }
    void this.#stop(this.#server);
    return this;
  }

  async #stop(server: WindhoverServer | undefined, signal?: AbortSignal): Promise<void> {
    this.#isListening = false;
    this.#server = undefined;
    const stopped = server?.stop(signal);
    this.closeIdleConnections();
    await stopped;
    if (server !== undefined || this.listenerCount('close') > 0) this.emit('close');
  }

  /** Ends the connections on which no request runs. */
  closeIdleConnections(): void {
    this.#connections.endIdle();
  }

  /** Resets every connection. */
  closeAllConnections(): void {
    this.#connections.abortAll();
  }

  getConnections(callback: (error: Error | null, count: number) => void): this {
    process.nextTick(callback, null, this.#connections.size);
    return this;
  }

  /** Kept for compatibility: connections end by the limits of the server. */
  setTimeout(milliseconds: number, callback?: () => void): this {
    this.timeout = milliseconds;
    if (callback !== undefined) this.on('timeout', callback);
    return this;
  }

  ref(): this {
    return this;
  }

  /** Kept for compatibility: a listening server keeps its process alive. */
  unref(): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop(this.#server);
  }

  #handle(context: HttpContext): void | Promise<void> {
    const { connectionId } = context.connection;
    this.#connections.count(connectionId, 1);
    context.response.onCompleted(() => this.#connections.count(connectionId, -1));
    const upgrade = context.features.get(HttpUpgradeFeature);
    if (upgrade?.isUpgradableRequest === true) {
      const event = context.request.method === 'CONNECT' ? 'connect' : 'upgrade';
      if (this.listenerCount(event) > 0) return this.#takeOver(event, context);
    }
    return this.#request(context);
  }

  readonly #request = nodeHandler(((request, response) => this.#emitRequest(request, response)) satisfies NodeHandler);

  #emitRequest(request: IncomingMessage, response: ServerResponse): void {
    const expects = request.headers.expect?.toLowerCase() === '100-continue';
    const event = expects && this.listenerCount('checkContinue') > 0 ? 'checkContinue' : 'request';
    if (this.emit(event, request, response)) return;
    throw new NodeHandlerError('NODE_LISTENER_MISSING');
  }

  async #takeOver(event: 'connect' | 'upgrade', { features }: HttpContext): Promise<void> {
    const { request, socket, head, answered } = nodeUpgrade(features);
    this.emit(event, request, socket, head);
    await answered;
  }

  /** As an error that a listener of `request` throws in `node:http`: nothing catches it but the process. */
  #reportError(error: unknown): void {
    if (this.listenerCount('applicationError') > 0) this.emit('applicationError', error);
    else console.error(error);
  }
}

const coded = (message: string, code: string): Error => Object.assign(new Error(message), { code });

/** Node's own error, with its `code` (`EADDRINUSE`), where it is the cause of ours. */
const systemError = (error: unknown): unknown => {
  for (let each = error; each instanceof Error; each = each.cause) if ('syscall' in each) return each;
  return error;
};
