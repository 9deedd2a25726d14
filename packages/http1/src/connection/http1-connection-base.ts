import {
  type ClosedObserver,
  type Connection,
  ConnectionEndpointFeature,
  TlsHandshakeFeature,
} from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import type { FieldSection, HttpApplication, HttpEvents, HttpLimits, HttpServices } from '@windhover/http';
import type { ExchangeConnection } from '@windhover/http/exchange';
import {
  type RequestDecoder,
  type ResolvedHttp1Options,
  type ResponseHeadWriter,
  encodeResponseHead,
} from '@windhover/http1-codec';
import type { Http1Exchange } from '../exchange/exchange.ts';
import { type ConnectionEvent, ConnectionState as State, nextState } from './connection-state.ts';
import type { ConnectionTimers } from './connection-timers.ts';
import type { Output } from './output.ts';
import { Persistence } from './persistence.ts';
import { RequestIntake } from './request-intake.ts';

/** The parts that all connections of one endpoint share. */
export interface Http1Host<C = unknown> {
  readonly application: HttpApplication<C>;
  readonly services: HttpServices;
  readonly heads: ResponseHeadWriter;
  readonly options: ResolvedHttp1Options;
}

/**
 * The state of an HTTP/1.1 connection, and the members that its exchanges use. `Http1Connection` adds the events that
 * change the state.
 */
export abstract class Http1ConnectionBase<C> implements ExchangeConnection {
  abstract readonly output: Output;
  protected abstract readonly timers: ConnectionTimers;
  protected readonly below: Connection;
  protected readonly host: Http1Host<C>;
  protected readonly intake: RequestIntake;
  protected readonly persistence: Persistence;
  protected state: State = State.awaitingRequest;
  /** Set while a request is answered or its content discarded; after an upgrade, until the handler returns. */
  protected exchange: Http1Exchange | undefined;

  constructor(below: Connection, host: Http1Host<C>) {
    const { limits } = host.services;
    this.below = below;
    this.host = host;
    this.intake = new RequestIntake(below, limits, host.options);
    this.persistence = new Persistence(limits, this.decoder);
  }

  get decoder(): RequestDecoder {
    return this.intake.decoder;
  }

  get id(): string {
    return this.below.id;
  }

  get features(): FeatureCollection {
    return this.below.features;
  }

  /** Scheme of the requests: `https` if a TLS layer encrypts the connection. */
  get scheme(): 'http' | 'https' {
    return this.features.get(TlsHandshakeFeature) === undefined ? 'http' : 'https';
  }

  get endpoints(): ConnectionEndpointFeature | undefined {
    return this.features.get(ConnectionEndpointFeature);
  }

  get limits(): HttpLimits {
    return this.host.services.limits;
  }

  get events(): HttpEvents {
    return this.host.services.events;
  }

  /** Whether nothing can be sent any more: the connection is closed, or being reset. */
  get isClosed(): boolean {
    return this.state >= State.aborted;
  }

  /** Whether the peer has ended its side: no more bytes will be received. */
  get peerHasEnded(): boolean {
    return this.intake.peerHasEnded;
  }

  /** Calls the observer when the connection is closed, also after an upgrade. */
  onClosed(observer: ClosedObserver): void {
    this.below.onClosed(observer);
  }

  protected move(event: ConnectionEvent): void {
    this.state = nextState(this.state, event);
  }

  // Content

  /** Called when the application waits for content that has not been received. */
  wantContent(exchange: Http1Exchange): void {
    exchange.continueIfOwed();
    this.timers.contentWanted();
    this.intake.resume();
  }

  /** Called when the content of the current request has been read to its end. */
  contentComplete(): void {
    this.timers.contentComplete();
    this.intake.resume();
  }

  // Responses

  /** Writes the heads of responses. The first response of a turn reads the clock for the others. */
  get heads(): ResponseHeadWriter {
    const { heads } = this.host;
    if (!this.output.isFlushDue) heads.refresh();
    return heads;
  }

  /**
   * Decides whether the connection stays open after a response.
   *
   * @returns the Connection option to add to the response
   */
  connectionOption(exchange: Http1Exchange, fields: FieldSection | undefined): '' | 'close' | 'keep-alive' {
    return this.persistence.optionFor(exchange, fields);
  }

  /** Makes the current response the last one. */
  closeAfterResponse(): void {
    this.persistence.endWithResponse();
  }

  sendInformational(statusCode: number, fields: FieldSection): void {
    if (this.state === State.answering) this.output.text(encodeResponseHead({ statusCode, headers: fields }).text);
  }

  /** Resets the connection. */
  abstract abort(reason?: Error): void;
}
