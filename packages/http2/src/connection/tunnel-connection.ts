import { Buffer } from 'node:buffer';
import { ConnectionBase, ConnectionError, type Receiver } from '@windhover/connections';
import { callBack } from '@windhover/http';
import { ErrorCode } from '../codec/error-code.ts';
import { ContentQueue } from '../exchange/content-queue.ts';
import type { Http2Stream, StreamInput } from './http2-stream.ts';
import { TunnelFeatures } from './tunnel-features.ts';

/**
 * A stream opened by CONNECT, as a connection: its DATA frames carry the bytes. The stream's flow control applies: the
 * client holds back bytes that the receiver does not read.
 *
 * Source: RFC 9113 section 8.5, RFC 8441 section 5
 */
export class TunnelConnection extends ConnectionBase implements StreamInput {
  readonly #stream: Http2Stream;
  readonly #isWebSocket: boolean;
  readonly #queue = new ContentQueue();
  readonly #features: TunnelFeatures;
  #receiver: Receiver | undefined;
  #isPaused = false;
  #isFlowing = false;
  #owesEnd = false;
  #hasEnded = false;
  #isAborted = false;
  #isDraining = false;
  #reason: Error | undefined;

  /**
   * @param isWebSocket whether the tunnel carries a WebSocket. The end of this side closes its stream: a server ends a
   *   WebSocket when nothing more can follow from the client, and a client that does not end its side, such as Node.js 26,
   *   would keep it open
   */
  constructor(stream: Http2Stream, isWebSocket: boolean) {
    super(stream.connection.features);
    this.#stream = stream;
    this.#isWebSocket = isWebSocket;
    this.#features = new TunnelFeatures(this, stream.connection.features);
  }

  protected override builtIn(id: symbol): unknown {
    return this.#features.provided(id);
  }

  /** Asks the receiver to end the tunnel, because the server ends the connection. */
  requestClose(): void {
    this.#features.requestClose();
  }

  override get id(): string {
    return `${this.#stream.connection.id}:${this.#stream.id}`;
  }

  /** Whether the handler has left the stream open and passed no receiver. */
  get isUnused(): boolean {
    return this.#receiver === undefined && !this.#isAborted && !this.isClosed;
  }

  // Connection

  start(receiver: Receiver): void {
    if (this.isClosed) return this.startAfterClosed(receiver);
    this.#receiver = receiver;
    // Never called synchronously.
    queueMicrotask(() => this.#flow());
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#receiver !== undefined) queueMicrotask(() => this.#flow());
  }

  write(bytes: Uint8Array | string): boolean {
    if (this.#hasEnded || this.#isAborted || this.isClosed) return false;
    const { output } = this.#stream;
    if (bytes.length > 0) output.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    if (!output.isUnderPressure) return true;
    this.#tellDrained();
    return false;
  }

  end(): void {
    if (this.#hasEnded || this.#isAborted || this.isClosed) return;
    this.#hasEnded = true;
    this.#stream.output.end('', false);
  }

  abort(reason: Error = new ConnectionError('CONNECTION_ABORTED')): void {
    this.#abort(this.#isWebSocket ? ErrorCode.CANCEL : ErrorCode.CONNECT_ERROR, reason);
  }

  dispose(): void {
    this.#abort(ErrorCode.NO_ERROR, undefined);
  }

  /** Called when the request is answered in another way: observers are notified, and the stream continues. */
  notOpened(): void {
    this.#isAborted = true;
    this.#close(undefined);
  }

  #abort(errorCode: ErrorCode, reason: Error | undefined): void {
    if (this.#isAborted || this.isClosed) return;
    this.#isAborted = true;
    this.#reason = reason;
    this.#drop();
    this.#stream.reset(errorCode, reason);
    queueMicrotask(() => this.#close(this.#reason));
  }

  // StreamInput

  received(piece: Uint8Array): void {
    if (this.#isAborted) {
      this.#stream.consumed(piece.length);
    } else if (this.#receiver === undefined || this.#isPaused || this.#queue.size > 0 || this.#isFlowing) {
      this.#queue.add(piece);
    } else {
      this.#stream.consumed(piece.length);
      callBack(() => this.#receiver!.received(piece));
    }
  }

  ended(): void {
    this.#owesEnd = true;
    if (!this.#isFlowing) this.#flow();
  }

  /** The client has reset the stream, or the connection is closed. */
  aborted(cause: Error | undefined): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = new ConnectionError('CONNECTION_RESET', undefined, { cause });
    this.#drop();
    queueMicrotask(() => this.#close(this.#reason));
  }

  /** Called when the end of this side has been sent, and the client has not ended its side. */
  sentEnd(): void {
    if (this.#isWebSocket) this.#abort(ErrorCode.NO_ERROR, undefined);
  }

  /** Called when both sides have ended. */
  bothEnded(): void {
    queueMicrotask(() => this.#close(undefined));
  }

  /** Delivers the received bytes, then the end; the receiver may pause in between. */
  #flow(): void {
    const receiver = this.#receiver;
    if (receiver === undefined || this.#isFlowing) return;
    this.#isFlowing = true;
    while (!this.#isPaused && !this.#isAborted) {
      const piece = this.#queue.take();
      if (piece === undefined) break;
      this.#stream.consumed(piece.length);
      callBack(() => this.#receiver!.received(piece));
    }
    this.#isFlowing = false;
    if (this.#isPaused || this.#isAborted || !this.#owesEnd || this.#queue.size > 0) return;
    this.#owesEnd = false;
    callBack(() => this.#receiver!.ended());
    if (this.#stream.isClosed) this.bothEnded();
  }

  #drop(): void {
    const dropped = this.#queue.clear();
    if (dropped > 0) this.#stream.consumed(dropped);
  }

  #tellDrained(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#stream.output.drained().then(
      () => {
        this.#isDraining = false;
        if (!this.isClosed && !this.#isAborted) this.#receiver?.drained();
      },
      () => {},
    );
  }

  #close(error: Error | undefined): void {
    // Bytes received before the ends must be delivered first.
    if (this.isClosed || (!this.#isAborted && (this.#owesEnd || this.#queue.size > 0))) return;
    try {
      this.#receiver?.closed(error);
    } finally {
      this.notifyClosed(error);
    }
  }
}
