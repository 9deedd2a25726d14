import {
  type Connection,
  ConnectionLifetimeNotificationFeature,
  ConnectionSocketFeature,
} from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import {
  HttpEventsFeature,
  HttpRequestLifetimeFeature,
  HttpResponseBodyFeature,
  HttpTakeOverFeature,
  isRequestAborted,
} from '@windhover/http';
import { DirectOutput } from './direct-output.ts';
import { type RequestInternals, exchangeKey } from '../node-internals.ts';
import { leaveHttp, sendInformational, takenOver } from './raw-writes.ts';
import { SocketProperties } from './socket-properties.ts';
import { listenForTimeout, timerDuration } from './socket-timeout.ts';

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
export class SocketFacade extends SocketProperties {
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
    const limit = highWaterMark === undefined ? {} : { highWaterMark };
    super(features, connection, { autoDestroy: false, emitClose: false, ...limit });
    // oxlint-disable-next-line typescript/unbound-method -- an emitter calls its listeners with itself as `this`
    this.on('error', destroyOnError);
    this.server = server as SocketServer | undefined;
  }

  /** Called for each request of the connection. */
  serve(request: FeatureCollection): void {
    this._request = request;
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

  // Output

  /**
   * Bytes that a response has written and the connection has not sent. Never 0 for a response that is open when the
   * handler has ended the socket, and for content in chunks that is open when the socket is destroyed: the rest cannot be
   * sent, so Node.js does not emit `finish`.
   */
  get unsentLength(): number {
    const open = this._httpMessage?.finished === false ? this._httpMessage : undefined;
    if (open !== undefined && (this.isEnding || (this.destroyed && open[exchangeKey].isStream))) return 1;
    return Math.max(this.queued, this._features.get(ConnectionSocketFeature)?.socket.writableLength ?? 0);
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
      if (this.#output === undefined && sendInformational(text, this, this._request)) return callback();
      this.#output ??= this.#leaveHttp(text);
    } catch (error) {
      this.#writeRefused(error);
      return callback(error as Error);
    }
    this.#output.write(chunk, callback);
  }

  /** @param text the first bytes that are written */
  #leaveHttp(text: string): DirectOutput {
    const isBeforeHttp = this._request === undefined && !this.isServed;
    if (isBeforeHttp && this._connection !== undefined) return new DirectOutput(this._connection, this);
    return leaveHttp(text, this, this._request);
  }

  #writeRefused(error: unknown): void {
    // The client has disconnected.
    if (isRequestAborted(error)) return;
    if (this._httpMessage !== null) this._httpMessage[exchangeKey].failed(error);
    else this._features.get(HttpEventsFeature)?.applicationError(error, this._request ?? this._features);
  }

  // Time

  /**
   * Emits `timeout` on request, response and server when the connection has transferred no bytes for this time, and
   * destroys the connection if none of them has a listener. 0 for none.
   */
  setTimeout(milliseconds: number, callback?: () => void): this {
    const duration = timerDuration(milliseconds);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.timeout = milliseconds;
    listenForTimeout(this, duration, callback);
    if (duration > 0 && !this.#isClosed) {
      this.#timer = setTimeout(() => this.#timedOut(), duration).unref();
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
    return this._httpMessage !== null && this._request?.get(HttpResponseBodyFeature)?.hasEnded === false;
  }

  #cutResponse(): void {
    const takeOver = this._request?.get(HttpTakeOverFeature);
    try {
      if (takeOver === undefined) this.destroy();
      else (this.#output = takenOver(takeOver, this)).end();
    } catch {
      // The client has disconnected.
      this.destroy();
    }
  }

  resetAndDestroy(): this {
    (this._connection ?? this._request?.get(HttpRequestLifetimeFeature))?.abort();
    return this.destroy();
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
    else if (this._connection === undefined && !this.isServing && !this.hasLeftHttp) {
      this.#requestClose();
      this.#closed();
    }
    // Content written in this turn is sent, as in Node.js.
    else setImmediate(() => this.#closeConnection());
  }

  /** Has no effect on a connection of HTTP/2, which has other requests. */
  #requestClose(): void {
    if (this._request?.get(HttpTakeOverFeature) === undefined) return;
    this._features.get(ConnectionLifetimeNotificationFeature)?.requestClose();
  }

  #closeConnection(): void {
    const connection = this.#output ?? this._connection;
    if (connection === undefined) this._request?.get(HttpRequestLifetimeFeature)?.abort();
    else connection.dispose();
  }
}

// Not in the class, because its base declares a property and not an accessor.
Object.defineProperty(SocketFacade.prototype, 'writableLength', {
  configurable: true,
  get(this: SocketFacade): number {
    return this.unsentLength;
  },
});

/** Same as on sockets of `node:http`: an error closes the connection and does not end the process. */
function destroyOnError(this: SocketFacade): void {
  this.destroy();
}
