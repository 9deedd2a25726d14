import {
  type Connection,
  ConnectionLifetimeNotificationFeature,
  type Endpoint,
  TlsHandshakeFeature,
} from '@windhover/connections';
import {
  type HttpContext,
  HttpExtendedConnectFeature,
  HttpInformationalFeature,
  HttpOutcomeFeature,
  HttpProblem,
  HttpRequestLifetimeFeature,
  HttpResetFeature,
  HttpUpgradeFeature,
  isRequestAborted,
} from '@windhover/http';
import type { acceptWebSocket as AcceptWebSocket } from '@windhover/websockets';
import { type RequestKind, createRequest } from '../request/create-request.ts';
import { requestUrl } from '../request/request-url.ts';
import { waitUntil } from '../wait-until.ts';
import { hasCode, invalidState, notSupported, protocolError } from './draft-errors.ts';
import { Tunnel } from './tunnel.ts';

/** Passed to `deny` by `connect` to leave the request to `fetch`. */
export const fallThrough: unique symbol = Symbol.for('wintertc.server.fallthrough') as never;

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

/** Codes that `deny` sends, as codes of HTTP/2 (RFC 9113 section 7). */
const denialCodes: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_REJECTED: 0x07,
  ERR_HTTP_REQUEST_CANCELLED: 0x08,
  ERR_HTTP_INTERNAL_ERROR: 0x02,
  ERR_HTTP_CONNECT_ERROR: 0x0a,
  ERR_HTTP_GOAWAY: 0x07,
};

/** State of an exchange of the draft. Whether the client has disconnected is independent of it. */
export type ExchangeState = 'open' | 'informational' | 'committed' | 'denied' | 'fallen through';

/** State shared by the contexts of one exchange: after a fall-through there are two. */
export class Exchange {
  readonly http: HttpContext;
  state: ExchangeState = 'open';
  readonly #kind: RequestKind;
  #request: Request | undefined;
  #completed: Promise<void> | undefined;

  constructor(http: HttpContext, kind: RequestKind) {
    this.http = http;
    this.#kind = kind;
  }

  get request(): Request {
    return (this.#request ??= this.#createRequest());
  }

  #createRequest(): Request {
    const url = requestUrl(this.http);
    try {
      return createRequest(this.#kind, this.http, url, requestMethod(this.http));
    } catch (error) {
      // The client sent a Host that the URL parser refuses.
      if (!URL.canParse(url)) throw new HttpProblem(400, { cause: error });
      throw error;
    }
  }

  get isAborted(): boolean {
    return this.http.features.get(HttpOutcomeFeature)?.isAborted === true;
  }

  /** Whether an error is the end of a handler that has stopped because the client has ended its side. */
  isAbandonedBy(error: unknown): boolean {
    return this.http.signal.aborted && isRequestAborted(error);
  }

  get canRespond(): boolean {
    return this.state === 'open' || this.state === 'informational';
  }

  get completed(): Promise<void> {
    return (this.#completed ??= this.#watch());
  }

  #watch(): Promise<void> {
    const { features, response } = this.http;
    const completed = new Promise<void>((resolve, reject) => {
      features.require(HttpRequestLifetimeFeature).onClosed(() => {
        reject(protocolError('ERR_HTTP_CONNECTION_RESET', 'the client disconnected before the response was complete'));
      });
      response.onCompleted(() => resolve());
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

  /** Created on first access. @throws HttpProblem 400 for a URL that the platform refuses */
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
    this.#checkOpen();
    const connection = this.#upgrade(new Headers(init.headers));
    this.#exchange.state = 'committed';
    this.#tunnel = new Tunnel(connection);
    return Promise.resolve(this.#tunnel);
  }

  /** If it fails, another response can be sent, without these fields. */
  #upgrade(fields: Headers): Connection {
    const { features, response } = this.http;
    for (const [name, value] of fields) response.headers.append(name, value);
    const extended = features.get(HttpExtendedConnectFeature);
    try {
      return extended?.isExtendedConnect === true
        ? extended.accept()
        : features.require(HttpUpgradeFeature).upgrade(this.connectProtocol ?? undefined);
    } catch (error) {
      if (!response.hasStarted) for (const name of fields.keys()) response.headers.delete(name);
      throw error;
    }
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
    this.#checkOpen();
    const socket = this.#acceptWebSocket(this.http, { protocols: protocol });
    this.#exchange.state = 'committed';
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

  #checkOpen(): void {
    if (!this.#exchange.canRespond) throw invalidState(`the exchange is ${this.#exchange.state}`);
  }
}

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

const socketAddress = (endpoint: Endpoint | undefined): SocketAddress => {
  if (endpoint?.kind !== 'ip') return { address: '', port: 0, family: 'IPv4' };
  const { address, port } = endpoint;
  return { address, port, family: address.includes(':') ? 'IPv6' : 'IPv4' };
};
