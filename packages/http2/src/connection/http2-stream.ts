import type { ExchangeRun, FieldSection } from '@windhover/http';
import type { ErrorCode } from '../codec/error-code.ts';
import { Http2Error } from '../codec/errors.ts';
import { ReceiveWindow } from '../codec/flow-window.ts';
import { StreamEvent, StreamState, nextStreamState } from '../codec/stream-state.ts';
import type { Http2Exchange } from '../exchange/exchange.ts';
import type { Http2Connection } from './http2-connection.ts';
import { StreamOutput } from './stream-output.ts';

/** Where the content of a stream goes. */
export interface StreamInput {
  /** A piece of content. The room that it takes is given back with `Http2Stream.consumed`. */
  received(piece: Uint8Array): void;
  /** The client has ended its side. */
  ended(trailers: FieldSection | undefined): void;
  /** The stream was reset, or the connection is closed. */
  aborted(cause: Error | undefined): void;
}

/**
 * One stream: its state, its windows, and what its two sides are connected to.
 *
 * Source: RFC 9113 section 5
 */
export class Http2Stream {
  readonly id: number;
  readonly connection: Http2Connection;
  readonly output: StreamOutput;
  /** Takes the content; the exchange, or a tunnel that has taken its place. */
  input: StreamInput | undefined;
  exchange: Http2Exchange | undefined;
  /** Runs the handler. */
  run: ExchangeRun<unknown, Http2Exchange> | undefined;
  /** When the response was complete while the request was not, by the clock of the heartbeat. */
  unfinishedSince = 0;
  /** Whether the handler has not finished yet. */
  isRunning = false;
  /** Sent after the content. */
  trailers: FieldSection | undefined;
  #state: StreamState = StreamState.open;
  #window: ReceiveWindow | undefined;
  /** Bytes that the Content-Length of the request still promises; NaN for no promise. */
  #contentLeft: number;

  constructor(id: number, connection: Http2Connection, window: number, contentLength: number) {
    this.id = id;
    this.connection = connection;
    this.output = new StreamOutput(id, window, connection.sender);
    this.#contentLeft = contentLength === -1 ? Number.NaN : contentLength;
  }

  get isClosed(): boolean {
    return this.#state === StreamState.closed;
  }

  /** Whether the client has ended its side. */
  get hasReceivedEnd(): boolean {
    return this.#state === StreamState.halfClosedRemote || this.#state === StreamState.closed;
  }

  /** Whether we have ended our side. */
  get hasSentEnd(): boolean {
    return this.#state === StreamState.halfClosedLocal || this.#state === StreamState.closed;
  }

  /** @throws Http2Error what the state table says */
  move(event: StreamEvent): void {
    this.#state = nextStreamState(this.#state, event);
  }

  // Content of the client

  /**
   * A DATA frame begins.
   *
   * @param size with its padding
   * @throws Http2Error `HTTP2_STREAM_HALF_CLOSED`, `HTTP2_STREAM_WINDOW_EXCEEDED`
   */
  dataBegins(size: number): void {
    this.move(StreamEvent.receiveData);
    this.#window ??= new ReceiveWindow(this.connection.limits.http2.initialStreamWindowSize);
    if (!this.#window.receive(size)) throw new Http2Error('HTTP2_STREAM_WINDOW_EXCEEDED');
  }

  /** @throws Http2Error `HTTP2_CONTENT_LENGTH_MISMATCH` */
  received(piece: Uint8Array): void {
    this.#contentLeft -= piece.length;
    if (this.#contentLeft < 0) {
      this.connection.consumed(piece.length);
      throw new Http2Error('HTTP2_CONTENT_LENGTH_MISMATCH');
    }
    if (this.input === undefined) this.consumed(piece.length);
    else this.input.received(piece);
  }

  /** The client ends its side. @throws Http2Error `HTTP2_CONTENT_LENGTH_MISMATCH` */
  receivedEnd(trailers: FieldSection | undefined): void {
    if (this.#contentLeft > 0) throw new Http2Error('HTTP2_CONTENT_LENGTH_MISMATCH');
    this.move(StreamEvent.receiveEnd);
    this.input?.ended(trailers);
    this.connection.sideEnded(this);
  }

  /** Content takes no more room here: the client may send as much again. */
  consumed(size: number): void {
    this.connection.consumed(size);
    // Nothing more comes, so nothing more has to be allowed.
    if (this.#window === undefined || this.hasReceivedEnd) return;
    const increment = this.#window.consume(size);
    if (increment > 0) this.connection.updateWindow(this.id, increment);
  }

  // Our side

  /** END_STREAM was sent. */
  outputEnded(): void {
    if (this.isClosed) return;
    this.move(StreamEvent.sendEnd);
    this.connection.sideEnded(this);
  }

  /** Ends the stream with RST_STREAM, unless it is over. */
  reset(errorCode: ErrorCode, cause?: Error): void {
    if (!this.isClosed) this.connection.resetStream(this, errorCode, cause);
  }

  /** The stream is over before its time. */
  aborted(cause: Error | undefined): void {
    this.#state = StreamState.closed;
    this.output.close(cause);
    this.input?.aborted(cause);
  }
}
