// oxlint-disable typescript/unbound-method -- an emitter calls its listeners with itself as `this`
import type { Socket } from 'node:net';
import {
  ConnectionBase,
  ConnectionEndPointFeature,
  ConnectionError,
  ConnectionSocketFeature,
  ConnectionTransportFeature,
  type EndPoint,
  type Receiver,
} from '@windhover/connections';
import { ipEndPoint } from './socket-end-points.ts';

/** What all connections of one listener have in common. */
export interface SocketOrigin {
  readonly transport: 'tcp' | 'unix';
  /** The end points that a unix socket cannot tell itself. */
  readonly localEndPoint: EndPoint | undefined;
  readonly remoteEndPoint: EndPoint | undefined;
}

const connectionKey = Symbol('windhover.connection');

/** A socket that knows its connection: so the listeners below are the same functions for all sockets. */
interface LinkedSocket extends Socket {
  [connectionKey]: SocketConnection;
}

/**
 * A TCP or unix socket of Node as a `Connection`. It adds one object to the socket; a received chunk costs one call
 * and a write goes straight to the socket.
 *
 * Source: Kestrel `SocketConnection`.
 */
export class SocketConnection
  extends ConnectionBase
  implements ConnectionEndPointFeature, ConnectionTransportFeature, ConnectionSocketFeature
{
  readonly socket: Socket;
  readonly #origin: SocketOrigin;
  #receiver: Receiver | undefined;
  /** The error that `closed` will tell. */
  #error: Error | undefined;
  #paused = false;
  /** No write reaches the socket any more: we have ended, aborted, or the socket has failed. */
  #ended = false;
  #aborted = false;

  /** @param socket connected, with `allowHalfOpen`, without listeners for its bytes */
  constructor(socket: Socket, origin: SocketOrigin) {
    super();
    this.socket = socket;
    this.#origin = origin;
    (socket as LinkedSocket)[connectionKey] = this;
    socket.on('error', SocketConnection.#onError);
    socket.on('close', SocketConnection.#onClose);
  }

  protected override builtIn(id: symbol): unknown {
    return id === ConnectionEndPointFeature.id ||
      id === ConnectionTransportFeature.id ||
      id === ConnectionSocketFeature.id
      ? this
      : undefined;
  }

  get transport(): 'tcp' | 'unix' {
    return this.#origin.transport;
  }

  /** `undefined` when it is asked for the first time after the end. */
  get localEndPoint(): EndPoint | undefined {
    return this.#origin.localEndPoint ?? ipEndPoint(this.socket.localAddress, this.socket.localPort);
  }

  /** `undefined` when it is asked for the first time after the end; a unix client has an empty path. */
  get remoteEndPoint(): EndPoint | undefined {
    return this.#origin.remoteEndPoint ?? ipEndPoint(this.socket.remoteAddress, this.socket.remotePort);
  }

  start(receiver: Receiver): void {
    if (this.isClosed) return this.startAfterClosed(receiver);
    const first = this.#receiver === undefined;
    this.#receiver = receiver;
    if (!first || this.#aborted) return;
    const socket = this.socket;
    socket.on('end', SocketConnection.#onEnd);
    socket.on('drain', SocketConnection.#onDrain);
    // Last: nothing was read off the socket's own buffer before, and from here on it flows unless we are paused.
    socket.on('data', SocketConnection.#onData);
    if (!this.#paused) socket.resume();
  }

  pause(): void {
    this.#paused = true;
    this.socket.pause();
  }

  resume(): void {
    this.#paused = false;
    // Without a listener for them the socket would throw its bytes away.
    if (this.#receiver !== undefined && !this.#aborted) this.socket.resume();
  }

  write(bytes: Uint8Array | string): boolean {
    if (this.#ended || this.socket.destroyed) return false;
    return typeof bytes === 'string' ? this.socket.write(bytes, 'latin1') : this.socket.write(bytes);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.socket.end();
  }

  abort(reason?: Error): void {
    const socket = this.socket;
    if (this.#aborted || socket.destroyed) return;
    this.#error = reason ?? new ConnectionError('CONNECTION_ABORTED');
    this.#ended = true;
    this.#aborted = true;
    socket.pause();
    // A socket that is being shut down cannot be reset, and Node then never closes it: its FIN goes out first, which
    // with nothing queued before it takes one turn of the event loop.
    if (socket.writableEnded && !socket.writableFinished && socket.writableLength === 0) {
      socket.once('finish', SocketConnection.#reset);
    } else {
      SocketConnection.#reset.call(socket);
    }
  }

  static #reset(this: Socket): void {
    if ((this as LinkedSocket)[connectionKey].transport === 'tcp') this.resetAndDestroy();
    else this.destroy();
  }

  static #onData(this: Socket, bytes: Uint8Array): void {
    (this as LinkedSocket)[connectionKey].#receiver!.received(bytes);
  }

  static #onDrain(this: Socket): void {
    (this as LinkedSocket)[connectionKey].#receiver!.drained();
  }

  static #onEnd(this: Socket): void {
    const connection = (this as LinkedSocket)[connectionKey];
    if (!connection.#aborted) connection.#receiver!.ended();
  }

  static #onError(this: Socket, cause: Error): void {
    const connection = (this as LinkedSocket)[connectionKey];
    connection.#ended = true;
    connection.#error ??= new ConnectionError('CONNECTION_RESET', undefined, { cause });
  }

  static #onClose(this: Socket): void {
    const connection = (this as LinkedSocket)[connectionKey];
    const receiver = connection.#receiver;
    connection.#ended = true;
    try {
      receiver?.closed(connection.#error);
    } finally {
      connection.notifyClosed(connection.#error);
    }
  }
}
