import { ownCopy } from '@windhover/connections';
import { Http2Error } from '../codec/errors.ts';
import { FrameEvent, FrameReader } from '../codec/frame-reader.ts';
import { applySettings } from '../codec/settings.ts';
import { StreamEvent } from '../codec/stream-state.ts';
import type { HeadersReceiver } from './headers-receiver.ts';
import type { Http2Connection } from './http2-connection.ts';
import type { Http2Stream } from './http2-stream.ts';
import { prioritize } from './priority.ts';

/**
 * Splits received bytes into frames and handles each: content goes to its stream, HEADERS to the `HeadersReceiver`, and
 * control frames change windows, settings and priorities.
 *
 * Source: RFC 9113 section 6; Kestrel `Http2Connection.ProcessFrameAsync`
 */
export class FrameReceiver {
  readonly #connection: Http2Connection;
  readonly #headers: HeadersReceiver;
  readonly #reader: FrameReader;
  /** The stream of the DATA frame that is being read; `undefined` if its content is dropped. */
  #dataStream: Http2Stream | undefined;
  /** Bytes of the current DATA frame that were not content; the rest at its end is padding. */
  #framePadding = 0;
  #hasAcknowledgedSettings = false;

  constructor(connection: Http2Connection, headers: HeadersReceiver) {
    const { http2, maxRequestHeadersTotalSize } = connection.limits;
    this.#connection = connection;
    this.#headers = headers;
    this.#reader = new FrameReader({
      maxFrameSize: http2.maxFrameSize,
      maxHeaderBlockSize: 2 * maxRequestHeadersTotalSize,
    });
  }

  /** Whether the preface or a header block is incomplete. */
  get isInHead(): boolean {
    return this.#reader.isInHead;
  }

  /** Whether the received bytes are an HTTP/1.1 request and not the connection preface. */
  get looksLikeHttp1(): boolean {
    return this.#reader.looksLikeHttp1;
  }

  /**
   * Handles the frames that are complete with these bytes, until the connection stops reading. An error ends its stream or
   * the connection.
   */
  received(bytes: Uint8Array): void {
    this.#reader.push(bytes);
    this.#read();
  }

  /** As `received`, for memory that is overwritten after the call. */
  borrowed(memory: Uint8Array, size: number): void {
    this.#reader.lend(memory, size);
    try {
      this.#read();
    } finally {
      this.#reader.release();
    }
  }

  /** Handles the frames that were left when the connection stopped reading. */
  readOn(): void {
    this.#read();
  }

  #read(): void {
    const reader = this.#reader;
    const connection = this.#connection;
    while (connection.isReading && !connection.isPaused) {
      try {
        const event = reader.read();
        if (event === FrameEvent.needData) return;
        this.#handle(event);
        if (event === FrameEvent.headers && reader.buffered > 0) connection.yieldIfTurnIsOver();
      } catch (thrown) {
        if (!(thrown instanceof Http2Error)) throw thrown;
        const error = connection.allowance.charged(thrown);
        if (error.isConnectionError) connection.fail(error);
        else connection.streamFailed(reader.streamId, error);
      }
    }
  }

  #handle(event: FrameEvent): void {
    const reader = this.#reader;
    switch (event) {
      case FrameEvent.data:
        this.#onData();
        return;
      case FrameEvent.headers:
        this.#connection.headReceived();
        this.#headers.received(reader);
        return;
      case FrameEvent.preface:
        this.#connection.prefaceReceived();
        return;
      case FrameEvent.windowUpdate:
        this.#connection.allowance.spendOnWindow(reader.increment);
        this.#onWindowUpdate(reader.streamId, reader.increment);
        return;
      default:
        this.#connection.allowance.spend();
        this.#onControl(event);
    }
  }

  /** Handles frames without requests or content. */
  #onControl(event: FrameEvent): void {
    const reader = this.#reader;
    switch (event) {
      case FrameEvent.rstStream:
        this.#onRstStream(reader.streamId);
        break;
      case FrameEvent.settings:
        this.#onSettings();
        break;
      case FrameEvent.settingsAck:
        this.#onSettingsAck();
        break;
      case FrameEvent.ping:
        this.#connection.sender.ping(true, reader.bytes.subarray(reader.start, reader.end));
        break;
      case FrameEvent.pingAck:
        this.#connection.pingAcknowledged(reader.bytes.subarray(reader.start, reader.end));
        break;
      case FrameEvent.goAway:
        this.#connection.clientLeaves();
        break;
      case FrameEvent.priority:
        if (reader.dependency === reader.streamId) throw new Http2Error('HTTP2_STREAM_DEPENDS_ON_ITSELF');
        break;
      case FrameEvent.priorityUpdate:
        this.#onPriorityUpdate(reader.streamId, reader.priority);
        break;
      default: // Unknown frames are ignored (RFC 9113 4.1).
    }
  }

  // DATA

  #onData(): void {
    const reader = this.#reader;
    const connection = this.#connection;
    if (reader.isFrameStart) this.#dataBegins(reader.streamId, reader.frameLength);
    const size = reader.end - reader.start;
    this.#framePadding -= size;
    const stream = this.#dataStream;
    if (!reader.isInData) this.#chargeData(stream);
    // An earlier part of the frame may have ended the stream.
    if (stream === undefined || stream.isClosed) {
      if (size > 0) connection.consumed(size);
      if (!reader.isInData && this.#framePadding > 0) connection.consumed(this.#framePadding);
      return;
    }
    if (!reader.isInData) {
      // Padding first, because content may be a stream error.
      this.#dataStream = undefined;
      if (this.#framePadding > 0) stream.consumed(this.#framePadding);
    }
    if (size > 0) {
      connection.contentReceived(size);
      const piece = reader.bytes.subarray(reader.start, reader.end);
      stream.received(reader.isLent ? ownCopy(piece) : piece);
    }
    if (!reader.isInData && reader.endsStream && !stream.isClosed) stream.receivedEnd(undefined);
  }

  /**
   * Dropped content costs nothing, because an honest client may send much of it before it receives RST_STREAM. It earns
   * nothing either: otherwise it would pay for the refused streams that it is sent on.
   *
   * @param stream the stream of a frame that is complete; `undefined` if its content is dropped
   */
  #chargeData(stream: Http2Stream | undefined): void {
    const { allowance } = this.#connection;
    const { frameLength, endsStream } = this.#reader;
    if (this.#framePadding === frameLength && !endsStream) allowance.spend();
    else if (stream !== undefined) allowance.earnContent();
  }

  #dataBegins(streamId: number, frameLength: number): void {
    const connection = this.#connection;
    this.#framePadding = frameLength;
    this.#dataStream = undefined;
    if (!connection.window.receive(frameLength)) throw new Http2Error('HTTP2_WINDOW_EXCEEDED');
    const stream = connection.streams.get(streamId);
    if (stream === undefined) {
      this.#checkLateData(streamId);
      return;
    }
    try {
      stream.dataBegins(frameLength);
      this.#dataStream = stream;
    } catch (error) {
      if (!(error instanceof Http2Error) || error.isConnectionError) throw error;
      // The frame continues as dropped content, which returns it to the window of the connection (RFC 9113 6.9).
      connection.allowance.spend();
      connection.streamFailed(streamId, error);
    }
  }

  /** Ignores DATA on a stream that is not open if the client may have sent it before it received RST_STREAM. */
  #checkLateData(streamId: number): void {
    const { streams } = this.#connection;
    if (streams.isIdle(streamId)) throw new Http2Error('HTTP2_STREAM_IDLE');
    if (streams.recent.isClosed(streamId)) throw new Http2Error('HTTP2_STREAM_CLOSED');
  }

  // Control frames

  #onWindowUpdate(streamId: number, increment: number): void {
    const { streams, sender } = this.#connection;
    if (streamId === 0) {
      if (!sender.addWindow(increment)) throw new Http2Error('HTTP2_WINDOW_OVERFLOW');
      return;
    }
    const stream = streams.get(streamId);
    if (stream === undefined) {
      // WINDOW_UPDATE may arrive for a stream that has just been closed.
      if (streams.isIdle(streamId)) throw new Http2Error('HTTP2_STREAM_IDLE');
      return;
    }
    if (increment === 0) throw new Http2Error('HTTP2_STREAM_WINDOW_INCREMENT_ZERO');
    if (!stream.output.addWindow(increment)) throw new Http2Error('HTTP2_STREAM_WINDOW_OVERFLOW');
  }

  #onRstStream(streamId: number): void {
    const { streams } = this.#connection;
    const stream = streams.get(streamId);
    if (stream === undefined) {
      if (streams.isIdle(streamId)) throw new Http2Error('HTTP2_STREAM_IDLE');
      return;
    }
    stream.move(StreamEvent.receiveReset);
    stream.aborted(undefined);
    this.#connection.removeStream(stream);
    streams.recent.closed(streamId);
  }

  #onSettings(): void {
    const reader = this.#reader;
    const { sender, streams } = this.#connection;
    const { peer } = sender;
    const before = peer.initialWindowSize;
    applySettings(peer, reader.bytes, reader.start, reader.end);
    const change = peer.initialWindowSize - before;
    if (change !== 0) {
      for (const { output } of streams) {
        if (!output.addWindow(change)) throw new Http2Error('HTTP2_SETTING_WINDOW_TOO_LARGE');
      }
    }
    sender.settingsApplied();
  }

  /** The first acknowledgement is for the settings of the preface; the server sends no others. */
  #onSettingsAck(): void {
    if (this.#hasAcknowledgedSettings) return;
    this.#hasAcknowledgedSettings = true;
    this.#headers.tableSizeAcknowledged();
  }

  #onPriorityUpdate(streamId: number, priority: string): void {
    if (streamId === 0 || (streamId & 1) === 0) throw new Http2Error('HTTP2_PRIORITY_UPDATE_INVALID');
    const { streams, sender } = this.#connection;
    const stream = streams.get(streamId);
    if (stream === undefined) {
      if (streams.isIdle(streamId)) streams.keepPriority(streamId, priority);
      return;
    }
    const { output } = stream;
    const wasScheduled = output.isScheduled;
    sender.unschedule(output);
    prioritize(output, priority);
    if (wasScheduled) sender.schedule(output);
  }
}
