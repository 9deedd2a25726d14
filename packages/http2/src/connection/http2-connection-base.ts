import { Buffer } from 'node:buffer';
import {
  type CloseRequestListener,
  type Connection,
  ConnectionEndpointFeature,
  TlsHandshakeFeature,
} from '@windhover/connections';
import { publishEnding } from '@windhover/diagnostics';
import type { FeatureCollection } from '@windhover/features';
import {
  BadHttpRequestError,
  type HttpApplication,
  type HttpEvents,
  type HttpLimits,
  type HttpServices,
} from '@windhover/http';
import { type ExchangeConnection, reportBadRequest } from '@windhover/http/exchange';
import { ErrorCode } from '../codec/error-code.ts';
import type { Http2Error } from '../codec/errors.ts';
import type { ResolvedHttp2Options } from '../http2-options.ts';
import type { CommonFields } from './common-fields.ts';
import type { ConnectionClock } from './connection-clock.ts';
import type { FrameReceiver } from './frame-receiver.ts';
import type { FrameSender } from './frame-sender.ts';
import { StreamTable } from './stream-table.ts';

/** State shared by all connections of one endpoint. */
export interface Http2Host {
  readonly application: HttpApplication;
  readonly services: HttpServices;
  readonly common: CommonFields;
  readonly options: ResolvedHttp2Options;
}

const refusalText = 'This endpoint speaks HTTP/2 only.\n';

/** The response to an HTTP/1.1 client, same as Kestrel's. */
const http1Refusal: Uint8Array = Buffer.from(
  'HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain\r\n' +
    `content-length: ${refusalText.length}\r\n\r\n${refusalText}`,
);

/** Phases of a connection. */
export const Phase = {
  open: 0,
  /** GOAWAY with the highest stream identifier: the client is asked to open no more streams. */
  leaving: 1,
  /** GOAWAY with the last stream: running streams are completed, new ones ignored. */
  lastStreams: 2,
  /** Nothing more is written. Received bytes are dropped, until the client has taken everything and ends its side. */
  lingering: 3,
  closed: 4,
} as const;

export type Phase = (typeof Phase)[keyof typeof Phase];

/** Stream identifier in the first GOAWAY of a graceful close (RFC 9113 6.8). */
const anyStream = 0x7fffffff;

/** Marks the PING that follows the first GOAWAY. */
const leavingPing = Uint8Array.of(0x6c, 0x65, 0x61, 0x76, 0x69, 0x6e, 0x67, 0);

/**
 * The parts of an HTTP/2 connection, and its phases: the preface, the graceful close with GOAWAY, and the lingering
 * close. `Http2Connection` adds the events of the connection and of its streams.
 *
 * Source: RFC 9113 sections 3.4, 5.4.1 and 6.8
 */
export abstract class Http2ConnectionBase implements CloseRequestListener, ExchangeConnection {
  abstract readonly sender: FrameSender;
  readonly streams: StreamTable;
  readonly scheme: 'http' | 'https';
  protected abstract readonly receiver: FrameReceiver;
  protected abstract readonly clock: ConnectionClock;
  protected readonly below: Connection;
  protected readonly host: Http2Host;
  protected phase: Phase = Phase.open;
  protected hasSentPreface = false;
  /** Whether reading has stopped: the connection below is paused, and frames that have been received wait. */
  isPaused = false;

  constructor(below: Connection, host: Http2Host) {
    this.below = below;
    this.host = host;
    this.scheme = below.features.get(TlsHandshakeFeature) === undefined ? 'http' : 'https';
    this.streams = new StreamTable(host.services.limits.http2.maxStreamsPerConnection);
  }

  get id(): string {
    return this.below.id;
  }

  get features(): FeatureCollection {
    return this.below.features;
  }

  get limits(): HttpLimits {
    return this.host.services.limits;
  }

  get events(): HttpEvents {
    return this.host.services.events;
  }

  get endpoints(): ConnectionEndpointFeature | undefined {
    return this.features.get(ConnectionEndpointFeature);
  }

  get now(): number | undefined {
    return this.clock.now;
  }

  /** Whether a header block or the preface is incomplete. */
  get isInHead(): boolean {
    return this.receiver.isInHead;
  }

  get isReading(): boolean {
    return this.phase < Phase.lingering;
  }

  protected sendPreface(): void {
    this.sender.preface(this.limits);
    this.hasSentPreface = true;
  }

  // The end of the connection

  /** Handles a connection error: sends GOAWAY and closes. */
  fail(error: Http2Error): void {
    if (!this.isReading) return;
    this.report(error);
    if (this.hasSentPreface) this.sender.goAway(this.streams.last, error.errorCode);
    else if (this.receiver.looksLikeHttp1) this.sender.output.begin().copy(http1Refusal);
    this.phase = Phase.lingering;
    this.abortStreams(error);
    this.#linger();
  }

  /** Called when the server ends the connection. */
  abstract closeRequested(): void;

  /** Starts a graceful close: running streams are completed, and requests on their way are not lost. */
  leave(): void {
    if (this.phase !== Phase.open) return;
    this.phase = Phase.leaving;
    if (!this.hasSentPreface) this.sendPreface();
    this.sender.goAway(anyStream, ErrorCode.NO_ERROR);
    // The answer shows that the client has received GOAWAY; requests sent before have then arrived.
    this.sender.ping(false, leavingPing);
    this.clock.leaving();
  }

  /** Called when the client has answered a PING. Only the one that followed GOAWAY shows that GOAWAY has arrived. */
  pingAcknowledged(payload: Uint8Array): void {
    if (leavingPing.every((byte, at) => byte === payload[at])) this.lastStreams();
  }

  /** Called when the client has opened its last stream, or had time to. */
  lastStreams(): void {
    if (this.phase === Phase.leaving) this.#lastStreams();
  }

  /** Called when the client has sent GOAWAY: the connection ends after its running streams. */
  clientLeaves(): void {
    if (this.phase < Phase.lastStreams) this.#lastStreams();
  }

  #lastStreams(): void {
    this.phase = Phase.lastStreams;
    this.sender.goAway(this.streams.last, ErrorCode.NO_ERROR);
    this.closeIfDone();
  }

  protected closeIfDone(): void {
    if (this.phase === Phase.lastStreams && this.streams.isEmpty) this.#linger();
  }

  /** Ends the connection once the client has taken everything that was written; its rate limits the time until then. */
  #linger(): void {
    this.phase = Phase.lingering;
    const { output } = this.sender;
    output.isBatching = false;
    output.flush();
    if (this.isPaused) {
      this.isPaused = false;
      this.below.resume();
    }
    if (!output.isUnderPressure) this.endSide();
  }

  /**
   * Ends the server's side and keeps reading for a while: closing with unread bytes resets the connection, and the
   * client may then lose GOAWAY.
   */
  protected endSide(): void {
    this.clock.lingering();
    this.below.end();
  }

  /** Publishes the reason why the server ends the connection. */
  publishEnding(reason: string): void {
    publishEnding(this.below, reason);
  }

  abort(reason?: Error): void {
    this.below.abort(reason);
  }

  dispose(): void {
    this.below.dispose();
  }

  protected report(error: Http2Error): void {
    const refused = new BadHttpRequestError(error.code, 400, error.message, { cause: error });
    reportBadRequest(refused, this.below, this.host.services);
  }

  protected abortStreams(cause: Error | undefined): void {
    for (const stream of this.streams) {
      stream.aborted(cause);
      this.streams.remove(stream);
    }
  }
}
