import type { Endpoint } from '@windhover/connections';
import { type FeatureCollection, type FeatureKey, FeatureMissingError, Features } from '@windhover/features';
import { callBack } from '../call-back.ts';
import { type BadHttpRequestError, HttpError, isBadRequest } from '../errors.ts';
import { HttpBadRequestFeature } from '../features/http-bad-request.ts';
import { HttpConnectionFeature } from '../features/http-connection.ts';
import { HttpEventsFeature } from '../features/http-events.ts';
import { HttpInformationalFeature } from '../features/http-informational.ts';
import { HttpMaxRequestBodySizeFeature } from '../features/http-max-request-body-size.ts';
import { HttpMinRequestBodyDataRateFeature, HttpMinResponseDataRateFeature } from '../features/http-min-data-rates.ts';
import { HttpOutcomeFeature } from '../features/http-outcome.ts';
import { HttpRequestBodyFeature } from '../features/http-request-body.ts';
import { HttpRequestFeature } from '../features/http-request.ts';
import { HttpRequestIdentifierFeature } from '../features/http-request-identifier.ts';
import { HttpRequestLifetimeFeature } from '../features/http-request-lifetime.ts';
import { HttpRequestTrailersFeature } from '../features/http-request-trailers.ts';
import { HttpResponseBodyFeature } from '../features/http-response-body.ts';
import { HttpResponseFeature } from '../features/http-response.ts';
import { HttpResponseTrailersFeature } from '../features/http-response-trailers.ts';
import { FieldRole } from '../field-name.ts';
import type { HttpEvents } from '../http-application.ts';
import { FieldSection, type HttpFields } from '../http-fields.ts';
import { type HttpLimits, type MinDataRate, checkMaxRequestBodySize, checkMinDataRate } from '../limits.ts';
import type { ExchangeResponse } from './exchange-response.ts';
import { type ContentSource, RequestBody } from './request-body.ts';
import { type TargetParts, targetParts } from './target-path.ts';

/** The part of a connection that the exchanges of every protocol use. */
export interface ExchangeConnection {
  /** Id of the connection. */
  readonly id: string;
  /** Features of the connection, to which the exchange adds its own. */
  readonly features: FeatureCollection;
  /** `https` if a TLS layer encrypts the connection, else `http`. */
  readonly scheme: string;
  readonly limits: HttpLimits;
  readonly events: HttpEvents;
  /** The endpoints of the connection; `undefined` if they are not known. */
  readonly endpoints:
    | { readonly localEndpoint: Endpoint | undefined; readonly remoteEndpoint: Endpoint | undefined }
    | undefined;
}

/**
 * One request and its response. The exchange itself implements the request features, so that no objects are allocated
 * for them. Each request has a new exchange: a handler that keeps one never sees the next request.
 *
 * Each protocol derives a class that provides the parts of the head, reads content and writes responses.
 *
 * Its private members are declared, not `#private`, for the same reason as in `ExchangeResponse`.
 *
 * Source: Kestrel `HttpProtocol`, with `HttpProtocol.FeatureCollection`
 */
export abstract class HttpExchange<Connection extends ExchangeConnection = ExchangeConnection>
  implements
    FeatureCollection,
    ContentSource,
    HttpRequestFeature,
    HttpRequestTrailersFeature,
    HttpRequestLifetimeFeature,
    HttpRequestIdentifierFeature,
    HttpMaxRequestBodySizeFeature,
    HttpMinRequestBodyDataRateFeature,
    HttpMinResponseDataRateFeature,
    HttpInformationalFeature,
    HttpOutcomeFeature
{
  declare readonly connection: Connection;
  declare private readonly _number: number;
  /** Whether the application has finished with the request. */
  declare isOver: boolean;
  /** Whether the client waits for 100 (Continue) before it sends content. */
  declare owesContinue: boolean;
  declare private _body: RequestBody | undefined;
  declare private _headers: HttpFields | undefined;
  declare private _target: TargetParts | undefined;
  declare private _trailers: FieldSection | undefined;
  declare private _abortion: AbortController | undefined;
  declare private _isAborted: boolean;
  declare private _onClosed: ((reason: unknown) => void)[] | undefined;
  declare private _changes: RequestChanges | undefined;
  declare private _stored: Features | undefined;

  /** @param number of the request on its connection, from 1 */
  constructor(connection: Connection, number: number) {
    this.connection = connection;
    this._number = number;
    this.isOver = false;
    this.owesContinue = false;
    this._body = undefined;
    this._headers = undefined;
    this._target = undefined;
    this._trailers = undefined;
    this._abortion = undefined;
    this._isAborted = false;
    this._onClosed = undefined;
    this._changes = undefined;
    this._stored = undefined;
  }

  // Provided by the protocol

  abstract readonly response: ExchangeResponse;
  /** The version as received, e.g. `HTTP/1.1`. */
  protected abstract get receivedProtocol(): string;
  /** The scheme of the request, in lower case: by default that of the connection. */
  protected get receivedScheme(): string {
    return this.connection.scheme;
  }
  /** The method as received. */
  protected abstract get receivedMethod(): string;
  abstract get rawTarget(): string;
  /** Creates the header section of the request. Called once, on first use. */
  protected abstract readHeaders(): HttpFields;
  /** Whether the method is HEAD. */
  abstract get isHead(): boolean;
  /** Whether the method is CONNECT. */
  abstract get isConnect(): boolean;
  /** Whether the client understands informational responses and trailers. */
  protected abstract get isModern(): boolean;
  abstract get canHaveBody(): boolean;
  abstract readContent(): Uint8Array | undefined | null;
  abstract wantContent(): void;
  /** The body limit of this request in bytes, `null` for none. */
  protected abstract bodyLimit: number | null;
  /** Sends an informational response. The fields have been checked. */
  protected abstract writeInformational(statusCode: number, fields: FieldSection): void;
  /** Whether nothing can be sent any more: the connection is closed, or the stream is reset. */
  abstract get isGone(): boolean;
  /** Whether the client has ended its side of the connection: it sends nothing more, but may still read. */
  abstract get clientHasEnded(): boolean;
  /**
   * Ends the exchange at once: resets the connection or the stream, so that a truncated response does not look
   * complete.
   */
  abstract cutOff(reason: Error | undefined): void;
  /** Ends the exchange without a response. Nothing of the response has been sent. */
  protected abstract leaveUnanswered(): void;
  /** Called before a bad request is answered; the connection may have to close after the response. */
  abstract refused(error: BadHttpRequestError): void;

  /** Features of this protocol only, by `FeatureKey.id`. */
  protected protocolFeature(_id: symbol): unknown {
    return undefined;
  }

  // FeatureCollection

  get<T>(key: FeatureKey<T>): T | undefined {
    return this._stored?.getOwn(key) ?? (this.builtIn(key.id) as T | undefined) ?? this.connection.features.get(key);
  }

  require<T>(key: FeatureKey<T>): T {
    const value = this.get(key);
    if (value === undefined) throw new FeatureMissingError(key.name);
    return value;
  }

  set<T>(key: FeatureKey<T>, value: T | undefined): void {
    (this._stored ??= new Features()).set(key, value);
  }

  get revision(): number {
    return (this._stored === undefined ? 0 : this._stored.revision) + this.connection.features.revision;
  }

  /** Features that the exchange and its response implement. The ones used by every request come first. */
  private builtIn(id: symbol): unknown {
    switch (id) {
      case HttpResponseFeature.id:
      case HttpResponseBodyFeature.id:
        return this.response;
      case HttpRequestFeature.id:
      case HttpRequestLifetimeFeature.id:
      case HttpRequestIdentifierFeature.id:
      case HttpRequestTrailersFeature.id:
      case HttpMaxRequestBodySizeFeature.id:
      case HttpMinRequestBodyDataRateFeature.id:
      case HttpMinResponseDataRateFeature.id:
      case HttpOutcomeFeature.id:
        return this;
      case HttpRequestBodyFeature.id:
        return this.body;
      case HttpResponseTrailersFeature.id:
        return this.isModern ? this.response : undefined;
      case HttpConnectionFeature.id:
        return this.connectionFeature();
      case HttpEventsFeature.id:
        return this.connection.events;
      case HttpInformationalFeature.id:
        return this.isModern ? this : undefined;
      default:
        return this.protocolFeature(id);
    }
  }

  /** Created on first use and kept, so that changes by middleware persist. */
  private connectionFeature(): HttpConnectionFeature {
    const { id, endpoints } = this.connection;
    const feature: HttpConnectionFeature = {
      connectionId: id,
      localEndpoint: endpoints?.localEndpoint,
      remoteEndpoint: endpoints?.remoteEndpoint,
    };
    this.set(HttpConnectionFeature, feature);
    return feature;
  }

  // HttpRequestFeature

  get protocol(): string {
    return this._changes?.protocol ?? this.receivedProtocol;
  }

  set protocol(value: string) {
    this.change.protocol = value;
  }

  get scheme(): string {
    return this._changes?.scheme ?? this.receivedScheme;
  }

  set scheme(value: string) {
    this.change.scheme = value;
  }

  get method(): string {
    return this._changes?.method ?? this.receivedMethod;
  }

  set method(value: string) {
    this.change.method = value;
  }

  get pathBase(): string {
    return this._changes?.pathBase ?? '';
  }

  set pathBase(value: string) {
    this.change.pathBase = value;
  }

  get path(): string {
    return this._changes?.path ?? (this._target ??= targetParts(this.rawTarget)).path;
  }

  set path(value: string) {
    this.change.path = value;
  }

  get queryString(): string {
    return this._changes?.queryString ?? (this._target ??= targetParts(this.rawTarget)).queryString;
  }

  set queryString(value: string) {
    this.change.queryString = value;
  }

  get headers(): HttpFields {
    return (this._headers ??= this.readHeaders());
  }

  private get change(): RequestChanges {
    return (this._changes ??= {});
  }

  // Content and trailers

  get body(): RequestBody {
    return (this._body ??= this.createBody());
  }

  /** The rest of an aborted request was dropped or never arrives: it must not look like the end of the content. */
  private createBody(): RequestBody {
    const body = new RequestBody(this);
    if (this._isAborted) body.fail(new HttpError('HTTP_REQUEST_ABORTED'));
    return body;
  }

  /** The body, if the application or the protocol has used it. */
  get bodyIfAny(): RequestBody | undefined {
    return this._body;
  }

  /** Called when the content has been read to its end. Overrides must call it. */
  contentComplete(): void {}

  /** Called when the content breaks a rule or a limit. Overrides must call it. */
  contentFailed(error: unknown): void {
    if (isBadRequest(error)) this.set(HttpBadRequestFeature, { error });
  }

  get available(): boolean {
    return this._body !== undefined && this._body.isComplete;
  }

  get trailers(): HttpFields {
    return this._trailers ?? (this.available ? (this._trailers = new FieldSection()) : new FieldSection());
  }

  /** Keeps the trailer section that followed the content. */
  protected trailersReceived(trailers: FieldSection | undefined): void {
    this._trailers = trailers;
  }

  get isReadOnly(): boolean {
    return this._body !== undefined && this._body.hasBegun;
  }

  get maxRequestBodySize(): number | null {
    return this.bodyLimit;
  }

  set maxRequestBodySize(value: number | null) {
    if (this.isReadOnly) throw new HttpError('HTTP_LIMIT_READ_ONLY', 'maxRequestBodySize');
    checkMaxRequestBodySize(value);
    // The limit may be stored in the connection, which may already serve the next request.
    if (!this.isOver) this.bodyLimit = value;
  }

  get minRequestBodyDataRate(): MinDataRate | null {
    const changed = this._changes?.minRequestBodyDataRate;
    return changed === undefined ? this.connection.limits.minRequestBodyDataRate : changed;
  }

  set minRequestBodyDataRate(value: MinDataRate | null) {
    checkMinDataRate('minRequestBodyDataRate', value);
    this.change.minRequestBodyDataRate = value;
  }

  get minResponseDataRate(): MinDataRate | null {
    const changed = this._changes?.minResponseDataRate;
    return changed === undefined ? this.connection.limits.minResponseDataRate : changed;
  }

  set minResponseDataRate(value: MinDataRate | null) {
    checkMinDataRate('minResponseDataRate', value);
    this.change.minResponseDataRate = value;
  }

  // Lifetime

  get requestAborted(): AbortSignal {
    if (this._abortion === undefined) {
      this._abortion = new AbortController();
      if (this._isAborted) this._abortion.abort(new HttpError('HTTP_REQUEST_ABORTED'));
      else if (this.clientHasEnded) this.clientEnded();
      if (this.response.isHandedOver) this.watchUpgraded();
    }
    return this._abortion.signal;
  }

  /** Whether the signal of the request has aborted. */
  get isSignalAborted(): boolean {
    return this._abortion !== undefined && this._abortion.signal.aborted;
  }

  /** Called when the application has taken over the connection or the stream. */
  handedOver(): void {
    this.response.handOver();
    if (this._abortion !== undefined) this.watchUpgraded();
  }

  /** Observes the upgraded connection, whose end calls `upgradedClosed`. Called only if the signal of the request is used. */
  protected abstract watchUpgraded(): void;

  /** Aborts the signal while the handler runs. The request is not aborted: its response was the upgrade. */
  protected upgradedClosed(cause: Error | undefined): void {
    if (this.isOver) return;
    this._abortion?.abort(new HttpError('HTTP_REQUEST_ABORTED', 'the upgraded connection is closed', { cause }));
  }

  onClosed(callback: (reason: unknown) => void): void {
    if (this._isAborted) queueMicrotask(() => callback(new HttpError('HTTP_REQUEST_ABORTED')));
    else (this._onClosed ??= []).push(callback);
  }

  abort(): void {
    if (this.isOver) return;
    this.cutOff(undefined);
    this.aborted(undefined);
  }

  /** Called when the client has ended its side. The response can still be written. */
  clientEnded(): void {
    if (this.isOver || this.response.hasEnded) return;
    this._abortion?.abort(new HttpError('HTTP_REQUEST_ABORTED', 'the client has ended its side of the connection'));
  }

  /**
   * Called when the connection or stream closes before the end of the exchange, and when the server cuts it off: the
   * exchange may be over before the connection has closed.
   */
  aborted(cause: Error | undefined): void {
    if (this._isAborted) return;
    this._isAborted = true;
    const reason = new HttpError('HTTP_REQUEST_ABORTED', undefined, { cause });
    this._body?.fail(reason);
    this._abortion?.abort(reason);
    const callbacks = this._onClosed;
    this._onClosed = undefined;
    if (callbacks !== undefined) for (const callback of callbacks) callBack(() => callback(reason));
  }

  /**
   * Ends the exchange of a handler that has failed after the start of its response, or that has stopped because the
   * client has ended its side.
   */
  abandon(error: Error | undefined): void {
    if (this.response.hasStarted) this.cutOff(error);
    else this.leaveUnanswered();
    this.aborted(error);
  }

  get traceIdentifier(): string {
    return (
      this._changes?.traceIdentifier ??
      `${this.connection.id}:${this._number.toString(16).toUpperCase().padStart(8, '0')}`
    );
  }

  set traceIdentifier(value: string) {
    this.change.traceIdentifier = value;
  }

  // HttpOutcomeFeature

  get outcomeStatus(): number {
    if (!this.response.isHandedOver) return this.response.statusCode;
    // An upgrade of HTTP/1.1 sends 101 and a tunnel 200, whatever status the application has set.
    return this.isConnect ? 200 : 101;
  }

  get isAborted(): boolean {
    return this._isAborted;
  }

  get requestBodySize(): number {
    return this._body?.size ?? 0;
  }

  get responseBodySize(): number {
    return this.response.contentSize;
  }

  // Informational responses

  sendInformational(statusCode: number, fields: Iterable<readonly [name: string, value: string]>): void {
    const isPossible = Number.isInteger(statusCode) && statusCode >= 102 && statusCode <= 199;
    if (!isPossible || this.response.hasStarted) throw new HttpError('HTTP_INFORMATIONAL_INVALID', String(statusCode));
    this.response.checkNotStarting();
    const section = new FieldSection();
    for (const [name, value] of fields) section.append(name, value);
    if ((section.roles & notInformational) !== 0) {
      throw new HttpError(
        'HTTP_FIELD_NOT_ALLOWED',
        'Content-Length, Transfer-Encoding or Connection in a 1xx response',
      );
    }
    this.writeInformational(statusCode, section);
  }

  /** Sends 100 (Continue) if the client waits for it and no final response has begun (RFC 9110 10.1.1). */
  continueIfOwed(): void {
    if (!this.owesContinue || this.response.hasStarted) return;
    this.owesContinue = false;
    this.writeInformational(100, new FieldSection());
  }
}

/** Fields for message framing and the connection, which are not allowed in a 1xx (RFC 9110 8.6, RFC 9112 6.1). */
const notInformational = FieldRole.contentLength | FieldRole.transferEncoding | FieldRole.connection;

/** Changes by middleware to the request head; allocated on the first change. */
interface RequestChanges {
  protocol?: string;
  scheme?: string;
  method?: string;
  pathBase?: string;
  path?: string;
  queryString?: string;
  traceIdentifier?: string;
  minRequestBodyDataRate?: MinDataRate | null;
  minResponseDataRate?: MinDataRate | null;
}
