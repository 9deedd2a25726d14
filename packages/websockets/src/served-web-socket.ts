import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { debuglog } from 'node:util';
import {
  type CloseRequestListener,
  type Connection,
  ConnectionDuplex,
  ConnectionError,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  type HeartbeatListener,
} from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import type { HttpEvents } from '@windhover/http';
import { WebSocket } from 'ws';
import { CloseCode } from './close-code.ts';
import { pressure } from './pressure.ts';
import { largestSmallMessage, smallFrame } from './small-frame.ts';
import type { HandshakeSocket } from './handshake-socket.ts';
import type { ResolvedWebSocketOptions } from './options.ts';

const debug = debuglog('windhover:websockets');

const { setSocket: setSocketOfWs } = WebSocket.prototype as unknown as {
  setSocket(this: WebSocket, stream: Duplex, head: Buffer, options: object): void;
};

/**
 * Messages and pings that are handled in one turn of the event loop. One chunk can hold ten thousand of them, and the
 * other clients would wait until all are handled.
 */
const messagesPerTurn = 256;

/** What a control frame of a client has beside its payload: two bytes and the mask. */
const controlFrameHead = 6;

type Callback = (error?: Error | null) => void;

/** What `send` of `ws` may be told besides. */
interface SendOptions {
  readonly binary?: boolean;
  readonly fin?: boolean;
  readonly mask?: boolean;
}

/**
 * A WebSocket of `ws` with manners: it asks a silent peer for a sign of life, holds its peer to the limits, and tells it
 * when the server stops. Time is the heartbeat's; where there is none, only what needs no time is checked.
 */
export class ServedWebSocket extends WebSocket implements HeartbeatListener, CloseRequestListener {
  /** Of the connection, where somebody reads the log. */
  #id = '';
  #options!: ResolvedWebSocketOptions;
  #stream!: ConnectionDuplex | Socket;
  /** Of the connection, which the log of an error names. */
  #features!: FeatureCollection;
  /** Where errors of listeners are reported; `undefined` where there is no server. */
  #events: HttpEvents | undefined;
  /** The application sends a message piece by piece. */
  #isInFragments = false;
  /** Bytes of the peer that were there at the last beat. */
  #receivedBefore = 0;
  /** Time of the beat since which nothing has come; `undefined` where there is no heartbeat. */
  #silentSince: number | undefined;
  #pingedAt: number | undefined;
  /** Bytes of the peer that belong to complete messages. */
  #complete = 0;
  /** Time of the beat that has seen the unfinished message first. */
  #unfinishedSince: number | undefined;
  /** Messages and pings since the last beat. */
  #messages = 0;
  /** Messages and pings that may still be handled in this turn. */
  #leftInTurn = messagesPerTurn;

  /** Called by `ws` behind the handshake. */
  setSocket(handshake: HandshakeSocket, head: Buffer, options: object): void {
    this.#stream = handshake.toStream() as Socket | ConnectionDuplex;
    this.#stream.pause();
    this.#receivedBefore = this.#stream.bytesRead;
    this.#complete = this.#receivedBefore - this.#stream.readableLength;
    setSocketOfWs.call(this, this.#stream, head, options);
    // Frames may have arrived with the request: the code that awaits this socket has to add its listeners first.
    setImmediate(ServedWebSocket.#begin, this);
  }

  static #begin(socket: ServedWebSocket): void {
    if (!socket.isPaused) socket.resume();
  }

  /**
   * Begins to look after the connection.
   *
   * @param events where errors of listeners are reported
   */
  serve({ id, features }: Connection, options: ResolvedWebSocketOptions, events: HttpEvents | undefined): void {
    if (debug.enabled) this.#id = id;
    this.#options = options;
    this.#features = features;
    this.#events = events;
    const heartbeat = features.get(ConnectionHeartbeatFeature);
    if (heartbeat !== undefined) {
      this.#silentSince = heartbeat.now;
      heartbeat.onHeartbeat(this);
    }
    features.get(ConnectionLifetimeNotificationFeature)?.onCloseRequested(this);
  }

  /** The server stops, or has had the connection for long enough. */
  closeRequested(): void {
    this.close(CloseCode.goingAway, 'going away');
  }

  heartbeat(now: number): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.#messages = 0;
    // While the socket is paused, bytes of the peer are not read, pongs included.
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
    const received = this.#stream.bytesRead;
    if (received <= this.#complete) this.#unfinishedSince = undefined;
    else if (this.#isOverdue(now)) return this.#refuse('a message takes too long');
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
        this.#giveUp('it gives no sign of life');
    } else if (keepAliveInterval !== null && now - this.#silentSince! >= keepAliveInterval) {
      this.#pingedAt = now;
      this.ping();
    }
  }

  #refuse(reason: string): void {
    debug('%s: closed with 1008: %s', this.#id, reason);
    this.close(CloseCode.policyViolation, reason);
  }

  #giveUp(reason: string): void {
    debug('%s: reset: %s', this.#id, reason);
    this.terminate();
  }

  /** Closes and resumes a paused socket, because messages may arrive before the close frame of the peer. */
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason);
    this.resume();
  }

  /** Resets the connection. The stream that `ws` destroys would still deliver what waits for the peer. */
  override terminate(): void {
    if (this.#stream instanceof ConnectionDuplex) this.#stream.destroy(new ConnectionError('CONNECTION_ABORTED'));
    super.terminate();
  }

  /** A small message goes out in one piece, where `ws` would make two; all others are sent by `ws`. */
  override send(data: unknown, ...rest: unknown[]): void;
  override send(data: unknown, first?: unknown, second?: unknown): void {
    const { bufferedAmount } = this;
    if (bufferedAmount > this.#options.maxBufferedAmount && this.readyState === WebSocket.OPEN) {
      this.#giveUp('it does not read what is sent');
    }
    const options = (typeof first === 'function' ? undefined : first) as SendOptions | undefined;
    const callback = (typeof first === 'function' ? first : second) as Callback | undefined;
    const isWhole = this.#isWholeMessage(options);
    // What `ws` holds back itself, as a Blob that is being read, has to go first.
    const isInOrder = this.#options.deflate === false && bufferedAmount === this.#stream.writableLength;
    if (isWhole && isInOrder && this.#sendSmall(data, options?.binary, callback)) return;
    super.send(data as string, options ?? {}, callback);
  }

  /** Whether a message begins and ends with this call of `send`. */
  #isWholeMessage({ fin = true, mask = false }: SendOptions = {}): boolean {
    const isWhole = fin && !mask && !this.#isInFragments;
    this.#isInFragments = !fin;
    return isWhole;
  }

  /** @returns false for what is not small */
  #sendSmall(data: unknown, isBinary: boolean | undefined, callback: Callback | undefined): boolean {
    const isText = typeof data === 'string';
    if (this.readyState !== WebSocket.OPEN || (!isText && !(data instanceof Uint8Array))) return false;
    // A character has at least one byte, so that long text is not measured.
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
        this.#complete = this.#stream.bytesRead;
        this.#unfinishedSince = undefined;
        if (this.#isTooFast()) return false;
        break;
      case 'ping':
      case 'pong':
        this.#countInTurn();
        this.#complete += controlFrameHead + (values[0] as Buffer).length;
        if (event === 'ping' && !this.#answerPing(values[0] as Buffer)) return false;
        break;
      case 'error':
        debug('%s: %s', this.#id, values[0]);
        // The peer's fault, which it has been told: nothing that has to end the process.
        if (this.listenerCount('error') === 0) return false;
        break;
      case 'close':
        break;
      default:
        return super.emit(event, ...values);
    }
    return this.#tell(event, values);
  }

  /** What comes of the peer must not end the process, whatever a listener makes of it. */
  #tell(event: string | symbol, values: unknown[]): boolean {
    if (this.#events === undefined) return super.emit(event, ...values);
    try {
      return super.emit(event, ...values);
    } catch (error) {
      this.close(CloseCode.internalError);
      this.#events.applicationError(error, this.#features);
      return true;
    }
  }

  /** Instead of `ws`, which needs a function for each WebSocket to do it. @returns false for a ping too many */
  #answerPing(payload: Buffer): boolean {
    if (this.#isTooFast()) return false;
    if (this.bufferedAmount > pressure) this.#giveUp('it does not read the answers to its pings');
    else if (this.readyState === WebSocket.OPEN) this.pong(payload);
    return true;
  }

  /**
   * After the last message of a turn, `ws` hands on the next one in the next turn: it looks at this member of the receiver
   * for each message. The counter does not start again with each turn, because one late message in 256 costs nothing.
   */
  #countInTurn(): void {
    if (--this.#leftInTurn > 1) return;
    const receiver = (this as unknown as { _receiver: { _allowSynchronousEvents: boolean } })._receiver;
    receiver._allowSynchronousEvents = this.#leftInTurn <= 0;
    if (this.#leftInTurn <= 0) this.#leftInTurn = messagesPerTurn;
  }

  /** Counts a message. @returns whether it is one too many */
  #isTooFast(): boolean {
    const { maxMessagesPerSecond } = this.#options;
    if (maxMessagesPerSecond === null || this.#silentSince === undefined) return false;
    if (++this.#messages <= maxMessagesPerSecond) return false;
    if (this.readyState === WebSocket.OPEN) this.#refuse('too many messages');
    return true;
  }
}
