import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { debuglog } from 'node:util';
import {
  type CloseRequestListener,
  type Connection,
  type ConnectionDuplex,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  type HeartbeatListener,
} from '@windhover/connections';
import { channels } from '@windhover/diagnostics';
import type { HttpEvents } from '@windhover/http';
import { WebSocket } from 'ws';
import { CloseCode } from './close-code.ts';
import { pressure } from './pressure.ts';
import { largestSmallMessage, smallFrame } from './small-frame.ts';
import type { HandshakeSocket } from './handshake-socket.ts';
import type { ResolvedWebSocketOptions } from './options.ts';
import { type WsReceiver, improve, isInFragments, isInMessage } from './ws-receiver.ts';

const debug = debuglog('windhover:websockets');

const webSocketClosed = channels['windhover:web-socket:closed'];

const { setSocket: setSocketOfWs } = WebSocket.prototype as unknown as {
  setSocket(this: WebSocket, stream: Duplex, head: Buffer, options: object): void;
};

/**
 * Messages and pings that are handled in one turn of the event loop. One chunk can hold ten thousand of them, and the
 * other clients would wait until all are handled.
 */
const messagesPerTurn = 256;

type Callback = (error?: Error | null) => void;

const nothing = Buffer.alloc(0);

/** While `ws` reads a Blob, later messages wait; it does not count an empty one among the bytes that wait. */
const isEmptyBlob = (data: unknown): boolean => data instanceof Blob && data.size === 0;

/** The options of `send` of `ws` that matter here. */
interface SendOptions {
  readonly binary?: boolean;
  readonly fin?: boolean;
  readonly mask?: boolean;
}

/**
 * A WebSocket of `ws` that sends pings to a silent peer, enforces limits, and closes when the server stops. Times are checked
 * on the heartbeat of the server; without a heartbeat only limits that need no time are enforced.
 */
export class ServedWebSocket extends WebSocket implements HeartbeatListener, CloseRequestListener {
  #options!: ResolvedWebSocketOptions;
  #stream!: ConnectionDuplex | Socket;
  /** For reports; `undefined` during the handshake. */
  #connection: Connection | undefined;
  /** Receives the errors of listeners; `undefined` without a server. */
  #events: HttpEvents | undefined;
  /** Whether the application is sending a message in fragments. */
  #isInFragments = false;
  /** Bytes received at the last heartbeat. */
  #receivedBefore = 0;
  /** Time of the heartbeat after which nothing was received; `undefined` without a heartbeat. */
  #silentSince: number | undefined;
  #pingedAt: number | undefined;
  /** Time of the first heartbeat during the unfinished message. */
  #unfinishedSince: number | undefined;
  /** Messages and pings received since the last heartbeat. */
  #messages = 0;
  /** Messages and pings that may still be handled in this turn. */
  #leftInTurn = messagesPerTurn;

  get #receiver(): WsReceiver {
    return (this as unknown as { _receiver: WsReceiver })._receiver;
  }

  /** Called by `ws` after the handshake. */
  setSocket(handshake: HandshakeSocket, head: Buffer, options: object): void {
    this.#stream = handshake.toStream() as Socket | ConnectionDuplex;
    this.#stream.pause();
    this.#receivedBefore = this.#stream.bytesRead;
    setSocketOfWs.call(this, this.#stream, head, options);
    improve(this.#receiver);
    // Frames may follow the request directly, and the caller of `accept` needs a turn to add its listeners.
    setImmediate(ServedWebSocket.#begin, this);
  }

  static #begin(socket: ServedWebSocket): void {
    if (!socket.isPaused) socket.resume();
  }

  /**
   * Starts keep-alive and limits, and closes when the server stops.
   *
   * @param events receives the errors of listeners
   */
  serve(connection: Connection, options: ResolvedWebSocketOptions, events: HttpEvents | undefined): void {
    const { features } = connection;
    this.#options = options;
    this.#connection = connection;
    this.#events = events;
    const heartbeat = features.get(ConnectionHeartbeatFeature);
    if (heartbeat !== undefined) {
      this.#silentSince = heartbeat.now;
      heartbeat.onHeartbeat(this);
    }
    features.get(ConnectionLifetimeNotificationFeature)?.onCloseRequested(this);
  }

  /** Called when the server stops, or when the connection has reached its maximum age. */
  closeRequested(): void {
    this.close(CloseCode.goingAway, 'going away');
  }

  heartbeat(now: number): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.#messages = 0;
    // While the WebSocket is paused, received bytes are not read, pongs included.
    if (this.isPaused) this.#hasShownLife(now);
    else this.#checkProgress(now);
  }

  #hasShownLife(now: number): void {
    this.#receivedBefore = this.#stream.bytesRead;
    this.#silentSince = now;
    this.#pingedAt = undefined;
    this.#unfinishedSince = undefined;
  }

  #checkProgress(now: number): void {
    if (!isInMessage(this.#receiver)) this.#unfinishedSince = undefined;
    else if (this.#isOverdue(now)) return this.#refuse('a message takes too long');
    const received = this.#stream.bytesRead;
    if (received === this.#receivedBefore) return this.#checkSilence(now);
    this.#receivedBefore = received;
    this.#silentSince = now;
    this.#pingedAt = undefined;
  }

  #isOverdue(now: number): boolean {
    const { messageTimeout } = this.#options;
    this.#unfinishedSince ??= now;
    return messageTimeout !== null && now - this.#unfinishedSince >= messageTimeout;
  }

  #checkSilence(now: number): void {
    const { keepAliveInterval, keepAliveTimeout } = this.#options;
    if (this.#pingedAt !== undefined) {
      if (keepAliveTimeout !== null && now - this.#pingedAt >= keepAliveTimeout)
        this.#giveUp('it does not answer pings');
    } else if (keepAliveInterval !== null && now - this.#silentSince! >= keepAliveInterval) {
      this.#pingedAt = now;
      this.ping();
    }
  }

  #refuse(reason: string): void {
    debug('%s: closed with 1008: %s', this.#connection?.id, reason);
    this.close(CloseCode.policyViolation, reason);
  }

  #giveUp(reason: string): void {
    debug('%s: reset: %s', this.#connection?.id, reason);
    this.terminate();
  }

  /** Also resumes a paused WebSocket, because the peer's close frame may follow unread messages. */
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason);
    this.resume();
  }

  /** Resets the connection. `ws` destroys the stream without an error, which still delivers bytes that wait in the system. */
  override terminate(): void {
    this.#connection?.abort();
    super.terminate();
  }

  /** Writes a small message as one chunk; `ws` needs two. Larger messages are sent by `ws`. */
  override send(data: unknown, ...rest: unknown[]): void;
  override send(data: unknown, first?: unknown, second?: unknown): void {
    const { bufferedAmount } = this;
    if (bufferedAmount > this.#options.maxBufferedAmount && this.readyState === WebSocket.OPEN) {
      this.#giveUp('it does not read the messages sent to it');
    }
    const options = (typeof first === 'function' ? undefined : first) as SendOptions | undefined;
    const callback = (typeof first === 'function' ? first : second) as Callback | undefined;
    const isWhole = this.#isWholeMessage(options);
    // `ws` may have queued messages, e.g. a Blob that is being read; they must be sent first.
    const isInOrder = this.#options.deflate === false && bufferedAmount === this.#stream.writableLength;
    if (isWhole && isInOrder && this.#sendSmall(data, options?.binary, callback)) return;
    super.send((isEmptyBlob(data) ? nothing : data) as string, options ?? {}, callback);
  }

  /** Whether a message begins and ends with this call of `send`. */
  #isWholeMessage({ fin = true, mask = false }: SendOptions = {}): boolean {
    const isWhole = fin && !mask && !this.#isInFragments;
    this.#isInFragments = !fin;
    return isWhole;
  }

  /** @returns false for a message that is not small */
  #sendSmall(data: unknown, isBinary: boolean | undefined, callback: Callback | undefined): boolean {
    const isText = typeof data === 'string';
    if (this.readyState !== WebSocket.OPEN || (!isText && !(data instanceof Uint8Array))) return false;
    // Each character takes at least one byte, so long text needs no measuring.
    if (data.length > largestSmallMessage) return false;
    const size = isText ? Buffer.byteLength(data) : data.length;
    if (size > largestSmallMessage) return false;
    this.#stream.write(smallFrame(data, size, isBinary ?? !isText), callback);
    return true;
  }

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    switch (event) {
      case 'message':
        this.#countInTurn();
        this.#unfinishedSince = undefined;
        if (this.#isTooFast()) return false;
        break;
      case 'ping':
      case 'pong':
        this.#countInTurn();
        // Between the fragments of a message, its time goes on.
        if (!isInFragments(this.#receiver)) this.#unfinishedSince = undefined;
        if (event === 'ping' && !this.#answerPing(values[0] as Buffer)) return false;
        break;
      case 'error':
        debug('%s: %s', this.#connection?.id, values[0]);
        // A protocol violation by the peer, which has received a close frame. Without a listener it must not end the
        // process.
        if (this.listenerCount('error') === 0) return false;
        break;
      case 'close':
        this.#publishClose(values[0] as number, values[1] as Buffer);
        break;
      default:
        return super.emit(event, ...values);
    }
    return this.#tell(event, values);
  }

  #publishClose(code: number, reason: Buffer): void {
    const connection = this.#connection;
    if (!webSocketClosed.hasSubscribers || connection === undefined) return;
    webSocketClosed.publish({ connection, code, reason: reason.toString() });
  }

  /** Emits an event from the peer. A listener that throws must not end the process. */
  #tell(event: string | symbol, values: unknown[]): boolean {
    if (this.#events === undefined) return super.emit(event, ...values);
    try {
      return super.emit(event, ...values);
    } catch (error) {
      this.close(CloseCode.internalError);
      this.#events.applicationError(error, this.#connection!.features);
      return true;
    }
  }

  /** Answers pings instead of `ws`, which needs a closure for each WebSocket. @returns false for a ping above the limit */
  #answerPing(payload: Buffer): boolean {
    if (this.#isTooFast()) return false;
    if (this.bufferedAmount > pressure) this.#giveUp('it does not read the answers to its pings');
    else if (this.readyState === WebSocket.OPEN) this.pong(payload);
    return true;
  }

  /**
   * Makes `ws` defer the message after the last one of a turn to the next turn, by a member of its receiver that `ws` reads
   * for each message. The counter does not start again in each turn, because one deferred message in 256 costs nothing.
   */
  #countInTurn(): void {
    if (--this.#leftInTurn > 1) return;
    this.#receiver._allowSynchronousEvents = this.#leftInTurn <= 0;
    if (this.#leftInTurn <= 0) this.#leftInTurn = messagesPerTurn;
  }

  /** Counts a message for `maxMessagesPerSecond`. @returns whether it is above the limit */
  #isTooFast(): boolean {
    const { maxMessagesPerSecond } = this.#options;
    if (maxMessagesPerSecond === null || this.#silentSince === undefined) return false;
    if (++this.#messages <= maxMessagesPerSecond) return false;
    if (this.readyState === WebSocket.OPEN) this.#refuse('too many messages');
    return true;
  }
}
