import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import {
  type Connection,
  ConnectionLifetimeNotificationFeature,
  type Endpoint,
  TlsHandshakeFeature,
  toDuplex,
} from '@windhover/connections';
import {
  type HttpContext,
  HttpEventsFeature,
  HttpExtendedConnectFeature,
  HttpInformationalFeature,
  HttpResetFeature,
  HttpUpgradeFeature,
  type RequestDelegate,
} from '@windhover/http';
import type { acceptWebSocket as AcceptWebSocket } from '@windhover/websockets';
import { FetchError } from './errors.ts';
import { type RequestKind, createRequest } from './request/create-request.ts';
import { requestUrl } from './request/request-url.ts';
import { sendResponse } from './response/send-response.ts';
import { waitUntil } from './wait-until.ts';
import { webStreams } from './web-streams.ts';

// The draft of a Fetch Server API for WinterTC, July 2026: https://proposal-fetch-server.jasnell.me. It is not adopted
// and may change, so all of it is in this file.

/** The property that marks a handler object of the draft; its value is the version, 1. */
export const protocolMarker: unique symbol = Symbol.for('wintertc.server.protocol') as never;

/** Passed to `deny` by `connect` to leave the request to `fetch`. */
export const fallThrough: unique symbol = Symbol.for('wintertc.server.fallthrough') as never;

type Answer = Response | undefined | void;

/** A handler object of the draft. */
export interface FetchServerHandler {
  readonly [protocolMarker]: 1;
  /** Answers a request with a Response, or with nothing after `deny`. */
  fetch(context: ServerContext): Answer | Promise<Answer>;
  /** Answers an Upgrade, CONNECT or extended CONNECT: accepts a tunnel, or refuses it with a Response or `deny`. */
  connect?(context: ConnectContext): Answer | Promise<Answer>;
  /** Answers an error of another handler if nothing has been sent. */
  error?(context: ServerContext, error: unknown): Answer | Promise<Answer>;
}

/** An endpoint of a connection. Both members are empty for an endpoint without an address. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
  readonly family: 'IPv4' | 'IPv6';
}

/** RFC 9218: urgency from 0, the highest, to 7. */
export interface RequestPriority {
  readonly urgency: number;
  readonly incremental: boolean;
}

/** An error of the protocol, not of the application: a TypeError with a code. */
const protocolError = (code: string, message: string, cause?: unknown): TypeError =>
  Object.assign(new TypeError(message, { cause }), { code });

const invalidState = (message: string): DOMException => new DOMException(message, 'InvalidStateError');
const notSupported = (what: string): DOMException => new DOMException(`${what} is not supported`, 'NotSupportedError');

/** Codes that `deny` sends, as codes of HTTP/2 (RFC 9113 section 7). */
const denialCodes: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_REJECTED: 0x07,
  ERR_HTTP_REQUEST_CANCELLED: 0x08,
  ERR_HTTP_INTERNAL_ERROR: 0x02,
  ERR_HTTP_CONNECT_ERROR: 0x0a,
  ERR_HTTP_GOAWAY: 0x07,
};

/** State of an exchange of the draft. Whether the client has disconnected is independent of it. */
type State = 'open' | 'informational' | 'committed' | 'denied' | 'fallen through';

/** State shared by the contexts of one exchange: after a fall-through there are two. */
class Exchange {
  readonly http: HttpContext;
  state: State = 'open';
  readonly #kind: RequestKind;
  #request: Request | undefined;
  #completed: Promise<void> | undefined;

  constructor(http: HttpContext, kind: RequestKind) {
    this.http = http;
    this.#kind = kind;
  }

  get request(): Request {
    return (this.#request ??= createRequest(this.#kind, this.http, requestUrl(this.http), requestMethod(this.http)));
  }

  get isAborted(): boolean {
    return this.http.signal.aborted;
  }

  get canRespond(): boolean {
    return this.state === 'open' || this.state === 'informational';
  }

  get completed(): Promise<void> {
    return (this.#completed ??= this.#watch());
  }

  #watch(): Promise<void> {
    const { signal, response } = this.http;
    const completed = new Promise<void>((resolve, reject) => {
      const gone = (): void =>
        reject(protocolError('ERR_HTTP_CONNECTION_RESET', 'the client has gone before the response was complete'));
      if (signal.aborted) return gone();
      signal.addEventListener('abort', gone);
      response.onCompleted(() => {
        signal.removeEventListener('abort', gone);
        resolve();
      });
    });
    completed.catch(() => {});
    return completed;
  }
}

/** The Fetch standard has no Request with the method CONNECT: it becomes GET, same as a WebSocket over HTTP/1.1. */
const requestMethod = ({ request }: HttpContext): string => (request.method === 'CONNECT' ? 'GET' : request.method);

/** The environment of one request. */
export class ServerContext {
  readonly #exchange: Exchange;
  /** Accepted without effect: the server schedules by the client's priority. */
  serverPriority: RequestPriority | null = null;
  /** Accepted but never called: the server does not report changes of priority. */
  onpriority: ((priority: RequestPriority) => void) | null = null;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** Created on first access. @throws TypeError for a URL that the platform refuses */
  get request(): Request {
    return this.#exchange.request;
  }

  /** The same request as an `HttpContext`; not part of the draft. */
  get http(): HttpContext {
    return this.#exchange.http;
  }

  get remoteAddress(): SocketAddress {
    return socketAddress(this.http.connection.remoteEndpoint);
  }

  get localAddress(): SocketAddress {
    return socketAddress(this.http.connection.localEndpoint);
  }

  /** `h2` or `http/1.1`. */
  get alpnProtocol(): string {
    const { features, request } = this.http;
    const version = request.protocol === 'HTTP/2' ? 'h2' : 'http/1.1';
    return features.get(TlsHandshakeFeature)?.applicationProtocol ?? version;
  }

  get encrypted(): boolean {
    return this.http.features.get(TlsHandshakeFeature) !== undefined;
  }

  /** The server name that the client requested in the TLS handshake. */
  get serverName(): string | null {
    return this.http.features.get(TlsHandshakeFeature)?.serverName ?? null;
  }

  /** Priority from the Priority field. */
  get clientPriority(): RequestPriority {
    const value = this.http.request.headers.get('priority') ?? '';
    const urgency = /(?:^|[,\s])u=([0-7])(?=$|[,;\s])/.exec(value)?.[1];
    return { urgency: Number(urgency ?? 3), incremental: /(?:^|[,\s])i(?:=\?1)?(?=$|[,;\s])/.test(value) };
  }

  /** Always true: the server sends 100 when the body is read. */
  get autoContinue(): boolean {
    return true;
  }

  /**
   * Sends a response before the final one, e.g. 103.
   *
   * @throws RangeError for 101 and for a status that is not 1xx
   * @throws DOMException `InvalidStateError` after the final response or `deny`; `NotSupportedError` for 100
   */
  sendInformational(status: number, headers?: ConstructorParameters<typeof Headers>[0]): void {
    const exchange = this.#exchange;
    if (!Number.isInteger(status) || status < 100 || status > 199 || status === 101) {
      throw new RangeError(`an informational status must be 100 or from 102 to 199; received ${status}`);
    }
    if (!exchange.canRespond) throw invalidState(`the exchange is ${exchange.state}`);
    if (exchange.isAborted) return;
    if (status === 100) {
      if (!/100-continue/i.test(exchange.http.request.headers.get('expect') ?? '')) {
        throw invalidState('the client does not wait for a 100');
      }
      throw notSupported('Sending 100 before the body is read');
    }
    exchange.http.features.get(HttpInformationalFeature)?.sendInformational(status, new Headers(headers));
    exchange.state = 'informational';
  }

  /**
   * Declines the request without processing it: the client may send it again. HTTP/2 resets the stream; HTTP/1.1
   * answers 503 and closes.
   *
   * @param error its `code` selects the signal
   * @throws DOMException `InvalidStateError` if anything has been sent
   */
  deny(error?: unknown): void {
    const exchange = this.#exchange;
    if (exchange.isAborted) return;
    if (exchange.state !== 'open') throw invalidState(`the exchange is ${exchange.state}`);
    if (error === fallThrough) return this.fallThrough();
    exchange.state = 'denied';
    sendDenial(exchange.http, codeOf(error));
  }

  /** Only an Upgrade can fall through to `fetch`. */
  protected fallThrough(): void {
    throw invalidState('only an Upgrade of HTTP/1.1 can fall through to fetch');
  }

  /** Resolves when the response has been handed to the transport; rejects if the client disconnects first. */
  get completed(): Promise<void> {
    return this.#exchange.completed;
  }

  /** Registers work that continues after the response. A stopping host waits for it; a rejection is reported. */
  waitUntil(work: PromiseLike<unknown>): void {
    waitUntil(this.http, work);
  }
}

/** The environment of an Upgrade, CONNECT or extended CONNECT. */
export class ConnectContext extends ServerContext {
  readonly #exchange: Exchange;
  /** The protocol that the client requests, e.g. `websocket`; `null` for a plain CONNECT. */
  readonly connectProtocol: string | null;
  readonly #acceptWebSocket: typeof AcceptWebSocket;
  #tunnel: Tunnel | undefined;

  constructor(exchange: Exchange, connectProtocol: string | null, accept: typeof AcceptWebSocket) {
    super(exchange);
    this.#exchange = exchange;
    this.connectProtocol = connectProtocol;
    this.#acceptWebSocket = accept;
  }

  /**
   * Opens the tunnel: answers 101 for an Upgrade, 200 otherwise.
   *
   * @param init response options; only the headers are sent
   * @throws DOMException `InvalidStateError`, by rejecting, after another response
   */
  async accept(init: ResponseInit = {}): Promise<Tunnel> {
    this.#commit();
    const { features, response } = this.http;
    for (const [name, value] of new Headers(init.headers)) response.headers.append(name, value);
    const extended = features.get(HttpExtendedConnectFeature);
    const connection =
      extended?.isExtendedConnect === true
        ? extended.accept()
        : features.require(HttpUpgradeFeature).upgrade(this.connectProtocol ?? undefined);
    this.#tunnel = new Tunnel(connection);
    return Promise.resolve(this.#tunnel);
  }

  /**
   * Accepts a WebSocket.
   *
   * @returns an open WebSocket of `ws`, which has the members of the platform's
   * @throws DOMException `InvalidStateError` for another protocol or after another response; `OperationError` for an
   *   invalid handshake, which has been answered
   */
  upgradeWebSocket({ protocol = [] }: { readonly protocol?: readonly string[] } = {}): WebSocket {
    if (this.connectProtocol !== 'websocket') throw invalidState('the client does not ask for a WebSocket');
    this.#commit();
    const socket = this.#acceptWebSocket(this.http, { protocols: protocol });
    if (socket === undefined) throw new DOMException('the handshake of the WebSocket is invalid', 'OperationError');
    socket.binaryType = 'blob' as never;
    return socket as unknown as WebSocket;
  }

  /** @throws DOMException `NotSupportedError`, by rejecting */
  upgradeWebTransport(): Promise<never> {
    return Promise.reject(notSupported('WebTransport'));
  }

  /** Destroys a tunnel whose handler has failed. */
  abortTunnel(error: unknown): void {
    this.#tunnel?.destroy(error);
  }

  protected override fallThrough(): void {
    if (this.http.request.method === 'CONNECT') super.fallThrough();
    this.#exchange.state = 'fallen through';
  }

  #commit(): void {
    if (!this.#exchange.canRespond) throw invalidState(`the exchange is ${this.#exchange.state}`);
    this.#exchange.state = 'committed';
  }
}

/** An open tunnel: bytes in both directions. */
export class Tunnel implements AsyncDisposable {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** Resolves when both sides have ended; rejects when the tunnel was cut off. */
  readonly closed: Promise<void>;
  readonly #duplex: Duplex;

  constructor(connection: Connection) {
    this.#duplex = toDuplex(connection);
    this.closed = finished(this.#duplex).catch((cause: unknown) => {
      throw hasCode(cause) ? cause : protocolError('ERR_HTTP_CONNECTION_RESET', 'the tunnel was cut off', cause);
    });
    this.closed.catch(() => {});
    ({ readable: this.readable, writable: this.writable } = webStreams(this.#duplex));
  }

  /** Ends this side after the written bytes. */
  close(): void {
    this.#duplex.end();
  }

  /** Resets the tunnel. */
  destroy(error?: unknown): void {
    const reason = protocolError('ERR_HTTP_CONNECT_ERROR', 'the tunnel was destroyed', error);
    this.#duplex.destroy(error instanceof Error ? error : reason);
  }

  /** @throws DOMException `NotSupportedError` */
  capsules(): never {
    throw notSupported('The Capsule Protocol');
  }

  /** @throws DOMException `NotSupportedError` */
  datagrams(): never {
    throw notSupported('HTTP Datagrams');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#duplex.destroyed) return;
    this.close();
    await this.closed;
  }
}

/**
 * A request delegate that runs a handler object of the draft.
 *
 * @throws FetchError `FETCH_PROTOCOL_UNKNOWN`, `FETCH_HANDLER_INVALID`
 */
export const fetchServerHandler = (handler: FetchServerHandler, kind: RequestKind): RequestDelegate => {
  const version: unknown = handler[protocolMarker];
  if (version !== 1) throw new FetchError('FETCH_PROTOCOL_UNKNOWN', `received version ${String(version)}`);
  if (typeof handler.fetch !== 'function') throw new FetchError('FETCH_HANDLER_INVALID', 'received an object');
  return (context) => new HandlerRun(handler, new Exchange(context, kind)).run();
};

/** Whether a value is a handler object of the draft, of any version. */
export const isFetchServerHandler = (value: unknown): value is FetchServerHandler =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, protocolMarker) === 'number';

/** Runs a handler object for one exchange. */
class HandlerRun {
  readonly #handler: FetchServerHandler;
  readonly #exchange: Exchange;

  constructor(handler: FetchServerHandler, exchange: Exchange) {
    this.#handler = handler;
    this.#exchange = exchange;
  }

  run(): void | Promise<void> {
    const { http } = this.#exchange;
    const protocol = tunnelProtocol(http);
    if (protocol === undefined) return this.#fetch();
    if (this.#handler.connect !== undefined) return this.#connect(protocol);
    if (http.request.method !== 'CONNECT') return this.#fetch();
    http.response.statusCode = 501;
    return http.response.end();
  }

  async #fetch(): Promise<void> {
    const context = new ServerContext(this.#exchange);
    const answer = await this.#attempt(context, () => this.#handler.fetch(context));
    if (answer !== undefined) await this.#send(answer);
  }

  async #connect(protocol: string | null): Promise<void> {
    const { acceptWebSocket } = await import('@windhover/websockets');
    const context = new ConnectContext(this.#exchange, protocol, acceptWebSocket);
    try {
      const answer = await this.#attempt(context, () => this.#handler.connect!(context), 'connect');
      if (answer !== undefined) return await this.#send(answer);
    } catch (error) {
      context.abortTunnel(error);
      this.#fail(error);
      return;
    }
    if (this.#exchange.state !== 'fallen through') return;
    this.#exchange.state = 'open';
    await this.#fetch();
  }

  /** Runs a handler, and `error` if it fails. @returns the Response to send */
  async #attempt(
    context: ServerContext,
    handle: () => Answer | Promise<Answer>,
    name = 'fetch',
  ): Promise<Response | undefined> {
    const exchange = this.#exchange;
    try {
      return this.#checked(await handle(), name);
    } catch (error) {
      if (exchange.isAborted) return undefined;
      if (exchange.state === 'fallen through') exchange.state = 'open';
      if (!exchange.canRespond || this.#handler.error === undefined) throw error;
      const answer = await this.#handler.error(context, error);
      if (answer instanceof Response) return answer;
      if ((exchange.state as State) === 'denied') return undefined;
      throw error;
    }
  }

  /** @throws TypeError for an invalid result */
  #checked(answer: unknown, name: string): Response | undefined {
    const { state, isAborted, canRespond } = this.#exchange;
    if (answer instanceof Response && canRespond) return answer;
    if (answer === undefined && (isAborted || !canRespond)) return undefined;
    throw new TypeError(
      answer === undefined
        ? `${name} of the handler object must return a Response, or call deny; it returned nothing`
        : `${name} of the handler object must return a Response; the exchange is ${state}`,
    );
  }

  async #send(answer: Response): Promise<void> {
    this.#exchange.state = 'committed';
    await sendResponse(this.#exchange.http, answer);
  }

  /** Answers a failure of `connect`, by default with 502. After an accepted tunnel there is no response. */
  #fail(error: unknown): void {
    const { http, isAborted, canRespond } = this.#exchange;
    if (isAborted || isRefusedHandshake(error)) return;
    http.features.get(HttpEventsFeature)?.applicationError(error, http.features);
    if (!canRespond || http.response.hasStarted) return;
    http.response.clear();
    http.response.statusCode = 502;
  }
}

/** Whether the error is a refused handshake, which has been answered. */
const isRefusedHandshake = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'OperationError';

/** The tunnel protocol that the request asks for; `null` for a plain CONNECT, `undefined` for an ordinary request. */
const tunnelProtocol = ({ features, request }: HttpContext): string | null | undefined => {
  const extended = features.get(HttpExtendedConnectFeature);
  if (extended?.isExtendedConnect === true) return extended.protocol ?? null;
  if (request.method === 'CONNECT') return null;
  if (features.get(HttpUpgradeFeature)?.isUpgradableRequest !== true) return undefined;
  const [protocol] = (request.headers.get('upgrade') ?? '').split(',');
  const name = protocol!.trim().toLowerCase();
  // An offer of cleartext HTTP/2, e.g. by curl, is not for applications (RFC 9113 section 3.1).
  return name === '' || name === 'h2c' ? undefined : name;
};

const sendDenial = (http: HttpContext, code: string): void => {
  const { features, response } = http;
  if (code === 'ERR_HTTP_GOAWAY') features.get(ConnectionLifetimeNotificationFeature)?.requestClose();
  const reset = features.get(HttpResetFeature);
  if (reset !== undefined) return reset.reset(denialCodes[code]!);
  response.statusCode = 503;
  response.headers.set('connection', 'close');
  response.end();
};

const codeOf = (error: unknown): string => {
  const code = hasCode(error) ? error.code : '';
  return Object.hasOwn(denialCodes, code) ? code : 'ERR_HTTP_REQUEST_REJECTED';
};

const hasCode = (error: unknown): error is { readonly code: string } =>
  typeof error === 'object' && error !== null && typeof Reflect.get(error, 'code') === 'string';

const socketAddress = (endpoint: Endpoint | undefined): SocketAddress => {
  if (endpoint?.kind !== 'ip') return { address: '', port: 0, family: 'IPv4' };
  const { address, port } = endpoint;
  return { address, port, family: address.includes(':') ? 'IPv6' : 'IPv4' };
};
