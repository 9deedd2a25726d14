import type { Connection } from '@windhover/connections';
import { FieldSection, isAllowedInTrailers } from '@windhover/http';
import { type ExchangeHost, ExchangeRun } from '@windhover/http/exchange';
import { Http2Error } from '../codec/errors.ts';
import type { FrameReader } from '../codec/frame-reader.ts';
import type { HeaderField } from '../codec/hpack/header-field.ts';
import { HpackDecoder } from '../codec/hpack/hpack-decoder.ts';
import { StreamEvent } from '../codec/stream-state.ts';
import { Http2Exchange } from '../exchange/exchange.ts';
import { Http2RefusalError } from '../exchange/refusal-errors.ts';
import { RequestHead, fieldError } from '../exchange/request-head.ts';
import type { Http2Connection } from './http2-connection.ts';
import type { Http2Host } from './http2-connection-base.ts';
import { Http2Stream } from './http2-stream.ts';
import { prioritize } from './priority.ts';

/** Host for a refused request: creating its context fails, so the request is answered with the error. */
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

/**
 * Decodes the field blocks of the client. A block on a new stream is a request, whose exchange is started; a block on an
 * open stream is its trailer section.
 *
 * Source: RFC 9113 sections 5.1.1, 6.2 and 8.1; Kestrel `Http2Connection.DecodeHeadersAsync`
 */
export class HeadersReceiver {
  readonly #connection: Http2Connection;
  readonly #lower: Connection;
  readonly #host: Http2Host;
  readonly #decoder: HpackDecoder;

  /** @param lower the connection that carries the frames; reported with exchanges */
  constructor(connection: Http2Connection, lower: Connection, host: Http2Host) {
    const { limits } = host.services;
    this.#connection = connection;
    this.#lower = lower;
    this.#host = host;
    this.#decoder = new HpackDecoder({
      maxListSize: limits.maxRequestHeadersTotalSize,
      maxCount: limits.maxRequestHeaderCount,
      maxFieldSize: limits.http2.maxRequestHeaderFieldSize,
    });
  }

  /** Called when the client has acknowledged the settings of the preface: field blocks now use the new table size. */
  tableSizeAcknowledged(): void {
    this.#decoder.tableSizeAcknowledged(this.#host.services.limits.http2.headerTableSize);
  }

  /** Handles a complete field block. */
  received(reader: FrameReader): void {
    const { streamId, endsStream } = reader;
    const { streams } = this.#connection;
    if ((streamId & 1) === 0) throw new Http2Error('HTTP2_STREAM_ID_EVEN');
    // Always decoded, to keep the table in sync with the client's.
    const list = this.#decoder.decode(reader.bytes, reader.start, reader.end);
    const stream = streams.get(streamId);
    if (stream !== undefined) {
      this.#onTrailers(stream, list, endsStream);
    } else if (streamId > streams.last && this.#connection.ignoresNewStreams) {
      // The client sent the request before it received GOAWAY, and may retry it on another connection (RFC 9113 6.8).
      streams.ignored(streamId);
      this.#connection.allowance.spend();
    } else if (!streams.isIdle(streamId)) {
      this.#onLateHeaders(streamId);
    } else {
      this.#openStream(streamId, reader.dependency);
      this.#onRequest(streamId, list, endsStream);
    }
  }

  #openStream(streamId: number, dependency: number): void {
    const { streams } = this.#connection;
    streams.opened(streamId);
    if (!streams.hasRoom) this.#connection.unfinished.reset();
    if (!streams.hasRoom) throw new Http2Error('HTTP2_STREAM_REFUSED');
    if (dependency === streamId) throw new Http2Error('HTTP2_STREAM_DEPENDS_ON_ITSELF');
  }

  #onLateHeaders(streamId: number): void {
    const { streams, allowance } = this.#connection;
    const { recent } = streams;
    if (recent.isClosed(streamId)) throw new Http2Error('HTTP2_STREAM_CLOSED');
    // A new stream closes idle streams with lower identifiers (RFC 9113 5.1.1).
    if (!recent.isReset(streamId) && !recent.isFull) throw new Http2Error('HTTP2_STREAM_ID_LOW');
    allowance.spend();
  }

  // Requests

  #onRequest(streamId: number, list: HeaderField[], endsStream: boolean): void {
    const connection = this.#connection;
    const isTooLarge = this.#decoder.isTooLarge;
    const scheme = this.#host.options.allowAlternateSchemes || isTooLarge ? undefined : connection.scheme;
    const head = isTooLarge ? RequestHead.ofTooLarge() : new RequestHead(list, scheme);
    if (endsStream && head.contentLength > 0) throw new Http2Error('HTTP2_CONTENT_LENGTH_MISMATCH');
    const stream = new Http2Stream(streamId, connection, connection.sender.peer.initialWindowSize, head.contentLength);
    if (endsStream) stream.move(StreamEvent.receiveEnd);
    const exchange = new Http2Exchange(stream, head, !endsStream);
    stream.exchange = exchange;
    stream.input = exchange;
    const priority = connection.streams.takePriority(streamId) ?? head.priority;
    if (priority !== undefined) prioritize(stream.output, priority);
    connection.allowance.earnRequest();
    connection.streamOpened(stream);
    const refusal = this.#refusalOf(head, isTooLarge);
    const host = refusal === undefined ? this.#host : refusing(refusal, this.#host);
    stream.run = new ExchangeRun(host, this.#lower, connection);
    stream.run.start(exchange);
    this.#checkRequestCount();
  }

  #refusalOf(head: RequestHead, isTooLarge: boolean): Http2RefusalError | undefined {
    if (isTooLarge) return new Http2RefusalError('HTTP2_HEADERS_TOO_LARGE');
    const { maxRequestLineSize } = this.#connection.limits;
    if (head.requestLineSize > maxRequestLineSize) return new Http2RefusalError('HTTP2_TARGET_TOO_LONG');
    if (head.hasOtherExpectation) return new Http2RefusalError('HTTP2_EXPECTATION_FAILED');
    return undefined;
  }

  #checkRequestCount(): void {
    const { limits, streams } = this.#connection;
    const { maxRequestsPerConnection } = limits;
    if (maxRequestsPerConnection === null || streams.count < maxRequestsPerConnection) return;
    this.#connection.leave();
  }

  // Trailers

  #onTrailers(stream: Http2Stream, list: HeaderField[], endsStream: boolean): void {
    stream.move(StreamEvent.receiveHeaders);
    if (stream.isTunnel) throw new Http2Error('HTTP2_TUNNEL_HEADERS');
    if (!endsStream) throw new Http2Error('HTTP2_TRAILERS_WITHOUT_END');
    if (this.#decoder.isTooLarge) throw new Http2Error('HTTP2_TRAILERS_TOO_LARGE');
    for (const { name, kind } of list) {
      const error = fieldError(kind);
      if (error !== undefined) throw new Http2Error(error);
      if (!isAllowedInTrailers(name)) throw new Http2Error('HTTP2_TRAILER_NOT_ALLOWED');
    }
    stream.receivedEnd(FieldSection.ofReceived(list.map(({ name, value }) => [name, value] as const)));
  }
}
