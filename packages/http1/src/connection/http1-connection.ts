import {
  type CloseRequestListener,
  type Connection,
  type ConnectionDelegate,
  ConnectionEndpointFeature,
  ConnectionError,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  type HeartbeatListener,
  type Receiver,
  TlsHandshakeFeature,
} from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import {
  ConnectionTimeout,
  type ExchangeConnection,
  type ExchangeOwner,
  ExchangeRun,
  FieldRole,
  type FieldSection,
  type HttpApplication,
  HttpError,
  type HttpEvents,
  type HttpLimits,
  type HttpServices,
  RequestRate,
  ResponseRate,
  Timeout,
  refusalFor,
  reportBadRequest,
} from '@windhover/http';
import { Http1Exchange } from '../exchange/exchange.ts';
import { Output, type OutputSource } from './output.ts';
import { refusalText } from './refusals.ts';
import { UpgradedConnection } from './upgraded-connection.ts';
import {
  HeadFlag,
  Http1Error,
  type Http1Options,
  RequestDecoder,
  RequestEvent,
  type RequestHead,
  type ResponseHeadWriter,
  encodeResponseHead,
} from '@windhover/http1-codec';
import type { RequestTurns, TurnTaker } from './request-turns.ts';

/** What all connections of one endpoint share. */
export interface Http1Host<C = unknown> {
  readonly application: HttpApplication<C>;
  readonly services: HttpServices;
  readonly heads: ResponseHeadWriter;
  readonly turns: RequestTurns;
  readonly options: Http1Options;
}

/** Where a connection is in its life. */
const Phase = {
  /** Requests are read and answered. */
  open: 0,
  /** The last response is out, our side is ended; what still comes is dropped until the peer ends, too. */
  lingering: 1,
  /** Another protocol has it. */
  upgraded: 2,
  closed: 3,
} as const;

/**
 * How long an idle connection stays when the server wants it to end. A client that is just about to send a request
 * gets its answer, with `Connection: close`; closing at once would lose it.
 */
const closeIdleAfter = 1000;

/** So many requests of a connection are answered between two looks at the time of the turn. */
const requestsPerLook = 4;

/** The connection option `close` in a Connection field (RFC 9110 7.6.1). */
const closeOption = /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i;

/**
 * One HTTP/1.1 connection: reads requests, runs the application on one after the other, writes the responses, and
 * keeps the peer within its limits.
 *
 * Source: RFC 9112 section 9; Kestrel `Http1Connection`
 */
export class Http1Connection<C = unknown>
  implements
    Receiver,
    HeartbeatListener,
    CloseRequestListener,
    OutputSource,
    ExchangeConnection,
    ExchangeOwner<Http1Exchange>,
    TurnTaker
{
  readonly decoder: RequestDecoder;
  readonly output: Output;
  readonly #connection: Connection;
  readonly #host: Http1Host<C>;
  readonly #heartbeat: ConnectionHeartbeatFeature | undefined;
  readonly #timeout: ConnectionTimeout;
  readonly #run: ExchangeRun<C, Http1Exchange>;
  #phase: (typeof Phase)[keyof typeof Phase] = Phase.open;
  #exchange: Http1Exchange | undefined;
  #requestCount = 0;
  #isPumping = false;
  /** Whether the next requests have to wait for a later turn of the event loop. */
  #waitsForTurn = false;
  #isPaused = false;
  #peerHasEnded = false;
  #isCloseRequested = false;
  #closesAfterResponse = false;
  /** Whether the upgraded connection has been started, or its stream taken. */
  #isTakenOver = false;
  #drained = 0;
  #requestRate: RequestRate | undefined;
  #responseRate: ResponseRate | undefined;

  constructor(connection: Connection, host: Http1Host<C>) {
    this.#connection = connection;
    this.#host = host;
    this.decoder = new RequestDecoder(host.services.limits, host.options);
    this.output = new Output(connection, this);
    this.#heartbeat = connection.features.get(ConnectionHeartbeatFeature);
    this.#timeout = new ConnectionTimeout(this.#heartbeat);
    this.#run = new ExchangeRun(host, connection, this);
  }

  /** Takes the connection over. */
  start(): void {
    this.#heartbeat?.onHeartbeat(this);
    this.#timeout.start(Timeout.keepAlive, this.limits.keepAliveTimeout);
    this.#connection.start(this);
    this.#connection.features.get(ConnectionLifetimeNotificationFeature)?.onCloseRequested(this);
  }

  get id(): string {
    return this.#connection.id;
  }

  get features(): FeatureCollection {
    return this.#connection.features;
  }

  /** Of requests: whether a TLS layer below has encrypted them. */
  get scheme(): 'http' | 'https' {
    return this.features.get(TlsHandshakeFeature) === undefined ? 'http' : 'https';
  }

  get endpoints(): ConnectionEndpointFeature | undefined {
    return this.features.get(ConnectionEndpointFeature);
  }

  get limits(): HttpLimits {
    return this.#host.services.limits;
  }

  get events(): HttpEvents {
    return this.#host.services.events;
  }

  get isClosed(): boolean {
    return this.#phase === Phase.closed;
  }

  /** Whether the peer has ended its side: no more bytes will come. */
  get peerHasEnded(): boolean {
    return this.#peerHasEnded;
  }

  // Receiver

  received(bytes: Uint8Array): void {
    // Dropped while the connection lingers.
    if (this.#phase !== Phase.open) return;
    this.decoder.push(bytes);
    this.#host.heads.refresh();
    this.output.isBatching = true;
    const exchange = this.#exchange;
    if (exchange === undefined) this.#pump();
    else this.#receivedDuring(exchange, bytes.length);
    this.#endBatch();
    if (this.decoder.buffered > 0) this.#pauseIfFull();
  }

  /** One write for the whole batch; also when its handlers are async and have nothing to wait for. */
  #endBatch(): void {
    this.output.isBatching = false;
    if (this.#exchange === undefined) {
      this.output.flush();
    } else if (this.decoder.buffered > 0) {
      this.output.requestLateFlush();
    } else {
      this.beforeFlush();
      this.output.flush();
    }
  }

  drained(): void {
    this.output.drained();
    this.#responseRate = undefined;
    if (this.#phase === Phase.lingering) this.#endOutput();
    this.#answerNext();
  }

  ended(): void {
    this.#peerHasEnded = true;
    if (this.#phase !== Phase.open) return;
    const exchange = this.#exchange;
    // Requests that wait are answered first.
    if (exchange === undefined) this.#pump();
    else if (exchange.isOver) this.#linger();
    else exchange.bodyIfAny?.received();
  }

  closed(error?: Error): void {
    const wasUpgraded = this.#phase === Phase.upgraded;
    this.#phase = Phase.closed;
    this.#timeout.stop();
    this.output.closed(error);
    const exchange = this.#exchange;
    if (exchange === undefined || wasUpgraded) return;
    if (exchange.isOver) this.#exchange = undefined;
    else exchange.aborted(error);
  }

  // Requests

  continueRequests(): void {
    this.#waitsForTurn = false;
    this.#host.heads.refresh();
    this.#answerNext();
  }

  /** Answers the requests that have been received, in one write. */
  #answerNext(): void {
    if (this.#phase !== Phase.open || this.#exchange !== undefined) return;
    this.output.isBatching = true;
    this.#pump();
    this.#endBatch();
  }

  /**
   * Starts requests as long as one after the other is complete and answered, and the peer takes the answers: one that
   * only sends would otherwise fill our memory with responses.
   */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#mayAnswer) {
      const head = this.#nextHead();
      if (head === undefined) break;
      this.#answer(head);
      if (this.#isTurnOver) this.#waitForTurn();
    }
    this.#isPumping = false;
  }

  get #mayAnswer(): boolean {
    const isIdle = this.#exchange === undefined && this.#phase === Phase.open;
    return isIdle && !this.#waitsForTurn && !this.output.isUnderPressure;
  }

  /** Looked at now and then, and only when requests are waiting: a look at the clock is not free. */
  get #isTurnOver(): boolean {
    return this.#requestCount % requestsPerLook === 0 && this.decoder.buffered > 0 && !this.#host.turns.hasTime();
  }

  #waitForTurn(): void {
    this.#waitsForTurn = true;
    this.#host.turns.wait(this);
  }

  #nextHead(): RequestHead | undefined {
    try {
      if (this.decoder.read() === RequestEvent.head) return this.decoder.head;
    } catch (error) {
      this.#refuse(error);
      return undefined;
    }
    if (this.#peerHasEnded) this.#noMoreRequests();
    else this.#waitForRequest();
    return undefined;
  }

  /**
   * The header timeout runs from the first byte of a request, and later bytes do not extend it. Empty lines between
   * requests, which some clients send to keep a connection, start `keepAliveTimeout` anew.
   */
  #waitForRequest(): void {
    this.#resumeIfPaused();
    if (this.decoder.isInMessage) {
      if (this.#timeout.reason !== Timeout.requestHeaders) {
        this.#timeout.start(Timeout.requestHeaders, this.limits.requestHeadersTimeout);
      }
    } else if (!this.#isCloseRequested) {
      this.#timeout.start(Timeout.keepAlive, this.limits.keepAliveTimeout);
    } else if (this.#timeout.reason === Timeout.none) {
      this.#timeout.start(Timeout.closeIdle, closeIdleAfter);
    }
  }

  #answer(head: RequestHead): void {
    this.#timeout.stop();
    if ((head.flags & HeadFlag.otherExpectation) !== 0 && head.minorVersion === 1) {
      this.#refuse(new Http1Error('HTTP1_EXPECTATION_FAILED'));
      return;
    }
    const exchange = new Http1Exchange(this, head, ++this.#requestCount);
    this.#exchange = exchange;
    this.#run.start(exchange);
  }

  exchangeOver(exchange: Http1Exchange): void {
    this.#afterExchange(exchange);
    this.#pump();
  }

  #afterExchange(exchange: Http1Exchange): void {
    if (this.#phase !== Phase.open) {
      this.#exchange = undefined;
      if (this.#phase === Phase.upgraded && !this.#isTakenOver) {
        this.#timeout.start(Timeout.takeOver, this.limits.requestHeadersTimeout);
      }
    } else if (this.#closesAfterResponse) {
      this.#linger();
    } else if (!exchange.canHaveBody) {
      // A request without content ends where its head does.
      this.decoder.read();
      this.#exchange = undefined;
    } else {
      this.#drainContent(exchange);
    }
  }

  // Content

  #receivedDuring(exchange: Http1Exchange, size: number): void {
    if (exchange.isOver) {
      this.#drainContent(exchange);
      this.#pump();
      return;
    }
    this.#requestRate?.received(size);
    exchange.bodyIfAny?.received();
  }

  /** Stops reading when more has come than may wait, or when nothing more is answered until the peer reads. */
  #pauseIfFull(): void {
    if (this.#isPaused || this.#phase !== Phase.open) return;
    const { maxRequestBufferSize } = this.limits;
    const isFull = maxRequestBufferSize !== null && this.decoder.buffered >= maxRequestBufferSize;
    if (!isFull && !(this.#exchange === undefined && this.output.isUnderPressure)) return;
    this.#isPaused = true;
    this.#connection.pause();
  }

  #resumeIfPaused(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#connection.resume();
  }

  /** The application waits for content that has not come. */
  wantContent(exchange: Http1Exchange): void {
    exchange.continueIfOwed();
    if (this.#heartbeat !== undefined) this.#requestRate ??= new RequestRate(this.#heartbeat.now);
    this.#resumeIfPaused();
  }

  /** The content of the current request has been read to its end. */
  contentComplete(): void {
    this.#requestRate = undefined;
    this.#resumeIfPaused();
  }

  /** After the response: what the application has left of the content is read and dropped, within limits. */
  #drainContent(exchange: Http1Exchange): void {
    try {
      this.#drained += exchange.body.discard();
    } catch {
      this.#linger();
      return;
    }
    if (exchange.body.isComplete) {
      this.#drained = 0;
      this.#timeout.stop();
      this.#exchange = undefined;
      return;
    }
    const left = this.decoder.remainingContent;
    if (exchange.owesContinue || this.#peerHasEnded || this.#drained + left > this.limits.maxRequestDrainSize) {
      this.#linger();
      return;
    }
    if (this.#timeout.reason !== Timeout.drain) this.#timeout.start(Timeout.drain, this.limits.requestDrainTimeout);
    this.#resumeIfPaused();
  }

  // Responses

  /** Writes the heads of responses. The first response of a turn reads the clock for those that follow. */
  get heads(): ResponseHeadWriter {
    const { heads } = this.#host;
    if (!this.output.isFlushDue) heads.refresh();
    return heads;
  }

  /** Decides whether the connection stays after a response. @returns the Connection option to add to the response */
  connectionOption(exchange: Http1Exchange, fields: FieldSection | undefined): '' | 'close' | 'keep-alive' {
    const hasOwn = fields !== undefined && (fields.roles & FieldRole.connection) !== 0;
    const saysClose = hasOwn && closeOption.test(fields.get('connection')!);
    if (!saysClose && this.#staysAfter(exchange)) return exchange.minorVersion === 0 && !hasOwn ? 'keep-alive' : '';
    this.#closesAfterResponse = true;
    return saysClose ? '' : 'close';
  }

  #staysAfter(exchange: Http1Exchange): boolean {
    if (this.#closesAfterResponse || this.#isCloseRequested || !exchange.allowsKeepAlive) return false;
    const { maxRequestsPerConnection } = this.limits;
    if (maxRequestsPerConnection !== null && this.#requestCount >= maxRequestsPerConnection) return false;
    if (!exchange.canHaveBody || exchange.bodyIfAny?.hasBegun) return true;
    // Whether the peer still sends content that waits for a 100, nobody knows; and too much is not waited for.
    const left = this.decoder.remainingContent - this.decoder.buffered;
    return !exchange.owesContinue && left <= this.limits.maxRequestDrainSize;
  }

  /** The connection ends with the response that is on its way. */
  closeAfterResponse(): void {
    this.#closesAfterResponse = true;
  }

  sendInformational(statusCode: number, fields: FieldSection): void {
    if (this.#phase === Phase.open) this.output.text(encodeResponseHead({ statusCode, headers: fields }).text);
  }

  beforeFlush(): void {
    this.#run.releaseContent();
  }

  writtenUnderPressure(size: number): void {
    const rate = this.#exchange === undefined ? this.limits.minResponseDataRate : this.#exchange.minResponseDataRate;
    if (rate === null || this.#heartbeat === undefined) return;
    this.#responseRate ??= new ResponseRate();
    this.#responseRate.written(size, this.#heartbeat.now, rate);
  }

  // The end

  /** A request that cannot be understood, or may not be: the status, and nothing more is read. */
  #refuse(error: unknown): void {
    if (!(error instanceof Http1Error)) throw error;
    const { services } = this.#host;
    if (error.code === 'HTTP1_HTTP2_PREFACE' && this.#requestCount === 0 && services.priorKnowledge !== undefined) {
      this.#toHttp2(services.priorKnowledge);
      return;
    }
    reportBadRequest(error, this.#connection, services);
    const refusal = refusalFor(error, this.#connection, services);
    this.output.text(refusalText(this.heads, error, refusal));
    this.#linger();
  }

  /** The peer sends nothing more. What it began and did not finish is told, the rest is answered already. */
  #noMoreRequests(): void {
    if (this.decoder.isInMessage) this.#refuse(new Http1Error('HTTP1_REQUEST_INCOMPLETE'));
    else this.#linger();
  }

  /**
   * Ends our side, and reads on for a while: closing with unread bytes resets the connection, and a reset can
   * overtake the response.
   *
   * Source: RFC 9112 section 9.6
   */
  #linger(): void {
    this.#exchange = undefined;
    this.#phase = Phase.lingering;
    this.output.isBatching = false;
    this.output.flush();
    this.decoder.takeRemaining();
    this.#resumeIfPaused();
    // A peer that is still reading a long response is held to its rate, not to the time for the rest.
    if (this.output.isUnderPressure) this.#timeout.stop();
    else this.#endOutput();
  }

  #endOutput(): void {
    // The time in which content was dropped before counts.
    if (this.#timeout.reason !== Timeout.drain) this.#timeout.start(Timeout.linger, this.limits.requestDrainTimeout);
    this.#connection.end();
  }

  /** Resets the connection. Requests that have been received already are not run any more. */
  abort(reason?: Error): void {
    if (this.#phase === Phase.open) this.#phase = Phase.closed;
    this.#connection.abort(
      reason ?? new ConnectionError('CONNECTION_ABORTED', 'The connection was aborted by the server'),
    );
  }

  /** The server comes to its end: the response that runs is the last one, and an idle connection goes soon. */
  closeRequested(): void {
    this.#isCloseRequested = true;
    if (this.#phase !== Phase.open || this.#exchange !== undefined || this.decoder.isInMessage) return;
    if (this.#heartbeat === undefined) this.#linger();
    else this.#timeout.start(Timeout.closeIdle, closeIdleAfter);
  }

  /** Answers the upgrade, and hands the connection over. */
  upgrade(exchange: Http1Exchange, isConnect: boolean, protocol: string | undefined): Connection {
    if (this.#host.services.upgrades?.enter(this.#connection) === false) throw new HttpError('HTTP_UPGRADE_LIMIT');
    const fields = exchange.response.prepareUpgrade();
    if (!isConnect) {
      fields.set('connection', 'Upgrade');
      if (protocol !== undefined) fields.set('upgrade', protocol);
    }
    this.output.text(this.heads.write(isConnect ? 200 : 101, '', fields, '', undefined));
    this.output.flush();
    exchange.response.handOver();
    this.#phase = Phase.upgraded;
    this.#timeout.stop();
    this.#responseRate = undefined;
    const { decoder } = this;
    decoder.read();
    return this.#handOver(decoder.takeRemaining());
  }

  /** The client speaks HTTP/2, and so does the endpoint. */
  #toHttp2(priorKnowledge: ConnectionDelegate): void {
    this.#phase = Phase.upgraded;
    const connection = this.#handOver(this.decoder.takeRemaining());
    void priorKnowledge(connection);
  }

  /** @param early bytes that were received after the request */
  #handOver(early: Uint8Array[]): Connection {
    // Bytes wait below until the new protocol starts the connection.
    this.#connection.pause();
    const upgraded = new UpgradedConnection(this.#connection, () => this.#takenOver());
    upgraded.unread(...early);
    if (this.#peerHasEnded) upgraded.unreadEnd();
    return upgraded;
  }

  /** The new protocol has started the connection, or taken its stream: no limit of HTTP applies to it any more. */
  #takenOver(): void {
    this.#isTakenOver = true;
    this.#timeout.stop();
    this.#heartbeat?.offHeartbeat?.(this);
  }

  /** The upgraded connection is lost to the application. While it is paused, not even its end would be noticed. */
  #notTakenOver(): void {
    this.events.applicationError(new HttpError('HTTP_UPGRADE_UNUSED'), this.#connection.features);
    this.#connection.dispose();
  }

  // Time

  heartbeat(now: number): void {
    if (this.#exchange === undefined) this.decoder.forgetEmptyLines();
    const expired = this.#timeout.takeExpired(now);
    if (expired !== Timeout.none) this.#timedOut(expired);
    else if (this.#requestRate !== undefined) this.#checkRequestRate(now);
    if (this.#responseRate?.tick(now)) this.abort();
  }

  #checkRequestRate(now: number): void {
    const exchange = this.#exchange;
    const body = exchange?.bodyIfAny;
    if (exchange === undefined || body === undefined) return;
    if (!this.#requestRate!.tick(now, body.isPending, exchange.minRequestBodyDataRate)) return;
    this.closeAfterResponse();
    body.fail(new Http1Error('HTTP1_REQUEST_BODY_TIMEOUT'));
  }

  #timedOut(timeout: Timeout): void {
    if (timeout === Timeout.requestHeaders) this.#refuse(new Http1Error('HTTP1_REQUEST_HEADERS_TIMEOUT'));
    else if (timeout === Timeout.takeOver) this.#notTakenOver();
    // No reset: the system still delivers the rest of the response.
    else if (timeout === Timeout.linger || timeout === Timeout.drain) this.#connection.dispose();
    else this.#linger();
  }
}
