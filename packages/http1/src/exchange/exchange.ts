import { type FeatureCollection, type FeatureKey, FeatureMissingError, Features } from '@windhover/features';
import {
  type BadHttpRequestError,
  HttpError,
  type HttpFields,
  FieldSection,
  HttpBadRequestFeature,
  HttpConnectionFeature,
  HttpEventsFeature,
  HttpInformationalFeature,
  HttpMaxRequestBodySizeFeature,
  HttpMinRequestBodyDataRateFeature,
  HttpMinResponseDataRateFeature,
  HttpRequestBodyFeature,
  HttpRequestFeature,
  HttpRequestIdentifierFeature,
  HttpRequestLifetimeFeature,
  HttpRequestTrailersFeature,
  HttpResponseBodyFeature,
  HttpResponseFeature,
  HttpResponseTrailersFeature,
  HttpUpgradeFeature,
  type MinDataRate,
  type TargetParts,
  checkMinDataRate,
  targetParts,
} from '@windhover/http';
import { type Connection, ConnectionEndpointFeature } from '@windhover/connections';
import { FieldMeaning } from '@windhover/http1-codec';
import type { Http1Connection } from '../connection/http1-connection.ts';
import { RequestBody } from './request-body.ts';
import { RequestFields } from './request-fields.ts';
import type { RequestHead } from '@windhover/http1-codec';
import { Http1Response } from './response.ts';

/**
 * One request and its response on a connection. The exchange is the value of its own request features, so that
 * nothing is made for them; it is new for each request, so that a handler which holds on to one never sees the next.
 */
export class Http1Exchange
  implements
    FeatureCollection,
    HttpRequestFeature,
    HttpRequestTrailersFeature,
    HttpRequestLifetimeFeature,
    HttpRequestIdentifierFeature,
    HttpMaxRequestBodySizeFeature,
    HttpMinRequestBodyDataRateFeature,
    HttpMinResponseDataRateFeature,
    HttpInformationalFeature,
    HttpUpgradeFeature
{
  readonly connection: Http1Connection;
  readonly response: Http1Response = new Http1Response(this);
  readonly #head: RequestHead;
  readonly #number: number;
  /** Whether the application has finished with the request. */
  isOver = false;
  /** Whether 100 (Continue) is still owed to the peer. */
  owesContinue: boolean;
  #body: RequestBody | undefined;
  #fields: RequestFields | undefined;
  #target: TargetParts | undefined;
  #trailers: FieldSection | undefined;
  #abortion: AbortController | undefined;
  #isAborted = false;
  #changes: RequestChanges | undefined;
  #stored: Features | undefined;

  constructor(connection: Http1Connection, head: RequestHead, number: number) {
    this.connection = connection;
    this.#head = head;
    this.#number = number;
    this.owesContinue = (head.meaning & FieldMeaning.expectContinue) !== 0 && head.minorVersion === 1;
  }

  // FeatureCollection

  get<T>(key: FeatureKey<T>): T | undefined {
    return this.#stored?.getOwn(key) ?? (this.#builtIn(key.id) as T | undefined) ?? this.connection.features.get(key);
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
    return (this.#stored === undefined ? 0 : this.#stored.revision) + this.connection.features.revision;
  }

  /** The features that the exchange and its response are; those of every request first. */
  #builtIn(id: symbol): unknown {
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
      case HttpUpgradeFeature.id:
        return this;
      case HttpRequestBodyFeature.id:
        return this.body;
      case HttpResponseTrailersFeature.id:
        return this.#head.minorVersion === 1 ? this.response : undefined;
      case HttpConnectionFeature.id:
        return this.#connectionFeature();
      case HttpEventsFeature.id:
        return this.connection.events;
      case HttpInformationalFeature.id:
        return this.#head.minorVersion === 1 ? this : undefined;
      default:
        return undefined;
    }
  }

  /** Made when asked for, and kept: what middleware writes into it stays. */
  #connectionFeature(): HttpConnectionFeature {
    const endpoints = this.connection.features.get(ConnectionEndpointFeature);
    const feature: HttpConnectionFeature = {
      connectionId: this.connection.id,
      localEndpoint: endpoints?.localEndpoint,
      remoteEndpoint: endpoints?.remoteEndpoint,
    };
    this.set(HttpConnectionFeature, feature);
    return feature;
  }

  /** The content breaks a rule or a limit, which the application may want to know of later. */
  isBad(error: BadHttpRequestError): void {
    this.set(HttpBadRequestFeature, { error });
  }

  // HttpRequestFeature

  get minorVersion(): number {
    return this.#head.minorVersion;
  }

  get isHead(): boolean {
    return this.#head.isHead;
  }

  get isConnect(): boolean {
    return this.#head.isConnect;
  }

  /** Whether the request lets the connection be used again (RFC 9112 9.3). */
  get allowsKeepAlive(): boolean {
    const { meaning, minorVersion } = this.#head;
    if ((meaning & FieldMeaning.close) !== 0) return false;
    // What follows a CONNECT may be meant for a tunnel that was not opened.
    if (this.#head.isConnect) return false;
    return minorVersion === 1 || (meaning & FieldMeaning.keepAlive) !== 0;
  }

  get protocol(): string {
    return this.#changes?.protocol ?? (this.#head.minorVersion === 1 ? 'HTTP/1.1' : 'HTTP/1.0');
  }

  set protocol(value: string) {
    this.#change.protocol = value;
  }

  get scheme(): string {
    return this.#changes?.scheme ?? this.connection.scheme;
  }

  set scheme(value: string) {
    this.#change.scheme = value;
  }

  get method(): string {
    return this.#changes?.method ?? this.#head.method;
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
    return this.#changes?.path ?? (this.#target ??= targetParts(this.#head.target)).path;
  }

  set path(value: string) {
    this.#change.path = value;
  }

  get queryString(): string {
    return this.#changes?.queryString ?? (this.#target ??= targetParts(this.#head.target)).queryString;
  }

  set queryString(value: string) {
    this.#change.queryString = value;
  }

  get rawTarget(): string {
    return this.#head.target;
  }

  get headers(): HttpFields {
    return (this.#fields ??= new RequestFields(this.#head));
  }

  get #change(): RequestChanges {
    return (this.#changes ??= {});
  }

  // Content and trailers

  get body(): RequestBody {
    return (this.#body ??= new RequestBody(this, this.canHaveBody));
  }

  /** The body, if anyone has asked for it. */
  get bodyIfAny(): RequestBody | undefined {
    return this.#body;
  }

  get canHaveBody(): boolean {
    return this.#head.contentLength > 0 || (this.#head.meaning & FieldMeaning.chunked) !== 0;
  }

  get available(): boolean {
    return this.#body !== undefined && this.#body.isComplete;
  }

  get trailers(): HttpFields {
    return this.#trailers ?? (this.available ? (this.#trailers = new FieldSection()) : new FieldSection());
  }

  /** The content has been read to its end, and this followed it. */
  trailersReceived(trailers: FieldSection | undefined): void {
    this.#trailers = trailers;
  }

  get isReadOnly(): boolean {
    return this.#body !== undefined && this.#body.hasBegun;
  }

  get maxRequestBodySize(): number | null {
    return this.connection.decoder.maxBodySize;
  }

  set maxRequestBodySize(value: number | null) {
    if (this.isReadOnly) throw new HttpError('HTTP_LIMIT_READ_ONLY', 'maxRequestBodySize');
    if (value !== null && !(Number.isSafeInteger(value) && value >= 0)) {
      throw new HttpError(
        'HTTP_LIMIT_INVALID',
        `maxRequestBodySize is a whole number from 0 on, or null, not ${value}`,
      );
    }
    if (!this.isOver) this.connection.decoder.maxBodySize = value;
  }

  get minRequestBodyDataRate(): MinDataRate | null {
    const changed = this.#changes?.minRequestBodyDataRate;
    return changed === undefined ? this.connection.limits.minRequestBodyDataRate : changed;
  }

  set minRequestBodyDataRate(value: MinDataRate | null) {
    checkMinDataRate('minRequestBodyDataRate', value);
    this.#change.minRequestBodyDataRate = value;
  }

  get minResponseDataRate(): MinDataRate | null {
    const changed = this.#changes?.minResponseDataRate;
    return changed === undefined ? this.connection.limits.minResponseDataRate : changed;
  }

  set minResponseDataRate(value: MinDataRate | null) {
    checkMinDataRate('minResponseDataRate', value);
    this.#change.minResponseDataRate = value;
  }

  // Lifetime

  get requestAborted(): AbortSignal {
    if (this.#abortion === undefined) {
      this.#abortion = new AbortController();
      if (this.#isAborted) this.#abortion.abort(new HttpError('HTTP_REQUEST_ABORTED'));
    }
    return this.#abortion.signal;
  }

  abort(): void {
    if (!this.isOver) this.connection.abort();
  }

  /** The connection is gone before the exchange was over. */
  aborted(cause: Error | undefined): void {
    this.#isAborted = true;
    const reason = new HttpError('HTTP_REQUEST_ABORTED', undefined, { cause });
    this.#body?.fail(reason);
    this.#abortion?.abort(reason);
  }

  get traceIdentifier(): string {
    return (
      this.#changes?.traceIdentifier ??
      `${this.connection.id}:${this.#number.toString(16).toUpperCase().padStart(8, '0')}`
    );
  }

  set traceIdentifier(value: string) {
    this.#change.traceIdentifier = value;
  }

  // Informational responses and upgrade

  sendInformational(statusCode: number, fields: Iterable<readonly [name: string, value: string]>): void {
    const isPossible = Number.isInteger(statusCode) && statusCode >= 102 && statusCode <= 199;
    if (!isPossible || this.response.hasStarted) throw new HttpError('HTTP_INFORMATIONAL_INVALID', String(statusCode));
    this.connection.sendInformational(statusCode, fields);
  }

  /** 100 (Continue), if the peer waits for it and no final response has begun (RFC 9110 10.1.1). */
  continueIfOwed(): void {
    if (!this.owesContinue || this.response.hasStarted) return;
    this.owesContinue = false;
    this.connection.sendInformational(100, []);
  }

  get isUpgradableRequest(): boolean {
    if (this.canHaveBody) return false;
    if (this.#head.isConnect) return true;
    const { meaning, minorVersion } = this.#head;
    const asked = FieldMeaning.upgrade | FieldMeaning.upgradeField;
    return minorVersion === 1 && (meaning & asked) === asked;
  }

  upgrade(protocol?: string): Connection {
    if (!this.isUpgradableRequest || this.response.hasStarted || this.isOver) {
      throw new HttpError('HTTP_UPGRADE_NOT_POSSIBLE');
    }
    if (protocol !== undefined && !this.#head.isConnect && !this.#offers(protocol)) {
      throw new HttpError('HTTP_UPGRADE_NOT_POSSIBLE', `the request does not offer ${protocol}`);
    }
    return this.connection.upgrade(this, this.#head.isConnect, protocol);
  }

  /** Whether the Upgrade field names the protocol; names are compared without case (RFC 9110 7.8). */
  #offers(protocol: string): boolean {
    const offered = this.headers.getAll('upgrade').join(',').toLowerCase().split(',');
    return offered.some((name) => name.trim() === protocol.toLowerCase());
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
