import { type Connection, ConnectionBase } from '@windhover/connections';
import {
  type FieldSection,
  HttpError,
  HttpExtendedConnectFeature,
  type HttpFields,
  HttpResetFeature,
  HttpUpgradeFeature,
} from '@windhover/http';
import { HttpExchange, type RequestRate } from '@windhover/http/exchange';
import { ErrorCode } from '../codec/error-code.ts';
import type { Http2Connection } from '../connection/http2-connection.ts';
import type { Http2Stream, StreamInput } from '../connection/http2-stream.ts';
import { ContentQueue } from './content-queue.ts';
import { Http2RefusalError } from './refusal-errors.ts';
import { RequestFields } from './request-fields.ts';
import type { RequestHead } from './request-head.ts';
import { Http2Response } from './response.ts';

/** One HTTP/2 request and its response on a stream. Content is queued here until it is read. */
export class Http2Exchange
  extends HttpExchange<Http2Connection>
  implements StreamInput, HttpUpgradeFeature, HttpResetFeature
{
  readonly stream: Http2Stream;
  readonly head: RequestHead;
  readonly response: Http2Response = new Http2Response(this);
  override readonly canHaveBody: boolean;
  /** Data rate of the content, once the application has waited for it. */
  rate: RequestRate | undefined;
  /** Content received on the whole connection at the last check. */
  contentBefore = 0;
  /** Made for the first content. */
  #content: ContentQueue | undefined;
  #receivedSize = 0;
  #hasReceivedEnd = false;
  #receivedTrailers: FieldSection | undefined;
  #isGone = false;
  protected override bodyLimit: number | null;

  /** @param canHaveBody false if the header list had END_STREAM */
  constructor(stream: Http2Stream, head: RequestHead, canHaveBody: boolean) {
    super(stream.connection, stream.id);
    this.stream = stream;
    this.head = head;
    this.canHaveBody = canHaveBody;
    this.owesContinue = head.expectsContinue && canHaveBody;
    this.bodyLimit = stream.connection.limits.maxRequestBodySize;
  }

  // The head

  protected override get receivedProtocol(): string {
    return 'HTTP/2';
  }

  /** With `allowAlternateSchemes` the client chooses it. CONNECT has none. */
  protected override get receivedScheme(): string {
    const { scheme } = this.head;
    return scheme === '' ? super.receivedScheme : scheme.toLowerCase();
  }

  protected override get receivedMethod(): string {
    return this.head.method;
  }

  override get rawTarget(): string {
    return this.head.target;
  }

  protected override readHeaders(): HttpFields {
    return new RequestFields(this.head.fields);
  }

  protected override get isModern(): boolean {
    return true;
  }

  override get isHead(): boolean {
    return this.head.isHead;
  }

  override get isConnect(): boolean {
    return this.head.isConnect;
  }

  // Content

  /** Whether the application waits for content. */
  get isWaiting(): boolean {
    return this.bodyIfAny?.isPending === true;
  }

  override readContent(): Uint8Array | undefined | null {
    const limit = this.bodyLimit;
    if (limit !== null && (this.#receivedSize > limit || this.head.contentLength > limit)) {
      throw new Http2RefusalError('HTTP2_CONTENT_TOO_LARGE');
    }
    const piece = this.#content?.take();
    if (piece === undefined) return this.#hasReceivedEnd ? null : undefined;
    // A client that sends content does not wait for 100 (Continue).
    this.owesContinue = false;
    this.stream.consumed(piece.length);
    return piece;
  }

  override wantContent(): void {
    if (!this.#isGone) this.continueIfOwed();
    this.connection.watchContent(this);
  }

  override contentComplete(): void {
    this.trailersReceived(this.#receivedTrailers);
  }

  override contentFailed(error: unknown): void {
    super.contentFailed(error);
    this.dropContent();
  }

  /** Drops content that will not be read. Does not reopen the window of the stream. */
  dropContent(): void {
    const dropped = this.#content?.clear() ?? 0;
    if (dropped > 0) this.connection.consumed(dropped);
  }

  // StreamInput

  received(piece: Uint8Array): void {
    this.#receivedSize += piece.length;
    // Until reading begins, the application may raise the limit. The window of the stream limits the bytes that wait.
    const isTooMuch = this.isReadOnly && this.bodyLimit !== null && this.#receivedSize > this.bodyLimit;
    if (this.isOver || isTooMuch) this.connection.consumed(piece.length);
    else (this.#content ??= new ContentQueue()).add(piece);
    this.bodyIfAny?.received();
  }

  ended(trailers: FieldSection | undefined): void {
    this.#hasReceivedEnd = true;
    this.#receivedTrailers = trailers;
    this.bodyIfAny?.received();
  }

  /**
   * Passes content that has not been read, and the end of the client, to the tunnel that the stream becomes. For a read,
   * the content ends here.
   */
  passOn(tunnel: StreamInput): void {
    for (let piece = this.#content?.take(); piece !== undefined; piece = this.#content?.take()) tunnel.received(piece);
    if (this.stream.hasReceivedEnd) tunnel.ended(this.#receivedTrailers);
    this.#hasReceivedEnd = true;
    this.bodyIfAny?.received();
  }

  override aborted(cause: Error | undefined): void {
    if (this.#isGone) return;
    this.#isGone = true;
    if (this.isOver) return;
    super.aborted(cause);
    this.dropContent();
  }

  // The end

  override get isGone(): boolean {
    return this.#isGone;
  }

  override get clientHasEnded(): boolean {
    return this.connection.peerHasEnded;
  }

  override cutOff(reason: Error | undefined): void {
    this.stream.reset(ErrorCode.INTERNAL_ERROR, reason);
  }

  protected override leaveUnanswered(): void {
    this.stream.reset(ErrorCode.CANCEL);
  }

  /** The connection continues. */
  override refused(): void {}

  reset(errorCode: number): void {
    if (!Number.isInteger(errorCode) || errorCode < 0 || errorCode > 0xffffffff) {
      throw new RangeError(`An error code must be an integer from 0 to 2^32-1; received ${errorCode}.`);
    }
    this.stream.reset(errorCode as ErrorCode);
  }

  /** Called when content was written: queued content must be read at a minimum rate. */
  expectRate(size: number): void {
    const { output } = this.stream;
    if (output.isBlocked) output.expectRate(this.minResponseDataRate, size);
  }

  // Informational responses and CONNECT

  protected override writeInformational(statusCode: number, fields: FieldSection): void {
    if (!this.#isGone) this.connection.sender.informational(this.stream.id, statusCode, fields);
  }

  protected override protocolFeature(id: symbol): unknown {
    switch (id) {
      case HttpUpgradeFeature.id:
      case HttpResetFeature.id:
        return this;
      case HttpExtendedConnectFeature.id:
        return this.head.protocol === undefined ? undefined : new ExtendedConnect(this, this.head.protocol);
      default:
        return undefined;
    }
  }

  /** Whether the request is a plain CONNECT; HTTP/2 has no Upgrade field. */
  get isUpgradableRequest(): boolean {
    return this.head.isConnect && this.head.protocol === undefined;
  }

  upgrade(): Connection {
    if (!this.isUpgradableRequest) throw new HttpError('HTTP_UPGRADE_NOT_POSSIBLE');
    return this.openTunnel();
  }

  protected override watchUpgraded(): void {
    const { input } = this.stream;
    if (input instanceof ConnectionBase) input.onClosed({ closed: (_tunnel, error) => this.upgradedClosed(error) });
  }

  /** Answers a plain or extended CONNECT and returns the stream as a connection. */
  openTunnel(): Connection {
    this.response.checkNotStarting();
    if (this.#isGone) throw new HttpError('HTTP_REQUEST_ABORTED');
    if (this.response.hasStarted || this.isOver) throw new HttpError('HTTP_UPGRADE_NOT_POSSIBLE');
    return this.connection.openTunnel(this);
  }
}

/** CONNECT with `:protocol` (RFC 8441 section 4). */
class ExtendedConnect implements HttpExtendedConnectFeature {
  readonly isExtendedConnect = true;
  readonly protocol: string;
  readonly #exchange: Http2Exchange;

  constructor(exchange: Http2Exchange, protocol: string) {
    this.#exchange = exchange;
    this.protocol = protocol;
  }

  accept(): Connection {
    return this.#exchange.openTunnel();
  }
}
