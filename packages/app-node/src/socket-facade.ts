import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { CipherNameAndProtocol, PeerCertificate } from 'node:tls';
import {
  type Connection,
  ConnectionEndpointFeature,
  ConnectionLifetimeNotificationFeature,
  ConnectionSocketFeature,
  type Endpoint,
  TlsConnectionFeature,
  TlsHandshakeFeature,
} from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import {
  HttpConnectionFeature,
  HttpEventsFeature,
  HttpInformationalFeature,
  HttpRequestLifetimeFeature,
  HttpResponseBodyFeature,
  HttpResponseFeature,
  HttpTakeOverFeature,
  isRequestAborted,
} from '@windhover/http';
import { DirectOutput } from './direct-output.ts';
import { NodeHandlerError } from './errors.ts';
import { inheritNetSocket } from './net-socket.ts';
import { type RequestInternals, exchangeKey } from './node-internals.ts';
import { parseResponseHead } from './response-head.ts';

/** Key of the facade of an HTTP/1.1 connection in `ConnectionItemsFeature`. */
export const facadeKey: unique symbol = Symbol('windhover socket facade');

/** The part of a response that the socket notifies. */
interface SocketMessage {
  readonly req: RequestInternals;
  readonly finished: boolean;
  _flush(): void;
  readonly [exchangeKey]: { readonly isStream: boolean; failed(error: unknown): void; gone(): void };
  emit(event: string, ...values: unknown[]): boolean;
}

/** The server in `socket.server`. */
interface SocketServer {
  /** Milliseconds until an idle connection times out during a request; 0 for none. */
  readonly timeout: number;
  readonly keepAliveTimeout: number;
  readonly httpAllowHalfOpen: boolean;
  emit(event: string, ...values: unknown[]): boolean;
}

/** The socket of a connection that HTTP has left. */
interface DetachedStream {
  readonly destroyed: boolean;
  emit(event: 'timeout'): boolean;
}

/**
 * The object in `req.socket` and `res.socket`: the properties of the connection, its options and its end. The bytes of
 * the connection belong to the HTTP protocol: nothing can be read here. A handler that writes here answers without HTTP,
 * and the connection closes after its bytes.
 */
export class SocketFacade extends Duplex {
  /** The current response. Node.js' own code uses this name. */
  _httpMessage: SocketMessage | null = null;
  /** Bytes of content that a response has written in this turn: the protocol sends them at its end. */
  queued = 0;
  /** The exchange to notify when the connection ends; only if a server notifies the facade, or HTTP has left it. */
  exchange: { gone(): void } | undefined;
  /** Whether HTTP has begun to read the connection. */
  isServed = false;
  /** The server, if a `NodeServer` has accepted the connection. */
  readonly server: SocketServer | undefined;
  readonly #features: FeatureCollection;
  readonly #connection: Connection | undefined;
  /** The features of the current request. */
  #request: FeatureCollection | undefined;
  #isEncrypted: boolean | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Whether the timeout is suspended between requests. */
  #isSuspended = false;
  /** Milliseconds of `setTimeout`; 0 for none. */
  timeout = 0;
  /** The socket of the connection while another protocol uses it. */
  #detached: DetachedStream | undefined;
  /** The connection, once bytes have been written here or the handler has ended it: HTTP has left it. */
  #output: DirectOutput | undefined;

  /** Completes the destruction of the stream; set while the connection is closing. */
  #closed: (() => void) | undefined;
  #isClosed = false;

  /**
   * @param features of the connection, or of the stream for HTTP/2
   * @param connection `undefined` if only requests know it
   * @param highWaterMark of both directions, which requests take over; default that of Node
   */
  constructor(features: FeatureCollection, connection?: Connection, server?: object, highWaterMark?: number) {
    super({ autoDestroy: false, emitClose: false, ...(highWaterMark === undefined ? {} : { highWaterMark }) });
    // oxlint-disable-next-line typescript/unbound-method -- an emitter calls its listeners with itself as `this`
    this.on('error', destroyOnError);
    this.#features = features;
    this.#connection = connection;
    this.server = server as SocketServer | undefined;
  }

  /** Called for each request of the connection. */
  serve(request: FeatureCollection): void {
    this.#request = request;
    this.#detached = undefined;
    if (this.#isSuspended) this.#resume();
    else this.#timer?.refresh();
  }

  /**
   * Called after a response: until the next request, the keep-alive timeout of the server applies and not that of
   * `setTimeout`.
   *
   * Source: Node.js `_http_server.js`, `resOnFinish`
   */
  suspendTimeout(): void {
    if (this.#timer === undefined || this.server?.keepAliveTimeout === 0) return;
    this.setTimeout(0);
    this.#isSuspended = true;
  }

  /** Source: Node.js `_http_server.js`, `resetSocketTimeout` */
  #resume(): void {
    this.#isSuspended = false;
    this.setTimeout(this.server?.timeout ?? 0);
  }

  /** Called when the connection transfers bytes: restarts the timeout of `setTimeout`. */
  active(): void {
    this.#timer?.refresh();
  }

  /** Called when another protocol uses the connection: until the next request, its socket emits `timeout`. */
  detach(socket: DetachedStream): void {
    this.#detached = socket;
  }

  /** Whether another protocol uses the connection. */
  get isDetached(): boolean {
    return this.#detached?.destroyed === false;
  }

  /** Whether HTTP has left the connection to the bytes or the end of this socket: the response can send nothing. */
  get hasLeftHttp(): boolean {
    return this.#output !== undefined;
  }

  /** Whether the handler has ended the socket. As in Node.js, the response sends nothing more, and closes with the connection. */
  get isEnding(): boolean {
    return this.writableEnded && !this.destroyed;
  }

  /** Whether a response is open. One that has ended stays the current one until its event `finish`. */
  get isServing(): boolean {
    return this._httpMessage !== null && !this._httpMessage.finished;
  }

  /** Whether the connection has ended. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Called when the connection has ended. @param error emitted to the listeners of the socket */
  connectionClosed(error?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.readableEnded) this.push(null);
    if (this.#closed === undefined) this.destroy(error);
    else this.#closed();
    this.exchange?.gone();
  }

  // Addresses of the request, which middleware may have replaced by the client's behind a proxy. A server of this
  // package has no middleware before its handlers, so its sockets have the same addresses as in `node:http`.

  get #local(): Endpoint | undefined {
    return (
      this.#request?.get(HttpConnectionFeature)?.localEndpoint ??
      this.#features.get(ConnectionEndpointFeature)?.localEndpoint
    );
  }

  get #remote(): Endpoint | undefined {
    return (
      this.#request?.get(HttpConnectionFeature)?.remoteEndpoint ??
      this.#features.get(ConnectionEndpointFeature)?.remoteEndpoint
    );
  }

  get remoteAddress(): string | undefined {
    return this.#ownSocket?.remoteAddress ?? ipOf(this.#remote)?.address;
  }

  get remotePort(): number | undefined {
    return ipOf(this.#remote)?.port;
  }

  get remoteFamily(): 'IPv4' | 'IPv6' | undefined {
    return familyOf(this.remoteAddress);
  }

  get localAddress(): string | undefined {
    return this.#ownSocket?.localAddress ?? ipOf(this.#local)?.address;
  }

  get localPort(): number | undefined {
    return ipOf(this.#local)?.port;
  }

  get localFamily(): 'IPv4' | 'IPv6' | undefined {
    return familyOf(this.localAddress);
  }

  address(): { address?: string; port?: number; family?: string } {
    const { localAddress: address, localPort: port, localFamily: family } = this;
    return address === undefined ? {} : { address, port: port!, family: family! };
  }

  // TLS, same as `tls.TLSSocket`

  /** `true` if this server encrypts the connection; else `undefined`, as for a `net.Socket`. */
  get encrypted(): boolean | undefined {
    return this.#isEncrypted ?? (this.#features.get(TlsHandshakeFeature) === undefined ? undefined : true);
  }

  /** Programs set it behind a proxy that ends TLS, and in tests. */
  set encrypted(value: boolean | undefined) {
    this.#isEncrypted = value;
  }

  /** Whether the client sent a certificate that the server accepted. */
  get authorized(): boolean {
    return this.#features.get(TlsConnectionFeature)?.clientCertificate !== undefined;
  }

  get alpnProtocol(): string | false {
    return this.#features.get(TlsHandshakeFeature)?.applicationProtocol ?? false;
  }

  get servername(): string | false {
    return this.#features.get(TlsHandshakeFeature)?.serverName ?? false;
  }

  getProtocol(): string | null {
    return this.#features.get(TlsHandshakeFeature)?.protocol ?? null;
  }

  getCipher(): CipherNameAndProtocol | undefined {
    const tls = this.#features.get(TlsHandshakeFeature);
    return tls && { name: tls.cipherSuite, standardName: tls.cipherSuite, version: tls.protocol };
  }

  isSessionReused(): boolean {
    return this.#features.get(TlsHandshakeFeature)?.isResumed ?? false;
  }

  getPeerX509Certificate(): X509Certificate | undefined {
    return this.#features.get(TlsConnectionFeature)?.clientCertificate;
  }

  getPeerCertificate(): PeerCertificate | Record<string, never> {
    const certificate = this.#features.get(TlsConnectionFeature)?.clientCertificate;
    return certificate === undefined ? {} : certificate.toLegacyObject();
  }

  // The socket below, if the connection has one

  get #socket(): Socket | undefined {
    return this.#features.get(ConnectionSocketFeature)?.socket;
  }

  /** The socket, where a server of this package has accepted it. */
  get #ownSocket(): Socket | undefined {
    return this.#connection === undefined ? undefined : this.#socket;
  }

  /** Bytes received on the connection, including the framing of HTTP and TLS; 0 without a socket. */
  get bytesRead(): number {
    return this.#socket?.bytesRead ?? 0;
  }

  /** Bytes sent on the connection, including the framing of HTTP and TLS; 0 without a socket. */
  get bytesWritten(): number {
    return this.#socket?.bytesWritten ?? 0;
  }

  /**
   * Bytes that a response has written and the connection has not sent. Never 0 for a response that is open when the
   * handler has ended the socket, and for content in chunks that is open when the socket is destroyed: the rest cannot be
   * sent, so Node.js does not emit `finish`.
   */
  get unsentLength(): number {
    const open = this._httpMessage?.finished === false ? this._httpMessage : undefined;
    if (open !== undefined && (this.isEnding || (this.destroyed && open[exchangeKey].isStream))) return 1;
    return Math.max(this.queued, this.#socket?.writableLength ?? 0);
  }

  get connecting(): boolean {
    return false;
  }

  get pending(): boolean {
    return false;
  }

  get readyState(): 'open' | 'closed' {
    return this.destroyed ? 'closed' : 'open';
  }

  setNoDelay(noDelay?: boolean): this {
    this.#socket?.setNoDelay(noDelay);
    return this;
  }

  setKeepAlive(enable?: boolean, initialDelay?: number): this {
    this.#socket?.setKeepAlive(enable, initialDelay);
    return this;
  }

  ref(): this {
    this.#socket?.ref();
    return this;
  }

  unref(): this {
    this.#socket?.unref();
    return this;
  }

  // Time

  /**
   * Emits `timeout` on request, response and server when the connection has transferred no bytes for this time, and
   * destroys the connection if none of them has a listener. 0 for none.
   */
  setTimeout(milliseconds: number, callback?: () => void): this {
    checkDuration(milliseconds);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.timeout = milliseconds;
    listenForTimeout(this, milliseconds, callback);
    if (milliseconds > 0 && !this.#isClosed) {
      this.#timer = setTimeout(() => this.#timedOut(), milliseconds).unref();
    }
    return this;
  }

  /** Source: Node.js `_http_server.js`, `socketOnTimeout` */
  #timedOut(): void {
    if (this.#detached !== undefined) {
      this.emit('timeout');
      this.#detached.emit('timeout');
      return;
    }
    const response = this._httpMessage;
    const request = response?.req;
    const isHandled = [
      this.emit('timeout'),
      request !== undefined && !request.complete && request.emit('timeout', this),
      response !== null && response.emit('timeout', this),
      this.server?.emit('timeout', this) === true,
    ];
    if (!isHandled.slice(1).includes(true)) this.destroy();
  }

  // The end

  /** Ends the connection after what has been written. As in Node.js, a response that is open sends nothing more. */
  destroySoon(): void {
    if (this.hasLeftHttp || this.#canSendMore) return void this.end();
    const message = this._httpMessage;
    if (message === null) this.destroy();
    else (message as unknown as NodeJS.EventEmitter).once('finish', () => this.destroy());
  }

  /** Whether a response has not been sent to its end. It may have ended after the end of this socket. */
  get #canSendMore(): boolean {
    return this._httpMessage !== null && this.#request?.get(HttpResponseBodyFeature)?.hasEnded === false;
  }

  #cutResponse(): void {
    const takeOver = this.#request?.get(HttpTakeOverFeature);
    try {
      if (takeOver === undefined) this.destroy();
      else (this.#output = this.#takeOver(takeOver)).end();
    } catch {
      // The client has disconnected.
      this.destroy();
    }
  }

  /** The exchange of the response lasts until the connection ends; only this socket is notified of that. */
  #takeOver(feature: HttpTakeOverFeature): DirectOutput {
    const connection = feature.takeOver();
    this.exchange ??= this._httpMessage?.[exchangeKey];
    return new DirectOutput(connection, this);
  }

  resetAndDestroy(): this {
    (this.#connection ?? this.#request?.get(HttpRequestLifetimeFeature))?.abort();
    return this.destroy();
  }

  /** Source: Node.js `_http_server.js`, `socketSetEncoding` */
  override setEncoding(): never {
    const error = new Error('Changing the socket encoding is not allowed per RFC7230 Section 3.');
    throw Object.assign(error, { code: 'ERR_HTTP_SOCKET_ENCODING' });
  }

  override _read(): void {}

  /** Sends bytes as they are. They are the last of the connection: a client could not tell them from the next response. */
  override _write(chunk: Uint8Array, _encoding: BufferEncoding, callback: (error?: Error) => void): void {
    if (chunk.length === 0) return callback();
    this.active();
    try {
      const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
      if (this.#output === undefined && this.#sendInformational(text)) return callback();
      this.#output ??= this.#leaveHttp(text);
    } catch (error) {
      this.#writeRefused(error);
      return callback(error as Error);
    }
    this.#output.write(chunk, callback);
  }

  /** Sends a whole informational response: the response of the request follows. @returns whether the text is one */
  #sendInformational(text: string): boolean {
    const response = text.startsWith('HTTP/1.1 1') ? parseResponseHead(text) : undefined;
    if (response === undefined || response.status === 101 || response.content !== '') return false;
    const { status, fields } = response;
    if (status !== 100) this.#request?.get(HttpInformationalFeature)?.sendInformational(status, fields);
    // The protocol sends 100 (Continue) when content is read.
    else if (this._httpMessage?.req.receivedContent !== undefined) this._httpMessage.req.read(0);
    return true;
  }

  /** @param text the first bytes that are written */
  #leaveHttp(text: string): DirectOutput {
    const request = this.#request;
    if (request === undefined && this.#connection !== undefined && !this.isServed) {
      return new DirectOutput(this.#connection, this);
    }
    const takeOver = request?.get(HttpTakeOverFeature);
    if (request === undefined || takeOver === undefined) throw writeRefused('received bytes for no such response');
    if (request.require(HttpResponseBodyFeature).hasEnded)
      throw writeRefused('received bytes after the response has ended');
    const head = request.require(HttpResponseFeature);
    const status = parseResponseHead(text)?.status ?? 0;
    if (status >= 200 && !head.hasStarted) head.statusCode = status;
    const output = this.#takeOver(takeOver);
    // The response sends nothing, so a stream that waits for `drain` need not wait.
    this._httpMessage?._flush();
    return output;
  }

  #writeRefused(error: unknown): void {
    // The client has disconnected.
    if (isRequestAborted(error)) return;
    if (this._httpMessage !== null) this._httpMessage[exchangeKey].failed(error);
    else this.#features.get(HttpEventsFeature)?.applicationError(error, this.#request ?? this.#features);
  }

  /**
   * Called when the client has ended its side after HTTP has left the connection. As in Node.js, this side ends too: the
   * handler cannot read the socket, and would not notice that the client has disconnected.
   */
  clientEnded(): void {
    if (this.server?.httpAllowHalfOpen !== true) this.end();
  }

  override _final(callback: () => void): void {
    if (this.#output !== undefined) this.#output.end();
    else if (this.#canSendMore) this.#cutResponse();
    else this.destroySoon();
    callback();
  }

  /** Closes the connection, unless it is closed. `close` follows when it is closed. */
  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#closed = () => {
      this.#isClosed = true;
      callback(error);
      // Node.js emits no `finish` on a response whose socket has an error, so the response does not close after it.
      if (this.errored !== null) this._httpMessage?.[exchangeKey].gone();
      process.nextTick(() => this.emit('close', error !== null));
    };
    // Without a connection, only a running request notices the end. After its response the protocol closes the connection.
    if (this.#isClosed) this.#closed();
    else if (this.#connection === undefined && !this.isServing && !this.hasLeftHttp) {
      this.#requestClose();
      this.#closed();
    }
    // Content written in this turn is sent, as in Node.js.
    else setImmediate(() => this.#closeConnection());
  }

  /** Has no effect on a connection of HTTP/2, which has other requests. */
  #requestClose(): void {
    if (this.#request?.get(HttpTakeOverFeature) === undefined) return;
    this.#features.get(ConnectionLifetimeNotificationFeature)?.requestClose();
  }

  #closeConnection(): void {
    const connection = this.#output ?? this.#connection;
    if (connection === undefined) this.#request?.get(HttpRequestLifetimeFeature)?.abort();
    else connection.dispose();
  }
}

inheritNetSocket(SocketFacade, Duplex);

// Not in the class, because its base declares a property and not an accessor.
Object.defineProperty(SocketFacade.prototype, 'writableLength', {
  configurable: true,
  get(this: SocketFacade): number {
    return this.unsentLength;
  },
});

const writeRefused = (detail: string): NodeHandlerError =>
  new NodeHandlerError('APP_NODE_SOCKET_WRITE_REFUSED', detail);

/** Same as on sockets of `node:http`: an error closes the connection and does not end the process. */
function destroyOnError(this: SocketFacade): void {
  this.destroy();
}

/** Adds the listener of `setTimeout`, if any, or removes it when the time is 0. Source: Node.js `net.Socket.setTimeout` */
export const listenForTimeout = (socket: Duplex, milliseconds: number, listener: (() => void) | undefined): void => {
  if (listener === undefined) return;
  if (milliseconds === 0) socket.removeListener('timeout', listener);
  else socket.once('timeout', listener);
};

/** Source: Node.js `internal/timers.js`, `getTimerDuration` */
const checkDuration = (milliseconds: unknown): void => {
  const says = `The value of "msecs" must be a number of milliseconds of at least 0; received ${String(milliseconds)}`;
  if (typeof milliseconds !== 'number') throw Object.assign(new TypeError(says), { code: 'ERR_INVALID_ARG_TYPE' });
  if (milliseconds >= 0 && Number.isFinite(milliseconds)) return;
  throw Object.assign(new RangeError(says), { code: 'ERR_OUT_OF_RANGE' });
};

const ipOf = (endpoint: Endpoint | undefined) => (endpoint?.kind === 'ip' ? endpoint : undefined);

const familyOf = (address: string | undefined): 'IPv4' | 'IPv6' | undefined => {
  if (address === undefined) return undefined;
  return address.includes(':') ? 'IPv6' : 'IPv4';
};
