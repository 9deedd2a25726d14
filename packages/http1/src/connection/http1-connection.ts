import { Buffer } from 'node:buffer';
import {
  type CloseRequestListener,
  type Connection,
  type ConnectionDelegate,
  ConnectionError,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  type Receiver,
  acceptConnection,
  lingeringClose,
  ownCopy,
  probePeer,
} from '@windhover/connections';
import { publishEnding } from '@windhover/diagnostics';
import { type FieldSection, HttpError, type MinDataRate } from '@windhover/http';
import { type ExchangeOwner, ExchangeRun, Timeout, type TurnTaker, requestTurns } from '@windhover/http/exchange';
import { HeadFlag, Http1Error, RequestEvent, type RequestHead } from '@windhover/http1-codec';
import { Http1Exchange } from '../exchange/exchange.ts';
import { ConnectionEvent as Event, ConnectionState as State } from './connection-state.ts';
import { ConnectionTimers, type TimedConnection } from './connection-timers.ts';
import { Http1ConnectionBase, type Http1Host } from './http1-connection-base.ts';
import { Output, type OutputSource } from './output.ts';
import { refuseRequest } from './refusals.ts';
import { Discard } from './request-intake.ts';
import { RequestWait } from './request-wait.ts';
import { takeUpgraded, upgradeHead } from './upgraded-connection.ts';

/**
 * One HTTP/1.1 connection: reads requests, runs the application on one after the other, writes the responses, and keeps
 * the peer within its limits. The states and their order are in `connection-state.ts`.
 *
 * Source: RFC 9112 section 9; Kestrel `Http1Connection`
 */
export class Http1Connection<C = unknown>
  extends Http1ConnectionBase<C>
  implements Receiver, CloseRequestListener, OutputSource, TimedConnection, ExchangeOwner<Http1Exchange>, TurnTaker
{
  readonly output: Output;
  protected readonly timers: ConnectionTimers;
  readonly #wait: RequestWait;
  readonly #run: ExchangeRun<C, Http1Exchange>;
  /** Prevents recursion: an exchange may end before `start` of its run returns. */
  #isPumping = false;

  constructor(below: Connection, host: Http1Host<C>) {
    super(below, host);
    this.output = new Output(below, this);
    this.timers = new ConnectionTimers(below.features.get(ConnectionHeartbeatFeature), this);
    this.#wait = new RequestWait(this.intake, this.persistence, this.limits, this.timers.timeout);
    this.#run = new ExchangeRun(host, below, this);
  }

  /** Takes over the connection. */
  start(): void {
    this.timers.start();
    this.#wait.idle();
    this.below.start(this);
    this.features.get(ConnectionLifetimeNotificationFeature)?.onCloseRequested(this);
  }

  // Receiver

  received(bytes: Uint8Array): void {
    if (this.state >= State.finishing) return;
    this.decoder.push(bytes);
    this.#decode(bytes.length);
  }

  borrowed(memory: Uint8Array, size: number): void {
    if (this.state >= State.finishing) return;
    this.decoder.lend(memory, size);
    try {
      this.#decode(size);
    } finally {
      this.decoder.release();
    }
  }

  #decode(size: number): void {
    this.host.heads.refresh();
    this.output.isBatching = true;
    if (this.state === State.answering) this.#contentReceived(size);
    else if (this.state === State.discarding) this.#discard();
    this.#pump();
    this.#endBatch();
    if (this.state < State.finishing) this.intake.pauseIfFull(this.#isStalled);
  }

  /** Whether requests wait until the peer takes responses. */
  get #isStalled(): boolean {
    return this.exchange === undefined && this.output.isUnderPressure;
  }

  #contentReceived(size: number): void {
    this.timers.contentReceived(size);
    this.exchange!.bodyIfAny?.received();
  }

  drained(): void {
    this.output.drained();
    this.timers.taken();
    if (this.state === State.finishing) this.#close();
    else if (this.state === State.awaitingRequest) this.#answerNext();
  }

  ended(): void {
    this.intake.peerHasEnded = true;
    switch (this.state) {
      case State.awaitingRequest:
        // Earlier requests are answered first.
        this.#pump();
        break;
      case State.answering:
        this.exchange!.bodyIfAny?.received();
        this.exchange?.clientEnded();
        break;
      case State.discarding:
        this.#finish();
        break;
      default:
    }
    if (this.state < State.finishing) probePeer(this.below);
  }

  closed(error?: Error): void {
    const isUpgraded = this.state === State.upgraded;
    const exchange = this.exchange;
    this.move(Event.closed);
    this.timers.stop();
    this.output.closed(error);
    if (exchange === undefined || isUpgraded) return;
    if (exchange.isOver) this.exchange = undefined;
    else exchange.aborted(error);
  }

  // Requests

  /** Called when a turn of the event loop for this connection begins. */
  continueRequests(): void {
    if (this.state !== State.awaitingTurn) return;
    this.move(Event.turn);
    this.host.heads.refresh();
    this.#answerNext();
  }

  /** Answers the requests that have been received, in one write. */
  #answerNext(): void {
    this.output.isBatching = true;
    this.#pump();
    this.#endBatch();
  }

  /**
   * Answers complete requests one after the other while the client reads the responses. Otherwise a client that only
   * sends would fill the memory with responses.
   */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.state === State.awaitingRequest && !this.output.isUnderPressure) {
      const head = this.#nextHead();
      if (head === undefined) break;
      this.#answer(head);
      this.#yieldIfTurnIsOver();
    }
    this.#isPumping = false;
  }

  /** Checked only if others follow. */
  #yieldIfTurnIsOver(): void {
    if (this.decoder.buffered === 0 || this.state !== State.awaitingRequest) return;
    if (requestTurns.hasTimeAfter(this.persistence.requestCount)) return;
    this.move(Event.turnOver);
    requestTurns.wait(this);
  }

  #nextHead(): RequestHead | undefined {
    try {
      if (this.decoder.read() === RequestEvent.head) return this.decoder.head;
    } catch (error) {
      this.#refuse(error);
      return undefined;
    }
    if (this.peerHasEnded) this.#noMoreRequests();
    else this.#wait.forHead();
    return undefined;
  }

  #answer(head: RequestHead): void {
    this.timers.timeout.stop();
    if ((head.flags & HeadFlag.otherExpectation) !== 0 && head.minorVersion === 1) {
      this.#refuse(new Http1Error('HTTP1_EXPECTATION_FAILED'));
      return;
    }
    this.move(Event.request);
    const exchange = new Http1Exchange(this, head, this.persistence.nextRequest());
    this.exchange = exchange;
    this.#run.start(exchange);
  }

  exchangeOver(exchange: Http1Exchange): void {
    if (this.state !== State.answering) this.#overElsewhere();
    else if (this.persistence.endsWithResponse) this.#finish();
    else if (exchange.canHaveBody) this.#discard();
    else this.#answeredWithoutContent();
    if (this.#isPumping) return;
    this.#yieldIfTurnIsOver();
    this.#pump();
  }

  /** A request without content ends with its head. */
  #answeredWithoutContent(): void {
    this.decoder.read();
    this.#answered();
  }

  #answered(): void {
    this.exchange = undefined;
    this.move(Event.answered);
  }

  /** Called when the handler has returned after an upgrade, or after the connection closed. */
  #overElsewhere(): void {
    this.exchange = undefined;
    if (this.state !== State.upgraded) return;
    this.#wait.forTakeOver();
  }

  // Content

  /** Drops unread content, within limits, to reuse the connection. */
  #discard(): void {
    const discard = this.intake.discard(this.exchange!);
    if (discard === Discard.impossible) {
      this.#finish();
    } else if (discard === Discard.complete) {
      this.timers.timeout.stop();
      this.#answered();
    } else {
      this.move(Event.contentLeft);
      this.#wait.forContentLeft();
    }
  }

  // Responses

  /** Sends the whole batch in one write, including async handlers that do not wait for anything. */
  #endBatch(): void {
    this.output.isBatching = false;
    if (this.exchange === undefined) {
      this.output.flush();
    } else if (this.decoder.buffered > 0) {
      this.output.requestLateFlush();
    } else {
      this.beforeFlush();
      this.output.flush();
    }
  }

  beforeFlush(): void {
    this.#run.releaseContent();
  }

  writtenUnderPressure(size: number): void {
    const { minResponseDataRate } = this.exchange ?? this.limits;
    this.timers.written(size, minResponseDataRate);
  }

  // The end

  /** Answers an invalid or refused request with its status. Nothing more is read. */
  #refuse(error: unknown): void {
    if (!(error instanceof Http1Error)) throw error;
    const { services } = this.host;
    if (
      error.code === 'HTTP1_HTTP2_PREFACE' &&
      this.persistence.requestCount === 0 &&
      services.priorKnowledge !== undefined
    ) {
      this.#toHttp2(services.priorKnowledge);
      return;
    }
    const answer = refuseRequest(error, this.below, services, this.heads, () => this.#refusedConnection());
    if (answer === undefined) return;
    this.output.text(answer);
    this.#finish();
  }

  /** The connection, for a responder that answers a refused request itself. Earlier responses are sent first. */
  #refusedConnection(): Connection {
    this.exchange = undefined;
    this.output.isBatching = false;
    this.output.flush();
    this.move(Event.upgrade);
    this.#wait.forTakeOver();
    return this.#takeUpgraded();
  }

  /** Called when the client has ended its side. An incomplete request is refused; all others have been answered. */
  #noMoreRequests(): void {
    if (this.decoder.isInMessage) this.#refuse(new Http1Error('HTTP1_REQUEST_INCOMPLETE'));
    else this.#finish();
  }

  /**
   * Ends the connection after the last response. The time for the client to read a long response is limited by its
   * rate; the time of the lingering close begins afterwards.
   */
  #finish(): void {
    this.exchange = undefined;
    this.move(Event.lastResponse);
    this.output.isBatching = false;
    this.output.flush();
    this.decoder.takeRemaining();
    this.intake.resume();
    if (this.output.isUnderPressure) this.timers.timeout.stop();
    else this.#close();
  }

  #close(): void {
    const timeout = this.#wait.timeToLinger;
    this.move(Event.handOver);
    this.timers.stop();
    lingeringClose(this.below, { timeout });
  }

  /** Resets the connection. Requests already received are no longer answered. */
  abort(reason?: Error): void {
    if (this.state < State.handedOver) this.move(Event.abort);
    // A layer below may close later than the next beat.
    this.timers.stop();
    this.below.abort(reason ?? new ConnectionError('CONNECTION_ABORTED', 'The connection was aborted by the server'));
  }

  /** Closes the connection gracefully: with the current response, or soon if it is idle. */
  closeRequested(): void {
    this.persistence.isCloseRequested = true;
    if (this.state !== State.awaitingRequest || this.decoder.isInMessage) return;
    if (this.timers.isRunning) this.#wait.lastIdle();
    else this.#finish();
  }

  // Upgrade

  /** Answers the upgrade and passes on the connection. @throws HttpError `HTTP_UPGRADE_LIMIT` */
  upgrade(exchange: Http1Exchange, isConnect: boolean, protocol: string | undefined): Connection {
    if (this.host.services.upgrades?.enter(this.below) === false) throw new HttpError('HTTP_UPGRADE_LIMIT');
    const { response } = exchange;
    const fields = this.#upgradeFields(exchange);
    const name = protocol ?? fields.get('upgrade') ?? exchange.firstOffer;
    // RFC 9110 7.8: a client that expects 100 (Continue) receives it before 101.
    if (!isConnect) exchange.continueIfOwed();
    this.output.text(upgradeHead(this.heads, response.reasonPhrase, fields, isConnect, name));
    this.decoder.read();
    return this.#leave(exchange);
  }

  #upgradeFields({ response }: Http1Exchange): FieldSection {
    try {
      return response.prepareUpgrade();
    } catch (error) {
      // It counts as upgraded until it closes.
      this.closeAfterResponse();
      throw error;
    }
  }

  /** Passes on the connection without a response. */
  takeOver(exchange: Http1Exchange): Connection {
    exchange.response.releaseFirst();
    return this.#leave(exchange);
  }

  #leave(exchange: Http1Exchange): Connection {
    this.output.flush();
    exchange.handedOver();
    this.move(Event.upgrade);
    this.timers.timeout.stop();
    // The response writes nothing more, so nothing of it waits for the client.
    this.drained();
    return this.#takeUpgraded();
  }

  /** Removes the bytes after a request. They are not read as a request any more, so its response is the last one. */
  takeReceived(): Uint8Array {
    const pieces = this.decoder.takeRemaining();
    if (pieces.length > 0) this.closeAfterResponse();
    return pieces.length === 1 ? pieces[0]! : ownCopy(Buffer.concat(pieces));
  }

  #takeUpgraded(): Connection {
    return takeUpgraded(this.below, this.intake, () => this.#takenOver());
  }

  /** Passes the connection to HTTP/2, because the client has sent its preface. */
  #toHttp2(priorKnowledge: ConnectionDelegate): void {
    this.move(Event.upgrade);
    acceptConnection(this.#takeUpgraded(), priorKnowledge);
  }

  /** Called when the new protocol has started the connection or taken its stream: HTTP limits no longer apply. */
  #takenOver(): void {
    if (this.state !== State.upgraded) return;
    this.move(Event.handOver);
    this.timers.stop();
  }

  /**
   * Called when the application has not started the upgraded connection. Because it is paused, not even its end would
   * be noticed.
   */
  #notTakenOver(): void {
    this.events.applicationError(new HttpError('HTTP_UPGRADE_UNUSED'), this.features);
    this.below.dispose();
  }

  // Time

  beat(): void {
    // A second without a request counts as a pause between empty lines.
    if (this.state === State.awaitingRequest) this.decoder.forgetEmptyLines();
    else if (this.peerHasEnded && this.state < State.finishing) probePeer(this.below);
  }

  get contentWait(): { readonly isPending: boolean; readonly rate: MinDataRate | null } | undefined {
    const body = this.exchange?.bodyIfAny;
    return body && { isPending: body.isPending, rate: this.exchange!.minRequestBodyDataRate };
  }

  sendsTooSlowly(): void {
    this.closeAfterResponse();
    this.exchange!.bodyIfAny!.fail(new Http1Error('HTTP1_REQUEST_BODY_TIMEOUT'));
  }

  takesTooSlowly(): void {
    publishEnding(this.below, 'min_response_data_rate');
    this.abort();
  }

  timedOut(timeout: Timeout): void {
    if (timeout === Timeout.requestHeaders) this.#refuse(new Http1Error('HTTP1_REQUEST_HEADERS_TIMEOUT'));
    else if (timeout === Timeout.takeOver) this.#notTakenOver();
    // No reset: the system still delivers the rest of the response.
    else if (timeout === Timeout.drain) this.below.dispose();
    else this.#finishIdle(timeout);
  }

  #finishIdle(timeout: Timeout): void {
    if (timeout === Timeout.keepAlive) publishEnding(this.below, 'keep_alive_timeout');
    this.#finish();
  }
}
