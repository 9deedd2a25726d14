import type { ConnectionHeartbeatFeature } from '@windhover/connections';
import { ConnectionTimeout, RequestRate, ResponseRate, Timeout } from '@windhover/http/exchange';
import { ErrorCode } from '../codec/error-code.ts';
import { Http2Error } from '../codec/errors.ts';
import type { Http2Exchange } from '../exchange/exchange.ts';
import { Http2RefusalError } from '../exchange/refusal-errors.ts';
import type { Http2Connection } from './http2-connection.ts';
import type { TunnelConnection } from './tunnel-connection.ts';

/**
 * Milliseconds for a client to answer the PING after the first GOAWAY. A live client answers at once; then the last
 * GOAWAY is sent, and later requests are ignored.
 */
const leaveAfter = 5000;

const keepAlivePing = Uint8Array.of(0x61, 0x6c, 0x69, 0x76, 0x65, 0x3f, 0, 0);

/**
 * The timeouts and rates of one connection, checked on the heartbeat. Without a heartbeat none expires.
 *
 * Source: Kestrel `TimeoutControl`, `Http2KeepAlive`
 */
export class ConnectionClock {
  readonly #connection: Http2Connection;
  readonly #heartbeat: ConnectionHeartbeatFeature | undefined;
  readonly #timeout: ConnectionTimeout;
  #responseRate: ResponseRate | undefined;
  /** Content received on all streams. Distinguishes a slow client from one whose streams share the connection. */
  #content = 0;
  /** Tunnels whose handler has returned and that may not have been started, with the time until which they may be. */
  #tunnels: Map<TunnelConnection, number> | undefined;
  #lastReceived = 0;
  #pingSentAt: number | undefined;
  /** Content sent on all streams until the last beat. */
  #sentBefore = 0;

  constructor(connection: Http2Connection, heartbeat: ConnectionHeartbeatFeature | undefined) {
    this.#connection = connection;
    this.#heartbeat = heartbeat;
    this.#timeout = new ConnectionTimeout(heartbeat);
  }

  get now(): number | undefined {
    return this.#heartbeat?.now;
  }

  start(): void {
    this.#heartbeat?.onHeartbeat(this.#connection);
    this.#lastReceived = this.#heartbeat?.now ?? 0;
    this.#timeout.start(Timeout.keepAlive, this.#connection.limits.keepAliveTimeout);
  }

  stop(): void {
    this.#timeout.stop();
    this.#responseRate = undefined;
  }

  /** Called when bytes have been received. */
  received(): void {
    if (this.#heartbeat === undefined) return;
    this.#lastReceived = this.#heartbeat.now;
    this.#pingSentAt = undefined;
  }

  /** Called when all complete frames have been read. Starts the timeout for an incomplete header block. */
  afterReading(): void {
    if (this.#heartbeat === undefined || !this.#connection.isReading) return;
    const { isInHead, limits, streams } = this.#connection;
    const { reason } = this.#timeout;
    // Nothing may delay the last GOAWAY: the next beat after it starts the timeout that applies then.
    if (reason === Timeout.closeIdle) return;
    if (isInHead) {
      if (reason !== Timeout.requestHeaders) this.#timeout.start(Timeout.requestHeaders, limits.requestHeadersTimeout);
    } else if (!streams.isEmpty) {
      this.#timeout.stop();
    } else if (reason === Timeout.requestHeaders || reason === Timeout.none) {
      this.#timeout.start(Timeout.keepAlive, limits.keepAliveTimeout);
    }
  }

  /** Called when a header block is complete: another one has its own time. */
  headReceived(): void {
    if (this.#timeout.reason === Timeout.requestHeaders) this.#timeout.stop();
  }

  streamOpened(): void {
    if (this.#timeout.reason === Timeout.keepAlive) this.#timeout.stop();
  }

  /** Called when the first GOAWAY has been sent. */
  leaving(): void {
    if (this.#heartbeat === undefined) this.#connection.lastStreams();
    else this.#timeout.start(Timeout.closeIdle, leaveAfter);
  }

  /** Called when the server has ended its side. */
  lingering(): void {
    this.#timeout.start(Timeout.linger, this.#connection.limits.requestDrainTimeout);
  }

  contentReceived(size: number): void {
    this.#content += size;
  }

  watchContent(exchange: Http2Exchange): void {
    if (this.#heartbeat === undefined || exchange.rate !== undefined) return;
    exchange.rate = new RequestRate(this.#heartbeat.now);
    exchange.contentBefore = this.#content;
  }

  watchTunnel(tunnel: TunnelConnection): void {
    if (this.#heartbeat === undefined) return;
    const until = this.#heartbeat.deadlineAfter(this.#connection.limits.requestHeadersTimeout);
    (this.#tunnels ??= new Map()).set(tunnel, until);
  }

  writtenUnderPressure(size: number): void {
    const rate = this.#connection.limits.minResponseDataRate;
    if (rate === null || this.#heartbeat === undefined) return;
    this.#responseRate ??= new ResponseRate();
    this.#responseRate.written(size, this.#heartbeat.now, rate);
  }

  drained(): void {
    this.#responseRate = undefined;
  }

  tick(now: number): void {
    const expired = this.#timeout.takeExpired(now);
    if (expired !== Timeout.none) this.#expired(expired);
    // The last handler may have finished meanwhile.
    else if (this.#timeout.reason === Timeout.none) this.afterReading();
    if (this.#responseRate?.tick(now)) this.#takesTooSlowly();
    this.#checkStreams(now);
    if (this.#tunnels !== undefined) this.#checkTunnels(this.#tunnels, now);
    this.#checkAlive(now);
  }

  #expired(timeout: Timeout): void {
    const connection = this.#connection;
    if (timeout === Timeout.requestHeaders) connection.fail(new Http2Error('HTTP2_HEADER_BLOCK_TIMEOUT'));
    else if (timeout === Timeout.keepAlive) this.#keptAliveTooLong();
    else if (timeout === Timeout.closeIdle) connection.lastStreams();
    else connection.dispose();
  }

  #keptAliveTooLong(): void {
    this.#connection.publishEnding('keep_alive_timeout');
    this.#connection.leave();
  }

  #takesTooSlowly(): void {
    this.#connection.publishEnding('min_response_data_rate');
    this.#connection.abort();
  }

  #checkStreams(now: number): void {
    const { sender, streams } = this.#connection;
    const sent = sender.sentContent - this.#sentBefore;
    this.#sentBefore = sender.sentContent;
    for (const { exchange, output } of streams) {
      // A client that reads other responses is not too slow for this one.
      if (sent > 0) output.overtaken(sent, exchange!.minResponseDataRate);
      if (output.isTooSlow(now)) exchange!.stream.reset(ErrorCode.CANCEL);
      else if (exchange!.rate !== undefined) this.#checkRequestRate(exchange!, now);
    }
  }

  #checkRequestRate(exchange: Http2Exchange, now: number): void {
    const rate = exchange.rate!;
    rate.received(this.#content - exchange.contentBefore);
    exchange.contentBefore = this.#content;
    // The client may not send while other content, which no handler has read, fills the window of the connection.
    const isWaiting = exchange.isWaiting && !this.#connection.window.isLow;
    if (!rate.tick(now, isWaiting, exchange.minRequestBodyDataRate)) return;
    exchange.rate = undefined;
    exchange.body.fail(new Http2RefusalError('HTTP2_REQUEST_BODY_TIMEOUT'));
  }

  #checkTunnels(tunnels: Map<TunnelConnection, number>, now: number): void {
    for (const [tunnel, until] of tunnels) {
      if (tunnel.isUnused && now < until) continue;
      tunnels.delete(tunnel);
      if (tunnel.isUnused) this.#connection.tunnelUnused(tunnel);
    }
    if (tunnels.size === 0) this.#tunnels = undefined;
  }

  /** Sends PING after a time of silence; closes the connection without an answer (RFC 9113 6.7). */
  #checkAlive(now: number): void {
    const { keepAlivePingDelay, keepAlivePingTimeout } = this.#connection.limits.http2;
    // While reading is paused, no answer can arrive.
    if (keepAlivePingDelay === null || !this.#connection.isReading || this.#connection.isPaused) return;
    if (this.#pingSentAt !== undefined) {
      if (now - this.#pingSentAt >= keepAlivePingTimeout) this.#connection.fail(new Http2Error('HTTP2_PING_TIMEOUT'));
    } else if (now - this.#lastReceived >= keepAlivePingDelay) {
      this.#pingSentAt = now;
      this.#connection.sender.ping(false, keepAlivePing);
    }
  }
}
