import { Buffer } from 'node:buffer';
import {
  type CloseRequestListener,
  type Connection,
  ConnectionEndpointFeature,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  type HeartbeatListener,
  type Receiver,
  TlsHandshakeFeature,
} from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import {
  BadHttpRequestError,
  type ExchangeConnection,
  type ExchangeHost,
  ExchangeRun,
  FieldSection,
  type HttpApplication,
  HttpError,
  type HttpEvents,
  type HttpLimits,
  type HttpServices,
  isAllowedInTrailers,
  reportBadRequest,
} from '@windhover/http';
import { ErrorCode } from '../codec/error-code.ts';
import { Http2Error } from '../codec/errors.ts';
import { ReceiveWindow, defaultWindowSize } from '../codec/flow-window.ts';
import { FrameEvent, FrameReader } from '../codec/frame-reader.ts';
import type { HeaderField } from '../codec/hpack/header-field.ts';
import { HpackDecoder } from '../codec/hpack/hpack-decoder.ts';
import { SettingId, applySettings } from '../codec/settings.ts';
import { StreamEvent } from '../codec/stream-state.ts';
import { Http2Exchange } from '../exchange/exchange.ts';
import { Http2RefusalError } from '../exchange/refusal-errors.ts';
import { RequestHead, fieldError } from '../exchange/request-head.ts';
import type { Http2Options } from '../http2-options.ts';
import type { CommonFields } from './common-fields.ts';
import { ConnectionClock } from './connection-clock.ts';
import { FrameSender, type FrameSenderHost } from './frame-sender.ts';
import { Http2Stream } from './http2-stream.ts';
import { urgencyOf } from './priority.ts';
import type { StreamOutput } from './stream-output.ts';
import { StreamTable } from './stream-table.ts';
import { TunnelConnection } from './tunnel-connection.ts';
import { WorkAllowance } from './work-allowance.ts';

/** What all connections of one endpoint share. */
export interface Http2Host {
  readonly application: HttpApplication;
  readonly services: HttpServices;
  readonly common: CommonFields;
  readonly options: Http2Options;
}

const refusalText = 'This endpoint speaks HTTP/2 only.\n';

/** For a client that speaks HTTP/1.1: Kestrel answers so, too. */
const http1Refusal: Uint8Array = Buffer.from(
  'HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain\r\n' +
    `content-length: ${refusalText.length}\r\n\r\n${refusalText}`,
);

/** Runs an application that refuses the request. */
const refusing = (error: Http2RefusalError, { services }: Http2Host): ExchangeHost<unknown> => ({
  application: {
    createContext: () => {
      throw error;
    },
    processRequest: () => {},
    disposeContext: () => {},
  },
  services,
});

/** Where a connection is in its life. */
const Phase = {
  open: 0,
  /** GOAWAY for all streams that may come: the client is asked to open no more. */
  leaving: 1,
  /** GOAWAY with the last stream: those that run are finished, others ignored. */
  lastStreams: 2,
  /** Our side is ended; what still comes is dropped until the client ends, too. */
  lingering: 3,
  closed: 4,
} as const;

/** The last stream identifier of the first GOAWAY of an orderly end (RFC 9113 6.8). */
const anyStream = 0x7fffffff;

/** A client that still sends content has this long to read the complete response, in milliseconds. */
const unfinishedTime = 1000;

/** Frames other than DATA that may wait for a client that does not read, before nothing more is read from it. */
const maxUnreadControl = 64 * 1024;

/** Marks the PING that follows the first GOAWAY. */
const leavingPing = Uint8Array.of(0x6c, 0x65, 0x61, 0x76, 0x69, 0x6e, 0x67, 0);

/**
 * One HTTP/2 connection: takes its frames apart, keeps the client within its limits, and runs the application on its
 * requests.
 *
 * Source: RFC 9113; Kestrel `Http2Connection`
 */
export class Http2Connection
  implements Receiver, HeartbeatListener, CloseRequestListener, FrameSenderHost, ExchangeConnection
{
  readonly sender: FrameSender;
  readonly allowance: WorkAllowance = new WorkAllowance();
  readonly streams: StreamTable;
  readonly scheme: 'http' | 'https';
  readonly #connection: Connection;
  readonly #host: Http2Host;
  readonly #reader: FrameReader;
  readonly #decoder: HpackDecoder;
  readonly #clock: ConnectionClock;
  readonly #window: ReceiveWindow;
  #phase: (typeof Phase)[keyof typeof Phase] = Phase.open;
  /** The stream of the DATA frame that is being read; `undefined` where its content is dropped. */
  #dataStream: Http2Stream | undefined;
  /** Bytes of the current DATA frame that were no content yet: what is left at its end is padding. */
  #framePadding = 0;
  #hasAcknowledgedSettings = false;
  #hasSentPreface = false;
  #isPaused = false;
  /** Bytes other than DATA that were written while the client did not read. */
  #unreadControl = 0;
  /** Responses whose first content waits for the end of the turn. */
  #held: Http2Exchange[] = [];
  /** Streams whose response is complete while the client still sends. */
  #unfinished: Http2Stream[] = [];

  constructor(connection: Connection, host: Http2Host) {
    const { limits } = host.services;
    this.#connection = connection;
    this.#host = host;
    this.scheme = connection.features.get(TlsHandshakeFeature) === undefined ? 'http' : 'https';
    this.#reader = new FrameReader({
      maxFrameSize: limits.http2.maxFrameSize,
      maxHeaderBlockSize: 2 * limits.maxRequestHeadersTotalSize,
    });
    this.#decoder = new HpackDecoder({
      maxListSize: limits.maxRequestHeadersTotalSize,
      // Pseudo-header fields are no field lines.
      maxCount: limits.maxRequestHeaderCount + 5,
      maxFieldSize: limits.http2.maxRequestHeaderFieldSize,
    });
    this.sender = new FrameSender(connection, this, host.common);
    this.streams = new StreamTable(limits.http2.maxStreamsPerConnection);
    this.#clock = new ConnectionClock(this, connection.features.get(ConnectionHeartbeatFeature));
    this.#window = new ReceiveWindow(limits.http2.initialConnectionWindowSize);
  }

  /** Takes the connection over. Without TLS, the client may still turn out to speak HTTP/1.1. */
  start(): void {
    if (this.scheme === 'https') this.#sendPreface();
    this.#clock.start();
    this.#connection.start(this);
    this.features.get(ConnectionLifetimeNotificationFeature)?.onCloseRequested(this);
  }

  /** Our settings are the first frame (RFC 9113 3.4). */
  #sendPreface(): void {
    const { output } = this.sender;
    const { isBatching } = output;
    const { http2, maxRequestHeadersTotalSize } = this.limits;
    output.isBatching = true;
    this.sender.settings([
      [SettingId.HEADER_TABLE_SIZE, http2.headerTableSize],
      [SettingId.MAX_CONCURRENT_STREAMS, http2.maxStreamsPerConnection],
      [SettingId.INITIAL_WINDOW_SIZE, http2.initialStreamWindowSize],
      [SettingId.MAX_FRAME_SIZE, http2.maxFrameSize],
      [SettingId.MAX_HEADER_LIST_SIZE, maxRequestHeadersTotalSize],
      [SettingId.ENABLE_CONNECT_PROTOCOL, 1],
      [SettingId.NO_RFC7540_PRIORITIES, 1],
    ]);
    const increment = http2.initialConnectionWindowSize - defaultWindowSize;
    if (increment > 0) this.sender.windowUpdate(0, increment);
    output.isBatching = isBatching;
    if (!isBatching) output.flush();
    this.#hasSentPreface = true;
  }

  get id(): string {
    return this.#connection.id;
  }

  get features(): FeatureCollection {
    return this.#connection.features;
  }

  get limits(): HttpLimits {
    return this.#host.services.limits;
  }

  get events(): HttpEvents {
    return this.#host.services.events;
  }

  get endpoints(): ConnectionEndpointFeature | undefined {
    return this.features.get(ConnectionEndpointFeature);
  }

  get now(): number | undefined {
    return this.#clock.now;
  }

  get maxQueued(): number {
    return this.limits.maxResponseBufferSize ?? Infinity;
  }

  /** Whether a header block or the preface has begun and is not complete. */
  get isInHead(): boolean {
    return this.#reader.isInHead;
  }

  get isReading(): boolean {
    return this.#phase < Phase.lingering;
  }

  // Receiver

  received(bytes: Uint8Array): void {
    if (!this.isReading) {
      this.#clock.dropped(bytes.length);
      return;
    }
    this.#clock.received();
    this.#host.common.refresh();
    const { output } = this.sender;
    output.isBatching = true;
    this.#reader.push(bytes);
    this.#readFrames();
    this.sender.pump();
    output.isBatching = false;
    if (this.streams.running > 0) {
      output.requestLateFlush();
    } else {
      this.beforeFlush();
      output.flush();
    }
    this.#clock.afterReading();
    this.#closeIfDone();
  }

  #readFrames(): void {
    while (this.isReading) {
      try {
        const event = this.#reader.read();
        if (event === FrameEvent.needData) return;
        this.#handle(event);
      } catch (error) {
        if (!(error instanceof Http2Error)) throw error;
        if (error.isConnectionError) this.fail(error);
        else this.#streamFailed(this.#reader.streamId, error);
      }
    }
  }

  drained(): void {
    const { output } = this.sender;
    output.drained();
    this.#unreadControl = 0;
    this.#clock.drained();
    output.isBatching = true;
    this.sender.pump();
    output.isBatching = false;
    output.flush();
    if (this.#isPaused && !output.isUnderPressure) {
      this.#isPaused = false;
      this.#connection.resume();
    }
    this.#closeIfDone();
  }

  ended(): void {
    if (!this.isReading) return;
    // Half closed: requests that run are answered; no more come.
    this.#phase = Phase.lastStreams;
    this.#closeIfDone();
  }

  closed(error?: Error): void {
    this.#phase = Phase.closed;
    this.#clock.stop();
    this.#abortStreams(error);
  }

  // Frames

  #handle(event: FrameEvent): void {
    const reader = this.#reader;
    switch (event) {
      case FrameEvent.data:
        this.#onData();
        break;
      case FrameEvent.headers:
        this.#onHeaders();
        break;
      case FrameEvent.windowUpdate:
        this.allowance.spend();
        this.#onWindowUpdate(reader.streamId, reader.increment);
        break;
      case FrameEvent.rstStream:
        this.allowance.spend();
        this.#onRstStream(reader.streamId);
        break;
      case FrameEvent.settings:
        this.allowance.spend();
        this.#onSettings();
        break;
      case FrameEvent.settingsAck:
        this.allowance.spend();
        if (!this.#hasAcknowledgedSettings) {
          this.#hasAcknowledgedSettings = true;
          this.#decoder.tableSizeAcknowledged(this.limits.http2.headerTableSize);
        }
        break;
      case FrameEvent.ping:
        this.allowance.spend();
        this.sender.ping(true, reader.bytes.subarray(reader.start, reader.end));
        break;
      case FrameEvent.pingAck:
        this.allowance.spend();
        if (this.#phase === Phase.leaving) this.#lastStreams();
        break;
      case FrameEvent.priority:
        this.allowance.spend();
        if (reader.dependency === reader.streamId) throw new Http2Error('HTTP2_STREAM_DEPENDS_ON_ITSELF');
        break;
      case FrameEvent.priorityUpdate:
        this.allowance.spend();
        this.#onPriorityUpdate(reader.streamId, reader.priority);
        break;
      case FrameEvent.preface:
        if (!this.#hasSentPreface) this.#sendPreface();
        break;
      default:
        this.allowance.spend();
    }
  }

  #onData(): void {
    const reader = this.#reader;
    if (reader.isFrameStart) this.#dataBegins(reader.streamId, reader.frameLength);
    const size = reader.end - reader.start;
    this.#framePadding -= size;
    if (!reader.isInData) {
      if (this.#framePadding === reader.frameLength && !reader.endsStream) this.allowance.spend();
      else this.allowance.earnContent();
    }
    const stream = this.#dataStream;
    // An earlier piece of the frame may have ended the stream.
    if (stream === undefined || stream.isClosed) {
      if (size > 0) this.consumed(size);
      if (!reader.isInData && this.#framePadding > 0) this.consumed(this.#framePadding);
      return;
    }
    if (size > 0) {
      this.#clock.contentReceived(size);
      stream.received(reader.bytes.subarray(reader.start, reader.end));
    }
    if (reader.isInData) return;
    this.#dataStream = undefined;
    if (this.#framePadding > 0) stream.consumed(this.#framePadding);
    if (reader.endsStream && !stream.isClosed) stream.receivedEnd(undefined);
  }

  #dataBegins(streamId: number, frameLength: number): void {
    this.#framePadding = frameLength;
    this.#dataStream = undefined;
    if (!this.#window.receive(frameLength)) throw new Http2Error('HTTP2_WINDOW_EXCEEDED');
    const stream = this.streams.get(streamId);
    if (stream === undefined) {
      this.#checkLateFrame(streamId);
      return;
    }
    stream.dataBegins(frameLength);
    this.#dataStream = stream;
  }

  /** A frame on a stream that is not open is ignored if it may have crossed our RST_STREAM. */
  #checkLateFrame(streamId: number): void {
    if (this.streams.isIdle(streamId)) throw new Http2Error('HTTP2_STREAM_IDLE');
    this.allowance.spend();
    if (this.streams.recent.isClosed(streamId)) throw new Http2Error('HTTP2_STREAM_CLOSED');
  }

  #onHeaders(): void {
    const reader = this.#reader;
    const { streamId, endsStream } = reader;
    if ((streamId & 1) === 0) throw new Http2Error('HTTP2_STREAM_ID_EVEN');
    // Decoded in any case: the table has to stay in step with the client's.
    const list = this.#decoder.decode(reader.bytes, reader.start, reader.end);
    const stream = this.streams.get(streamId);
    if (stream !== undefined) {
      this.#onTrailers(stream, list, endsStream);
      return;
    }
    if (!this.streams.isIdle(streamId)) {
      this.#onLateHeaders(streamId);
      return;
    }
    if (this.#phase === Phase.lastStreams) {
      // The client sent it before it knew of the GOAWAY, and may send it again elsewhere (RFC 9113 6.8).
      this.allowance.spend();
      return;
    }
    this.streams.opened(streamId);
    if (!this.streams.hasRoom) this.#resetUnfinished();
    if (!this.streams.hasRoom) {
      this.allowance.spend();
      throw new Http2Error('HTTP2_STREAM_REFUSED');
    }
    if (reader.dependency === streamId) throw new Http2Error('HTTP2_STREAM_DEPENDS_ON_ITSELF');
    this.allowance.earnRequest();
    this.#onRequest(streamId, list, endsStream);
  }

  #onLateHeaders(streamId: number): void {
    const { recent } = this.streams;
    if (recent.isClosed(streamId)) throw new Http2Error('HTTP2_STREAM_CLOSED');
    // A lower identifier than the last one closes the streams between them (RFC 9113 5.1.1).
    if (!recent.isReset(streamId) && !recent.isFull) throw new Http2Error('HTTP2_STREAM_ID_LOW');
    this.allowance.spend();
  }

  #onRequest(streamId: number, list: HeaderField[], endsStream: boolean): void {
    const isTooLarge = this.#decoder.isTooLarge;
    const scheme = this.#host.options.allowAlternateSchemes || isTooLarge ? undefined : this.scheme;
    const head = isTooLarge ? RequestHead.ofTooLarge() : new RequestHead(list, scheme);
    if (endsStream && head.contentLength > 0) throw new Http2Error('HTTP2_CONTENT_LENGTH_MISMATCH');
    const stream = new Http2Stream(streamId, this, this.sender.peer.initialWindowSize, head.contentLength);
    if (endsStream) stream.move(StreamEvent.receiveEnd);
    const exchange = new Http2Exchange(stream, head, !endsStream);
    stream.exchange = exchange;
    stream.input = exchange;
    const priority = this.streams.takePriority(streamId) ?? head.priority;
    if (priority !== undefined) stream.output.urgency = urgencyOf(priority);
    this.streams.add(stream);
    this.#clock.streamOpened();
    const refusal = this.#refusalOf(head, isTooLarge);
    stream.run = new ExchangeRun(
      refusal === undefined ? this.#host : refusing(refusal, this.#host),
      this.#connection,
      this,
    );
    stream.run.start(exchange);
    this.#checkRequestCount();
  }

  #refusalOf(head: RequestHead, isTooLarge: boolean): Http2RefusalError | undefined {
    if (isTooLarge) return new Http2RefusalError('HTTP2_HEADERS_TOO_LARGE');
    if (head.requestLineSize > this.limits.maxRequestLineSize) return new Http2RefusalError('HTTP2_TARGET_TOO_LONG');
    if (head.hasOtherExpectation) return new Http2RefusalError('HTTP2_EXPECTATION_FAILED');
    return undefined;
  }

  #checkRequestCount(): void {
    const { maxRequestsPerConnection } = this.limits;
    if (maxRequestsPerConnection === null || this.streams.count < maxRequestsPerConnection) return;
    if (this.#phase === Phase.open) this.closeRequested();
  }

  #onTrailers(stream: Http2Stream, list: HeaderField[], endsStream: boolean): void {
    stream.move(StreamEvent.receiveHeaders);
    if (!endsStream) throw new Http2Error('HTTP2_TRAILERS_WITHOUT_END');
    if (this.#decoder.isTooLarge) throw new Http2Error('HTTP2_TRAILERS_TOO_LARGE');
    for (const { name, kind } of list) {
      const error = fieldError(kind);
      if (error !== undefined) throw new Http2Error(error);
      if (!isAllowedInTrailers(name)) throw new Http2Error('HTTP2_TRAILER_NOT_ALLOWED');
    }
    stream.receivedEnd(FieldSection.ofReceived(list.map(({ name, value }) => [name, value] as const)));
  }

  #onWindowUpdate(streamId: number, increment: number): void {
    if (streamId === 0) {
      if (!this.sender.addWindow(increment)) throw new Http2Error('HTTP2_WINDOW_OVERFLOW');
      return;
    }
    const stream = this.streams.get(streamId);
    if (stream === undefined) {
      // Late ones are ignored.
      if (this.streams.isIdle(streamId)) throw new Http2Error('HTTP2_STREAM_IDLE');
      return;
    }
    if (increment === 0) throw new Http2Error('HTTP2_STREAM_WINDOW_INCREMENT_ZERO');
    if (!stream.output.addWindow(increment)) throw new Http2Error('HTTP2_STREAM_WINDOW_OVERFLOW');
  }

  #onRstStream(streamId: number): void {
    const stream = this.streams.get(streamId);
    if (stream === undefined) {
      if (this.streams.isIdle(streamId)) throw new Http2Error('HTTP2_STREAM_IDLE');
      return;
    }
    stream.move(StreamEvent.receiveReset);
    stream.aborted(undefined);
    this.#remove(stream);
    this.streams.recent.closed(streamId);
  }

  #onSettings(): void {
    const reader = this.#reader;
    const { peer } = this.sender;
    const before = peer.initialWindowSize;
    applySettings(peer, reader.bytes, reader.start, reader.end);
    const change = peer.initialWindowSize - before;
    if (change !== 0) {
      for (const { output } of this.streams) {
        if (!output.addWindow(change)) throw new Http2Error('HTTP2_SETTING_WINDOW_TOO_LARGE');
      }
    }
    this.sender.settingsApplied();
  }

  #onPriorityUpdate(streamId: number, priority: string): void {
    if (streamId === 0 || (streamId & 1) === 0) throw new Http2Error('HTTP2_PRIORITY_UPDATE_INVALID');
    const stream = this.streams.get(streamId);
    if (stream === undefined) {
      if (this.streams.isIdle(streamId)) this.streams.keepPriority(streamId, priority);
      return;
    }
    const { output } = stream;
    const wasScheduled = output.isScheduled;
    this.sender.unschedule(output);
    output.urgency = urgencyOf(priority);
    if (wasScheduled) this.sender.schedule(output);
  }

  // What streams ask for

  /** So many bytes of content take no more room: the window of the connection opens. */
  consumed(size: number): void {
    const increment = this.#window.consume(size);
    if (increment > 0) this.updateWindow(0, increment);
  }

  updateWindow(streamId: number, increment: number): void {
    if (this.isReading) this.sender.windowUpdate(streamId, increment);
  }

  resetStream(stream: Http2Stream, errorCode: ErrorCode, cause: Error | undefined): void {
    if (this.#phase !== Phase.closed) this.sender.rstStream(stream.id, errorCode);
    stream.aborted(cause);
    this.#remove(stream);
    this.streams.recent.reset(stream.id);
  }

  /** One side of a stream has ended; with both it is over. */
  sideEnded(stream: Http2Stream): void {
    if (stream.isClosed) {
      this.#remove(stream);
      this.streams.recent.closed(stream.id);
      if (stream.input instanceof TunnelConnection) stream.input.bothEnded();
    } else if (stream.hasSentEnd && stream.input === stream.exchange && stream.exchange?.isOver) {
      this.#noteUnfinished(stream);
    }
  }

  /** The handler of an exchange has finished. */
  exchangeOver(exchange: Http2Exchange): void {
    const { stream } = exchange;
    this.streams.handlerFinished(stream);
    exchange.dropContent();
    if (stream.hasSentEnd && !stream.isClosed && stream.input === exchange) this.#noteUnfinished(stream);
    if (!this.sender.output.isBatching) this.#closeIfDone();
  }

  /** The response is complete and the request is not. At the end of the batch the request may be complete, too. */
  #noteUnfinished(stream: Http2Stream): void {
    stream.unfinishedSince = this.#clock.now ?? 0;
    this.#unfinished.push(stream);
    this.sender.output.requestFlush();
  }

  sendHead(
    stream: Http2Stream,
    statusCode: number,
    fields: FieldSection | undefined,
    contentLength: number,
    endsStream: boolean,
  ): void {
    stream.move(StreamEvent.sendHeaders);
    this.sender.head(stream.id, statusCode, fields, contentLength, endsStream);
  }

  holdBack(exchange: Http2Exchange): void {
    this.#held.push(exchange);
    this.sender.output.requestFlush();
  }

  watchContent(exchange: Http2Exchange): void {
    this.#clock.watchContent(exchange);
  }

  endOutput(output: StreamOutput): void {
    const stream = this.streams.get(output.streamId);
    if (stream === undefined) return;
    if (stream.trailers !== undefined) this.sender.trailers(stream.id, stream.trailers);
    stream.outputEnded();
  }

  fieldDropped(streamId: number, name: string): void {
    const exchange = this.streams.get(streamId)?.exchange;
    if (exchange !== undefined) this.events.responseFieldDropped?.(name, exchange);
  }

  /** Answers CONNECT with 200; the stream is a connection from then on. */
  openTunnel(exchange: Http2Exchange): Connection {
    const { stream } = exchange;
    const tunnel = new TunnelConnection(stream);
    if (this.#host.services.upgrades?.enter(tunnel) === false) throw new HttpError('HTTP_UPGRADE_LIMIT');
    this.sendHead(stream, 200, exchange.response.prepareUpgrade(), -1, false);
    exchange.response.handOver();
    stream.input = tunnel;
    return tunnel;
  }

  // OutputSource

  beforeFlush(): void {
    const held = this.#held;
    if (held.length > 0) {
      this.#held = [];
      for (const { stream } of held) stream.run!.releaseContent();
    }
    this.sender.pump();
    if (this.#clock.now === undefined) this.#resetUnfinished();
  }

  /**
   * Tells clients to stop sending content that is not wanted (RFC 9113 8.1). First they have some time to read the response,
   * because some (curl 7) take even NO_ERROR for a failure while they send. Meanwhile flow control holds them back.
   *
   * @param now milliseconds of the heartbeat; undefined resets all of them
   */
  #resetUnfinished(now?: number): void {
    const unfinished = this.#unfinished;
    if (unfinished.length === 0) return;
    this.#unfinished = [];
    for (const stream of unfinished) {
      if (stream.isClosed) continue;
      if (now !== undefined && now - stream.unfinishedSince < unfinishedTime) this.#unfinished.push(stream);
      else stream.reset(ErrorCode.NO_ERROR);
    }
  }

  afterFlush(): void {
    this.#closeIfDone();
  }

  /** A client that makes us answer and does not read gets no more of its frames read. */
  writtenUnderPressure(size: number, wasUnderPressure: boolean): void {
    this.#clock.writtenUnderPressure(size);
    // DATA waits while there is pressure: this was none.
    if (wasUnderPressure) this.#unreadControl += size;
    if (this.#unreadControl < maxUnreadControl || this.#isPaused) return;
    this.#isPaused = true;
    this.#connection.pause();
  }

  // The end of streams

  #streamFailed(streamId: number, error: Http2Error): void {
    this.#report(error);
    const stream = this.streams.get(streamId);
    if (stream !== undefined) {
      stream.reset(error.errorCode, error);
      return;
    }
    this.sender.rstStream(streamId, error.errorCode);
    this.streams.recent.reset(streamId);
  }

  #report(error: Http2Error): void {
    const refused = new BadHttpRequestError(error.code, 400, error.message, { cause: error });
    reportBadRequest(refused, this.#connection, this.#host.services);
  }

  #remove(stream: Http2Stream): void {
    this.streams.remove(stream);
    if (!this.sender.output.isBatching) this.sender.output.requestFlush();
  }

  #abortStreams(cause: Error | undefined): void {
    for (const stream of this.streams) {
      stream.aborted(cause);
      this.streams.remove(stream);
    }
  }

  // The end of the connection

  /** A connection error: GOAWAY, and the end. */
  fail(error: Http2Error): void {
    if (!this.isReading) return;
    this.#report(error);
    if (this.#hasSentPreface) this.sender.goAway(this.streams.last, error.errorCode);
    else if (this.#reader.looksLikeHttp1) this.sender.output.begin().copy(http1Refusal);
    this.#phase = Phase.lingering;
    this.#abortStreams(error);
    this.#linger();
  }

  /** The server wants the connection to end: running streams are finished, and no request that is on its way is lost. */
  closeRequested(): void {
    if (this.#phase !== Phase.open) return;
    this.#phase = Phase.leaving;
    if (!this.#hasSentPreface) this.#sendPreface();
    this.sender.goAway(anyStream, ErrorCode.NO_ERROR);
    // Its answer shows that the client has the GOAWAY; what it sent before is here by then.
    this.sender.ping(false, leavingPing);
    this.#clock.leaving();
  }

  /** The client has opened its last stream, or has had the time to. */
  lastStreams(): void {
    if (this.#phase === Phase.leaving) this.#lastStreams();
  }

  #lastStreams(): void {
    this.#phase = Phase.lastStreams;
    this.sender.goAway(this.streams.last, ErrorCode.NO_ERROR);
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (this.#phase === Phase.lastStreams && this.streams.isEmpty) this.#linger();
  }

  /** Ends our side, and reads on for a while: closing with unread bytes resets the connection, which can overtake GOAWAY. */
  #linger(): void {
    this.#phase = Phase.lingering;
    const { output } = this.sender;
    output.isBatching = false;
    output.flush();
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#connection.resume();
    }
    this.#clock.lingering();
    this.#connection.end();
  }

  abort(reason?: Error): void {
    this.#connection.abort(reason);
  }

  dispose(): void {
    this.#connection.dispose();
  }

  heartbeat(now: number): void {
    this.allowance.earnSecond();
    this.#clock.tick(now);
    this.#resetUnfinished(now);
  }
}
