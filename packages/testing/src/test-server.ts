import { type Connection, resolveOptions, toDuplex, withDefaults } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import type { WebHost } from '@windhover/hosting';
import { HttpRequestIdentifierFeature } from '@windhover/http';
import type { Application, ApplicationModule, ApplicationObject } from 'windhover';
import type { RequestHandler } from '@windhover/http';
import type { NodeHandler } from '@windhover/app-node';
import { CookieJar } from './cookie-jar.ts';
import { TestServerError } from './errors.ts';
import type { TestFetchOptions } from './test-fetch-options.ts';
import { TestLink } from './http-client.ts';
import { type Base, type RequestMessage, hasField, requestMessage } from './request-message.ts';
import { SlowConnection } from './slow-connection.ts';
import { SystemTestClock, TestClock } from './test-clock.ts';
import { TestConnection } from './test-connection.ts';
import { testHost } from './test-host.ts';
import { TestLog, type TestLogEntry } from './test-log.ts';
import { type TestConnectOptions, TestNetwork } from './test-network.ts';
import { TestWebSocket } from './test-web-socket.ts';
import { WebSocketTunnel } from './web-socket-tunnel.ts';

/** Options of a test server. All have defaults. */
export interface TestServerOptions {
  /** Whether paths are requested over TLS. The server sees TLS, but nothing is encrypted. Default false. */
  readonly https?: boolean;
  /** Default `http/1.1`. */
  readonly protocol?: 'http/1.1' | 'h2';
  /**
   * `manual`: the server's time stands still until `clock.advance`. `system`: the server uses the system clock. Timers
   * of the application are not affected. Default `manual`.
   */
  readonly clock?: 'manual' | 'system';
  /**
   * `throw`: an unhandled error of the application rejects the fetch that waits for its response; without such a fetch,
   * `stop` throws the error. `respond`: the server responds with 500 as in production and keeps the error in `errors`.
   * Default `throw`.
   */
  readonly errors?: 'throw' | 'respond';
  /** Whether `fetch` keeps the cookies of responses and sends them with later requests, as a browser does. Default false. */
  readonly cookies?: boolean;
}

const rules = {
  kinds: {
    https: 'boolean',
    protocol: ['choice', 'http/1.1', 'h2'],
    clock: ['choice', 'manual', 'system'],
    errors: ['choice', 'throw', 'respond'],
    cookies: 'boolean',
  },
} as const;

const connectKinds = {
  https: 'boolean',
  protocol: ['choice', 'http/1.1', 'h2'],
  remoteAddress: 'any',
  clientCertificate: 'object',
  serverName: 'any',
} as const;

/** Options for opening a WebSocket. */
export interface TestWebSocketOptions extends TestConnectOptions {
  /** Subprotocols that the client offers, in order of preference. */
  readonly protocols?: string | readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An in-memory server for tests: the complete Windhover server with the application on it, and clients that connect
 * without a port. Works with every test runner; `await using` stops it at the end of the test.
 *
 * Source: ASP.NET Core `TestServer`, `WebApplicationFactory`
 */
export class TestServer implements AsyncDisposable {
  readonly clock: TestClock;
  readonly #log = new TestLog();
  readonly #network = new TestNetwork();
  readonly #options: TestServerOptions;
  readonly #base: Base;
  readonly #cookies: CookieJar | undefined;
  /** Connections by the id of their server side. */
  readonly #links = new Map<string, TestLink>();
  readonly #idle = new Map<string, TestLink[]>();
  #host!: WebHost;
  readonly #errors: unknown[] = [];
  #unseen: unknown[] = [];
  #stopping: Promise<void> | undefined;

  private constructor(given: TestServerOptions) {
    const options = resolveOptions('TestServer.start', {}, given, rules);
    this.#options = options;
    this.clock = options.clock === 'system' ? new SystemTestClock() : new TestClock();
    this.#cookies = options.cookies === true ? new CookieJar(() => this.clock.wallClock()) : undefined;
    this.#base = { scheme: options.https === true ? 'https' : 'http', authority: 'localhost' };
  }

  /**
   * Starts an application in any form that `serve` accepts, including a module that exports one, or a promise of
   * either. A host or builder keeps its services, limits and middleware, but listens only in memory.
   *
   * @throws TypeError for an unknown option, and for a value of a wrong type
   * @throws ApplicationFormError, and every error that the application throws when it starts
   */
  static start(handler: RequestHandler, options?: TestServerOptions): Promise<TestServer>;
  static start(handler: NodeHandler, options?: TestServerOptions): Promise<TestServer>;
  static start(
    application: ApplicationObject | Promise<object> | object,
    options?: TestServerOptions,
  ): Promise<TestServer>;
  static async start(
    application: Application | ApplicationModule | Promise<unknown>,
    options: TestServerOptions = {},
  ): Promise<TestServer> {
    const server = new TestServer(options);
    // A Fastify application is a thenable; it must not be awaited.
    await server.#start(application instanceof Promise ? { application: await application } : { application });
    return server;
  }

  async #start({ application }: { readonly application: unknown }): Promise<void> {
    this.#host = await testHost(application, {
      network: this.#network,
      clock: this.clock,
      log: this.#log,
      applicationFailed: (error, exchange) => this.#applicationFailed(error, exchange),
    });
    await this.#host.start();
  }

  /** The host of the application: its services, environment and lifetime. */
  get host(): WebHost {
    return this.#host;
  }

  /** All log entries so far, including `debug`. */
  get log(): readonly TestLogEntry[] {
    return this.#log.entries;
  }

  /** Unhandled errors of the application, in order. After they are read, `stop` no longer throws them. */
  get errors(): readonly unknown[] {
    this.#unseen = [];
    return this.#errors;
  }

  // Clients

  /**
   * Sends a request. Resolves when the head of the response has been received. Redirects are not followed; cookies are
   * kept only with the option `cookies`.
   *
   * @param input a path such as `/users?page=2`, or a URL; the server sees its scheme and host
   * @throws the unhandled error of the application (option `errors`)
   * @throws TestServerError `TESTING_CONNECTION_CLOSED`, `TESTING_SWITCHED`
   */
  fetch(input: string | URL | Request, options: TestFetchOptions = noOptions): Promise<Response> {
    let message: RequestMessage;
    try {
      message = requestMessage(input, options, this.#base);
    } catch (error) {
      return Promise.reject(error);
    }
    const { protocol } = this.#options;
    const connect: TestConnectOptions = {
      ...withDefaults(protocol === undefined ? {} : { protocol }, options),
      https: options.https ?? message.scheme === 'https',
    };
    return this.#cookies === undefined
      ? this.#send(message, options, connect)
      : this.#sendWithCookies(this.#cookies, message, options, connect);
  }

  async #sendWithCookies(
    jar: CookieJar,
    message: RequestMessage,
    options: TestFetchOptions,
    connect: TestConnectOptions,
  ): Promise<Response> {
    const cookie = jar.header(message);
    const isGiven = cookie === '' || hasField(message.fields, 'cookie');
    const sent = isGiven ? message : { ...message, fields: [...message.fields, ['cookie', cookie] as const] };
    const response = await this.#send(sent, options, connect);
    jar.store(message, response.headers.getSetCookie());
    return response;
  }

  #send(message: RequestMessage, options: TestFetchOptions, connect: TestConnectOptions): Promise<Response> {
    return isShared(options)
      ? this.#fetchShared(message, options, connect)
      : this.#fetchAlone(message, options, connect);
  }

  /** Sends a request on a shared connection: one request at a time over HTTP/1.1, many over HTTP/2. */
  async #fetchShared(
    message: RequestMessage,
    options: TestFetchOptions,
    connect: TestConnectOptions,
  ): Promise<Response> {
    const { protocol = 'http/1.1', https } = connect;
    const key = `${protocol} ${String(https)}`;
    let idle = this.#idle.get(key);
    if (idle === undefined) this.#idle.set(key, (idle = []));
    while (idle.length > 0 && !idle.at(-1)!.isFree) idle.pop();
    const isMultiplexed = protocol === 'h2';
    const used = (isMultiplexed ? idle.at(-1) : idle.pop()) ?? this.#open(connect);
    if (isMultiplexed && idle.length === 0) idle.push(used);
    return used.fetch(message, options, () => (this.#stopping === undefined ? void idle.push(used) : used.close()));
  }

  async #fetchAlone(
    message: RequestMessage,
    options: TestFetchOptions,
    connect: TestConnectOptions,
  ): Promise<Response> {
    const link = this.#open({ serverName: new URL(`http://${message.authority}`).hostname, ...connect });
    return link.fetch(message, options, () => link.close());
  }

  /**
   * Opens a connection for raw bytes, for several requests on one connection, or for client faults.
   *
   * @throws TypeError when an option is unknown or has a wrong type
   */
  connect(options: TestConnectOptions = {}): TestConnection {
    const connect = resolveOptions('connect', {}, options, { kinds: connectKinds });
    return new TestConnection(this.#open(this.#withDefaults(connect)));
  }

  /**
   * Opens a WebSocket, over HTTP/1.1 or with an extended CONNECT over HTTP/2.
   *
   * @throws TestServerError `TESTING_WEB_SOCKET_REFUSED`
   * @throws TypeError when an option is unknown or has a wrong type
   */
  async webSocket(path: string, given: TestWebSocketOptions = {}): Promise<TestWebSocket> {
    const kinds = { ...connectKinds, protocols: 'any', headers: 'object' } as const;
    const { protocols = [], headers = {}, ...options } = resolveOptions('webSocket', {}, given, { kinds });
    const connect = this.#withDefaults(options);
    const stream = toDuplex(this.#open(connect).connection);
    const scheme = connect.https === true ? 'https' : 'http';
    const url = String(new URL(path, 'ws://localhost'));
    const socket = connect.protocol === 'h2' ? new WebSocketTunnel(stream, scheme) : stream;
    return TestWebSocket.open(url, [protocols].flat(), socket, { headers });
  }

  #withDefaults(options: TestConnectOptions): TestConnectOptions {
    const { https, protocol } = this.#options;
    return withDefaults(
      { ...(https !== undefined && { https }), ...(protocol !== undefined && { protocol }) },
      options,
    );
  }

  #open(options: TestConnectOptions): TestLink {
    const accepted = (served: Connection): void => {
      this.#links.set(served.id, link);
      served.onClosed({ closed: () => void this.#links.delete(served.id) });
    };
    const link = new TestLink(new SlowConnection(this.#network.connect(options, accepted), this.clock), options);
    return link;
  }

  // Errors

  #applicationFailed(error: unknown, exchange: FeatureCollection): void {
    this.#errors.push(error);
    if (this.#options.errors === 'respond') return;
    const [connectionId, number] = exchange.get(HttpRequestIdentifierFeature)?.traceIdentifier.split(':') ?? [];
    const link = connectionId === undefined ? undefined : this.#links.get(connectionId);
    if (!link?.applicationFailed(error, Number.parseInt(number ?? '', 16))) this.#unseen.push(error);
  }

  // Stopping

  /**
   * Stops the application as a signal would: running requests may complete until the host's shutdown timeout. From this
   * call on, the clock advances by itself. A second call waits for the first; its signal counts, too.
   *
   * @param signal cuts the wait short
   * @throws TestServerError `TESTING_APPLICATION_FAILED` for errors that no fetch received, with an `AggregateError` as
   * cause
   */
  async stop(signal?: AbortSignal): Promise<void> {
    if (this.#stopping !== undefined) void this.#host.stop(signal);
    await (this.#stopping ??= this.#stop(signal));
    const unseen = this.#unseen;
    this.#unseen = [];
    if (unseen.length === 0) return;
    const detail = unseen.map((error) => (error instanceof Error ? error.message : String(error))).join('; ');
    throw new TestServerError('TESTING_APPLICATION_FAILED', detail, { cause: new AggregateError(unseen) });
  }

  async #stop(signal: AbortSignal | undefined): Promise<void> {
    const stopClock = this.clock.run();
    // The server would wait a second or two for requests that clients are sending on idle connections.
    for (const link of [...this.#idle.values()].flat()) if (link.options.protocol !== 'h2') link.close();
    this.#idle.clear();
    try {
      await this.#host.stop(signal);
    } finally {
      stopClock();
    }
  }

  /** Stops at once and aborts running requests. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(AbortSignal.abort());
  }
}

const noOptions: TestFetchOptions = {};

/** Whether a request can use a shared connection: it sets no options of the connection. */
const isShared = ({ remoteAddress, clientCertificate, serverName }: TestFetchOptions): boolean =>
  remoteAddress === undefined && clientCertificate === undefined && serverName === undefined;
