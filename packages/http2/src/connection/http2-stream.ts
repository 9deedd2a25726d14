import type { FieldSection } from '@windhover/http';
import type { ExchangeRun } from '@windhover/http/exchange';
import type { ErrorCode } from '../codec/error-code.ts';
import { Http2Error } from '../codec/errors.ts';
import { ReceiveWindow } from '../codec/flow-window.ts';
import { StreamEvent, StreamState, nextStreamState } from '../codec/stream-state.ts';
import type { Http2Exchange } from '../exchange/exchange.ts';
import type { Http2Connection } from './http2-connection.ts';
import { StreamOutput } from './stream-output.ts';

/** Receiver of a stream's content. */
export interface StreamInput {
  /** Called with a piece of content. `Http2Stream.consumed` must be called when it is no longer buffered. */
  received(piece: Uint8Array): void;
  /** Called when the client has ended its side. */
  ended(trailers: FieldSection | undefined): void;
  /** Called when the stream was reset or the connection closed. */
  aborted(cause: Error | undefined): void;
}

/**
 * One stream: its state, its windows, and the receiver and the output of its two sides.
 *
 * Source: RFC 9113 section 5
 */
export class Http2Stream {
  readonly id: number;
  readonly connection: Http2Connection;
  readonly output: StreamOutput;
  /** Receiver of the content: the exchange, or the tunnel that replaces it. */
  input: StreamInput | undefined;
  exchange: Http2Exchange | undefined;
  /** Runs the handler. */
  run: ExchangeRun<unknown, Http2Exchange> | undefined;
  /** Time of the heartbeat when the response was complete before the request. */
  unfinishedSince = 0;
  /** Whether the handler has not finished yet. */
  isRunning = false;
  /** Trailers to send after the content. */
  trailers: FieldSection | undefined;
  #state: StreamState = StreamState.open;
  #window: ReceiveWindow | undefined;
  /** Bytes missing to the Content-Length of the request; NaN without one. */
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

  /** Whether CONNECT was accepted, so that the stream is a connection. */
  get isTunnel(): boolean {
    return this.input !== this.exchange;
  }

  /** Whether the client has ended its side. */
  get hasReceivedEnd(): boolean {
    return this.#state === StreamState.halfClosedRemote || this.#state === StreamState.closed;
  }

  /** Whether the server has ended its side. */
  get hasSentEnd(): boolean {
    return this.#state === StreamState.halfClosedLocal || this.#state === StreamState.closed;
  }

  /** @throws Http2Error from the state table */
  move(event: StreamEvent): void {
    this.#state = nextStreamState(this.#state, event);
  }

  // Content of the client

  /**
   * Called when a DATA frame begins.
   *
   * @param size payload with padding
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

  /** Called when the client ends its side. @throws Http2Error `HTTP2_CONTENT_LENGTH_MISMATCH` */
  receivedEnd(trailers: FieldSection | undefined): void {
    if (this.#contentLeft > 0) throw new Http2Error('HTTP2_CONTENT_LENGTH_MISMATCH');
    this.move(StreamEvent.receiveEnd);
    this.input?.ended(trailers);
    this.connection.sideEnded(this);
  }

  /** Called when content is no longer buffered: the client may send as many bytes again. */
  consumed(size: number): void {
    this.connection.consumed(size);
    // The client sends no more content, so its window stays closed.
    if (this.#window === undefined || this.hasReceivedEnd) return;
    const increment = this.#window.consume(size);
    if (increment > 0) this.connection.updateWindow(this.id, increment);
  }

  // Server side

  /** Called when END_STREAM has been sent. */
  outputEnded(): void {
    if (this.isClosed) return;
    this.move(StreamEvent.sendEnd);
    this.connection.sideEnded(this);
  }

  /** Resets the stream with RST_STREAM, unless it is closed. */
  reset(errorCode: ErrorCode, cause?: Error): void {
    if (!this.isClosed) this.connection.resetStream(this, errorCode, cause);
  }

  /** Called when the stream ends early. */
  aborted(cause: Error | undefined): void {
    this.#state = StreamState.closed;
    this.output.close(cause);
    this.input?.aborted(cause);
  }
}
