import { type Connection, ConnectionEndpointFeature } from '@windhover/connections';
import { type FeatureCollection, type FeatureKey, FeatureMissingError, Features } from '@windhover/features';
import {
  type BadHttpRequestError,
  FieldSection,
  HttpBadRequestFeature,
  HttpConnectionFeature,
  HttpError,
  HttpEventsFeature,
  HttpExtendedConnectFeature,
  type HttpFields,
  HttpInformationalFeature,
  HttpMaxRequestBodySizeFeature,
  HttpMinRequestBodyDataRateFeature,
  HttpMinResponseDataRateFeature,
  HttpRequestBodyFeature,
  HttpRequestFeature,
  HttpRequestIdentifierFeature,
  HttpRequestLifetimeFeature,
  HttpRequestTrailersFeature,
  HttpResetFeature,
  HttpResponseBodyFeature,
  HttpResponseFeature,
  HttpResponseTrailersFeature,
  HttpUpgradeFeature,
  type MinDataRate,
  type RequestRate,
  type TargetParts,
  checkMinDataRate,
  targetParts,
} from '@windhover/http';
import { ErrorCode } from '../codec/error-code.ts';
import type { Http2Stream, StreamInput } from '../connection/http2-stream.ts';
import { RequestBody } from './request-body.ts';
import { RequestFields } from './request-fields.ts';
import type { RequestHead } from './request-head.ts';
import { Http2Response } from './response.ts';

/**
 * One request and its response on a stream. The exchange is the value of its own request features, so that nothing is made
 * for them.
 */
export class Http2Exchange
  implements
    FeatureCollection,
    StreamInput,
    HttpRequestFeature,
    HttpRequestTrailersFeature,
    HttpRequestLifetimeFeature,
    HttpRequestIdentifierFeature,
    HttpMaxRequestBodySizeFeature,
    HttpMinRequestBodyDataRateFeature,
    HttpMinResponseDataRateFeature,
    HttpInformationalFeature,
    HttpUpgradeFeature,
    HttpExtendedConnectFeature,
    HttpResetFeature
{
  readonly stream: Http2Stream;
  readonly head: RequestHead;
  readonly response: Http2Response = new Http2Response(this);
  /** Whether the application has finished with the request. */
  isOver = false;
  /** Whether the stream was reset, or the connection closed. */
  isGone = false;
  /** Speed of the content that the application waits for. */
  rate: RequestRate | undefined;
  /** Content of the connection when that was last looked at. */
  contentBefore = 0;
  #owesContinue: boolean;
  readonly #canHaveBody: boolean;
  #body: RequestBody | undefined;
  #fields: RequestFields | undefined;
  #target: TargetParts | undefined;
  #trailers: FieldSection | undefined;
  #abortion: AbortController | undefined;
  #abortReason: HttpError | undefined;
  #changes: RequestChanges | undefined;
  #stored: Features | undefined;
  #maxRequestBodySize: number | null;

  /** @param canHaveBody whether the client has not ended its side with the header list */
  constructor(stream: Http2Stream, head: RequestHead, canHaveBody: boolean) {
    this.stream = stream;
    this.head = head;
    this.#canHaveBody = canHaveBody;
    this.#owesContinue = head.expectsContinue && canHaveBody;
    this.#maxRequestBodySize = stream.connection.limits.maxRequestBodySize;
  }

  // FeatureCollection

  get<T>(key: FeatureKey<T>): T | undefined {
    return (
      this.#stored?.getOwn(key) ?? (this.#builtIn(key.id) as T | undefined) ?? this.stream.connection.features.get(key)
    );
  }

  require<T>(key: FeatureKey<T>): T {
    const value = this.get(key);
    if (value === undefined) throw new FeatureMissingError(key.name);
    return value;
  }

  set<T>(key: FeatureKey<T>, value: T | undefined): void {
    (this.#stored ??= new Features()).set(key, value);
  }

  get revision(): number {
    return (this.#stored === undefined ? 0 : this.#stored.revision) + this.stream.connection.features.revision;
  }

  /** The features that the exchange and its response are; those of every request first. */
  #builtIn(id: symbol): unknown {
    switch (id) {
      case HttpResponseFeature.id:
      case HttpResponseBodyFeature.id:
      case HttpResponseTrailersFeature.id:
        return this.response;
      case HttpRequestFeature.id:
      case HttpRequestLifetimeFeature.id:
      case HttpRequestIdentifierFeature.id:
      case HttpRequestTrailersFeature.id:
      case HttpMaxRequestBodySizeFeature.id:
      case HttpMinRequestBodyDataRateFeature.id:
      case HttpMinResponseDataRateFeature.id:
      case HttpInformationalFeature.id:
      case HttpResetFeature.id:
      case HttpExtendedConnectFeature.id:
        return this;
      case HttpUpgradeFeature.id:
        return this.isUpgradableRequest ? this : undefined;
      case HttpRequestBodyFeature.id:
        return this.body;
      case HttpConnectionFeature.id:
        return this.#connectionFeature();
      case HttpEventsFeature.id:
        return this.stream.connection.events;
      default:
        return undefined;
    }
  }

  /** Made when asked for, and kept: what middleware writes into it stays. */
  #connectionFeature(): HttpConnectionFeature {
    const { connection } = this.stream;
    const endpoints = connection.features.get(ConnectionEndpointFeature);
    const feature: HttpConnectionFeature = {
      connectionId: connection.id,
      localEndpoint: endpoints?.localEndpoint,
      remoteEndpoint: endpoints?.remoteEndpoint,
    };
    this.set(HttpConnectionFeature, feature);
    return feature;
  }

  /** The content breaks a limit, which the application may want to know of later. */
  isBad(error: BadHttpRequestError): void {
    this.set(HttpBadRequestFeature, { error });
  }

  // HttpRequestFeature

  get protocol(): string {
    return this.#changes?.protocol ?? 'HTTP/2';
  }

  set protocol(value: string) {
    this.#change.protocol = value;
  }

  get scheme(): string {
    return this.#changes?.scheme ?? this.stream.connection.scheme;
  }

  set scheme(value: string) {
    this.#change.scheme = value;
  }

  get method(): string {
    return this.#changes?.method ?? this.head.method;
  }

  set method(value: string) {
    this.#change.method = value;
  }

  get pathBase(): string {
    return this.#changes?.pathBase ?? '';
  }

  set pathBase(value: string) {
    this.#change.pathBase = value;
  }

  get path(): string {
    return this.#changes?.path ?? (this.#target ??= targetParts(this.head.target)).path;
  }

  set path(value: string) {
    this.#change.path = value;
  }

  get queryString(): string {
    return this.#changes?.queryString ?? (this.#target ??= targetParts(this.head.target)).queryString;
  }

  set queryString(value: string) {
    this.#change.queryString = value;
  }

  get rawTarget(): string {
    return this.head.target;
  }

  get headers(): HttpFields {
    return (this.#fields ??= new RequestFields(this.head.fields));
  }

  get #change(): RequestChanges {
    return (this.#changes ??= {});
  }

  // Content and trailers

  get body(): RequestBody {
    return (this.#body ??= new RequestBody(this, this.#canHaveBody));
  }

  /** Whether the application waits for content. */
  get isWaiting(): boolean {
    return this.#body !== undefined && this.#body.isPending;
  }

  get available(): boolean {
    return this.#body !== undefined && this.#body.isComplete;
  }

  get trailers(): HttpFields {
    return this.available ? (this.#trailers ??= new FieldSection()) : new FieldSection();
  }

  /** The content is complete, and this followed it. */
  trailersReceived(trailers: FieldSection | undefined): void {
    this.#trailers = trailers;
  }

  get isReadOnly(): boolean {
    return this.#body !== undefined && this.#body.hasBegun;
  }

  get maxRequestBodySize(): number | null {
    return this.#maxRequestBodySize;
  }

  set maxRequestBodySize(value: number | null) {
    if (this.isReadOnly) throw new HttpError('HTTP_LIMIT_READ_ONLY', 'maxRequestBodySize');
    if (value !== null && !(Number.isSafeInteger(value) && value >= 0)) {
      throw new HttpError(
        'HTTP_LIMIT_INVALID',
        `maxRequestBodySize must be an integer of at least 0, or null; received ${value}`,
      );
    }
    this.#maxRequestBodySize = value;
  }

  get minRequestBodyDataRate(): MinDataRate | null {
    const changed = this.#changes?.minRequestBodyDataRate;
    return changed === undefined ? this.stream.connection.limits.minRequestBodyDataRate : changed;
  }

  set minRequestBodyDataRate(value: MinDataRate | null) {
    checkMinDataRate('minRequestBodyDataRate', value);
    this.#change.minRequestBodyDataRate = value;
  }

  get minResponseDataRate(): MinDataRate | null {
    const changed = this.#changes?.minResponseDataRate;
    return changed === undefined ? this.stream.connection.limits.minResponseDataRate : changed;
  }

  set minResponseDataRate(value: MinDataRate | null) {
    checkMinDataRate('minResponseDataRate', value);
    this.#change.minResponseDataRate = value;
  }

  /** The application waits for content that has not come. */
  wantContent(): void {
    if (this.#owesContinue && !this.response.hasStarted && !this.isGone) {
      this.#owesContinue = false;
      this.stream.connection.sendInformational(this.stream, 100, []);
    }
    this.stream.connection.watchContent(this);
  }

  /** The application has finished: what it has not read is dropped. */
  dropContent(): void {
    this.#body?.discard();
  }

  // StreamInput

  received(piece: Uint8Array): void {
    if (this.isOver) this.stream.connection.consumed(piece.length);
    else this.body.received(piece);
  }

  ended(trailers: FieldSection | undefined): void {
    if (!this.isOver) this.body.ended(trailers);
  }

  aborted(cause: Error | undefined): void {
    if (this.isGone) return;
    this.isGone = true;
    if (this.isOver) return;
    this.#abortReason = new HttpError('HTTP_REQUEST_ABORTED', undefined, { cause });
    this.#body?.fail(this.#abortReason);
    this.#abortion?.abort(this.#abortReason);
  }

  // Lifetime

  get requestAborted(): AbortSignal {
    if (this.#abortion === undefined) {
      this.#abortion = new AbortController();
      if (this.#abortReason !== undefined) this.#abortion.abort(this.#abortReason);
    }
    return this.#abortion.signal;
  }

  abort(): void {
    if (!this.isOver) this.stream.reset(ErrorCode.CANCEL);
  }

  reset(errorCode: number): void {
    if (!Number.isInteger(errorCode) || errorCode < 0 || errorCode > 0xffffffff) {
      throw new RangeError(`An error code must be an integer from 0 to 2^32-1; received ${errorCode}.`);
    }
    this.stream.reset(errorCode as ErrorCode);
  }

  get traceIdentifier(): string {
    return (
      this.#changes?.traceIdentifier ??
      `${this.stream.connection.id}:${this.stream.id.toString(16).toUpperCase().padStart(8, '0')}`
    );
  }

  set traceIdentifier(value: string) {
    this.#change.traceIdentifier = value;
  }

  // Response

  /** @param contentLength to add, or -1 */
  sendHead(statusCode: number, fields: FieldSection | undefined, contentLength: number, endsStream: boolean): void {
    this.stream.connection.sendHead(this, statusCode, fields, contentLength, endsStream);
  }

  /** The first content waits for the end of the turn: it may be all there is. */
  holdBack(): void {
    this.stream.connection.holdBack(this);
  }

  /** Content was written: what the client does not take at once has to leave at a rate. */
  expectRate(size: number): void {
    const { output } = this.stream;
    if (output.isBlocked) output.expectRate(this.minResponseDataRate, size);
  }

  sendInformational(statusCode: number, fields: Iterable<readonly [name: string, value: string]>): void {
    const isPossible = Number.isInteger(statusCode) && statusCode >= 102 && statusCode <= 199;
    if (!isPossible || this.response.hasStarted) throw new HttpError('HTTP_INFORMATIONAL_INVALID', String(statusCode));
    if (!this.isGone) this.stream.connection.sendInformational(this.stream, statusCode, fields);
  }

  // CONNECT

  get isExtendedConnect(): boolean {
    return this.head.protocol !== undefined;
  }

  /** A plain CONNECT; there is no Upgrade field in HTTP/2. */
  get isUpgradableRequest(): boolean {
    return this.head.isConnect && this.head.protocol === undefined;
  }

  accept(): Connection {
    if (!this.isExtendedConnect) throw new HttpError('HTTP_UPGRADE_NOT_POSSIBLE');
    return this.#openTunnel();
  }

  upgrade(): Connection {
    if (!this.isUpgradableRequest) throw new HttpError('HTTP_UPGRADE_NOT_POSSIBLE');
    return this.#openTunnel();
  }

  #openTunnel(): Connection {
    if (this.response.hasStarted || this.isOver || this.isGone) throw new HttpError('HTTP_UPGRADE_NOT_POSSIBLE');
    return this.stream.connection.openTunnel(this);
  }
}

/** What middleware has changed of a request; made for the few requests that see a change. */
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
