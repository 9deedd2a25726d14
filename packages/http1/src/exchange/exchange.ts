import type { Connection } from '@windhover/connections';
import {
  type FieldSection,
  HttpError,
  type HttpFields,
  HttpHalfCloseFeature,
  HttpTakeOverFeature,
  HttpUpgradeFeature,
  listMembers,
} from '@windhover/http';
import { HttpExchange } from '@windhover/http/exchange';
import { HeadFlag, Http1Error, type RequestHead, RequestEvent } from '@windhover/http1-codec';
import type { Http1Connection } from '../connection/http1-connection.ts';
import { RequestFields } from './request-fields.ts';
import { Http1Response } from './response.ts';

/** One HTTP/1.1 request and its response. The decoder of its connection provides head and content. */
export class Http1Exchange
  extends HttpExchange<Http1Connection>
  implements HttpUpgradeFeature, HttpTakeOverFeature, HttpHalfCloseFeature
{
  readonly response: Http1Response = new Http1Response(this);
  readonly #head: RequestHead;
  #onHalfClosed: (() => void) | undefined;
  #isTakenOver = false;

  constructor(connection: Http1Connection, head: RequestHead, number: number) {
    super(connection, number);
    this.#head = head;
    if ((head.flags & HeadFlag.expectContinue) !== 0 && head.minorVersion === 1) this.owesContinue = true;
  }

  // The head

  protected override get receivedProtocol(): string {
    return this.#head.minorVersion === 1 ? 'HTTP/1.1' : 'HTTP/1.0';
  }

  protected override get receivedMethod(): string {
    return this.#head.method;
  }

  override get rawTarget(): string {
    return this.#head.target;
  }

  protected override readHeaders(): HttpFields {
    return new RequestFields(this.#head);
  }

  get minorVersion(): number {
    return this.#head.minorVersion;
  }

  protected override get isModern(): boolean {
    return this.#head.minorVersion === 1;
  }

  override get isHead(): boolean {
    return this.#head.isHead;
  }

  override get isConnect(): boolean {
    return this.#head.isConnect;
  }

  /** Whether the request lets the connection be used again (RFC 9112 9.3). */
  get allowsKeepAlive(): boolean {
    const { flags, minorVersion } = this.#head;
    if ((flags & HeadFlag.close) !== 0) return false;
    // Bytes after a CONNECT may be meant for a tunnel that was not opened.
    if (this.#head.isConnect) return false;
    return minorVersion === 1 || (flags & HeadFlag.keepAlive) !== 0;
  }

  // Content

  override get canHaveBody(): boolean {
    return this.#head.contentLength > 0 || (this.#head.flags & HeadFlag.chunked) !== 0;
  }

  override readContent(): Uint8Array | undefined | null {
    const { connection } = this;
    const event = connection.decoder.read();
    if (event === RequestEvent.content) {
      // A client that sends content does not wait for 100 (Continue).
      this.owesContinue = false;
      return connection.decoder.content!;
    }
    if (event === RequestEvent.end) return null;
    if (connection.peerHasEnded) throw new Http1Error('HTTP1_REQUEST_INCOMPLETE');
    return undefined;
  }

  override wantContent(): void {
    this.connection.wantContent(this);
  }

  override contentComplete(): void {
    this.trailersReceived(this.connection.decoder.trailers);
    this.connection.contentComplete();
  }

  override contentFailed(error: unknown): void {
    super.contentFailed(error);
    this.connection.closeAfterResponse();
  }

  protected override get bodyLimit(): number | null {
    return this.connection.decoder.maxBodySize;
  }

  protected override set bodyLimit(value: number | null) {
    this.connection.decoder.maxBodySize = value;
  }

  // The end

  override get isGone(): boolean {
    return this.connection.isClosed;
  }

  override get clientHasEnded(): boolean {
    return this.connection.peerHasEnded;
  }

  override cutOff(reason: Error | undefined): void {
    this.connection.abort(reason);
  }

  protected override leaveUnanswered(): void {
    this.connection.closeAfterResponse();
  }

  /** The end of the request can no longer be found. */
  override refused(): void {
    this.connection.closeAfterResponse();
  }

  // Informational responses and upgrade

  protected override writeInformational(statusCode: number, fields: FieldSection): void {
    this.connection.sendInformational(statusCode, fields);
  }

  protected override protocolFeature(id: symbol): unknown {
    switch (id) {
      case HttpUpgradeFeature.id:
      case HttpTakeOverFeature.id:
      case HttpHalfCloseFeature.id:
        return this;
      default:
        return undefined;
    }
  }

  onHalfClosed(callback: () => void): void {
    if (this.connection.peerHasEnded) queueMicrotask(callback);
    else this.#onHalfClosed = callback;
  }

  override clientEnded(): void {
    super.clientEnded();
    this.#onHalfClosed?.();
    this.#onHalfClosed = undefined;
  }

  get isUpgradableRequest(): boolean {
    if (this.canHaveBody) return false;
    if (this.#head.isConnect) return true;
    const { flags, minorVersion } = this.#head;
    const requested = HeadFlag.upgrade | HeadFlag.upgradeField;
    return minorVersion === 1 && (flags & requested) === requested;
  }

  upgrade(protocol?: string): Connection {
    this.response.checkNotStarting();
    if (this.isGone) throw new HttpError('HTTP_REQUEST_ABORTED');
    if (!this.isUpgradableRequest || this.response.hasStarted || this.isOver) {
      throw new HttpError('HTTP_UPGRADE_NOT_POSSIBLE');
    }
    if (protocol !== undefined && !this.#head.isConnect && !this.#isOffered(protocol)) {
      throw new HttpError('HTTP_UPGRADE_NOT_POSSIBLE', `the request does not offer ${protocol}`);
    }
    return this.connection.upgrade(this, this.#head.isConnect, protocol);
  }

  takeReceived(): Uint8Array {
    if (!this.isUpgradableRequest || this.isOver) throw new HttpError('HTTP_UPGRADE_NOT_POSSIBLE');
    return this.connection.takeReceived();
  }

  takeOver(): Connection {
    this.response.checkNotStarting();
    if (this.isGone) throw new HttpError('HTTP_REQUEST_ABORTED');
    if (this.response.hasEnded || this.isOver) throw new HttpError('HTTP_RESPONSE_ENDED');
    this.#isTakenOver = true;
    return this.connection.takeOver(this);
  }

  protected override watchUpgraded(): void {
    this.connection.onClosed({ closed: (_connection, error) => this.upgradedClosed(error) });
  }

  /** The status that the handler has set: only an upgrade sends 101. */
  override get outcomeStatus(): number {
    return this.#isTakenOver ? this.response.statusCode : super.outcomeStatus;
  }

  /** The protocol that the client prefers; empty for CONNECT. */
  get firstOffer(): string {
    return this.#offers[0] ?? '';
  }

  /** The protocols that the client offers, the preferred one first (RFC 9110 7.8). */
  get #offers(): string[] {
    return listMembers(this.headers.getAll('upgrade').join(',')).filter((name) => name !== '');
  }

  /** Whether the client offers the protocol; names are case-insensitive (RFC 9110 7.8). */
  #isOffered(protocol: string): boolean {
    return this.#offers.some((name) => name.toLowerCase() === protocol.toLowerCase());
  }
}
