import { HttpError } from '../errors.ts';
import type { HttpResponseBodyFeature } from '../features/http-response-body.ts';
import type { HttpResponseFeature, OnStartingOptions } from '../features/http-response.ts';
import type { HttpResponseTrailersFeature } from '../features/http-response-trailers.ts';
import { FieldRole } from '../field-name.ts';
import { FieldSection, type FieldSectionGuard, type HttpFields } from '../http-fields.ts';
import { handled } from '../handled.ts';
import { contentBytes } from './content-bytes.ts';
import { readDeclaredLength } from './declared-length.ts';
import { StartingCallbacks } from './starting-callbacks.ts';
import { isAllowedInTrailers } from './trailer-names.ts';

/** How the client finds the end of the content. Decided when the head is sent. */
export const ContentKind = {
  undecided: 0,
  /** The message ends with its head. */
  none: 1,
  /** After the number of bytes in Content-Length. */
  length: 2,
  /** Streamed; the protocol marks the end. */
  stream: 3,
} as const;

export type ContentKind = (typeof ContentKind)[keyof typeof ContentKind];

/** The part of an exchange that a response depends on. */
export interface RespondingExchange {
  /** Whether the request is a HEAD, whose response has no content. */
  readonly isHead: boolean;
  /** Whether the request is a CONNECT. */
  readonly isConnect: boolean;
}

/** Trailer fields may be set until the end, except those that RFC 9110 6.5.1 forbids. */
const trailerGuard = (response: { readonly hasEnded: boolean }): FieldSectionGuard => ({
  beforeChange: (name) => {
    if (response.hasEnded) throw new HttpError('HTTP_RESPONSE_ENDED');
    if (name !== undefined && !isAllowedInTrailers(name.toLowerCase())) {
      throw new HttpError('HTTP_FIELD_NOT_ALLOWED', `${name} in trailers`);
    }
  },
});

/** Control characters and characters outside latin1 (RFC 9112 4: HTAB, SP, VCHAR, obs-text). */
const invalidReason = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * The response of one exchange: its head, the rules for its content, and its callbacks. Each protocol derives a class
 * that writes heads and content in its framing.
 *
 * The first content is held until the end of the turn: if the response ends by then, its length is known.
 * `requestFlush` asks the protocol to call `releaseFirst` at the end of the turn.
 *
 * The members that are private are declared, not `#private`, and the constructor assigns them: V8 does not inline the
 * constructor of a base class with class fields or private methods, and each request makes a response.
 *
 * Source: RFC 9110 sections 6.4, 8.6, 9.3.2 and 15
 */
export abstract class ExchangeResponse<E extends RespondingExchange = RespondingExchange>
  implements HttpResponseFeature, HttpResponseBodyFeature, HttpResponseTrailersFeature, FieldSectionGuard
{
  declare protected readonly exchange: E;
  declare private _statusCode: number;
  declare private _reasonPhrase: string;
  declare private _headers: FieldSection | undefined;
  declare private _trailers: FieldSection | undefined;
  declare private _kind: ContentKind;
  /** Bytes of the declared Content-Length that have not been written. */
  declare private _remaining: number;
  declare private _contentSize: number;
  declare private _first: Uint8Array | string | undefined;
  declare private _onStarting: StartingCallbacks | undefined;
  declare private _onCompleted: (() => void | Promise<void>)[] | undefined;
  declare private _pendingContent: Promise<unknown> | undefined;
  declare private _hasStarted: boolean;
  declare private _hasEnded: boolean;
  declare private _isHandedOver: boolean;

  constructor(exchange: E) {
    this.exchange = exchange;
    this._statusCode = 200;
    this._reasonPhrase = '';
    this._headers = undefined;
    this._trailers = undefined;
    this._kind = ContentKind.undecided;
    this._remaining = 0;
    this._contentSize = 0;
    this._first = undefined;
    this._onStarting = undefined;
    this._onCompleted = undefined;
    this._pendingContent = undefined;
    this._hasStarted = false;
    this._hasEnded = false;
    this._isHandedOver = false;
  }

  // Provided by the protocol

  /** Whether nothing can be sent any more: the connection is closed, or the stream is reset. */
  protected abstract get isGone(): boolean;
  /** Whether the peer takes bytes more slowly than they are written. */
  protected abstract get isUnderPressure(): boolean;
  /** Schedules a call of `releaseFirst` at the end of this batch or turn. */
  protected abstract requestFlush(): void;
  /** Converts text for sending: to bytes, or to text with one character per byte. */
  protected abstract wireText(text: string): Uint8Array | string;
  /**
   * Sends the head. `kind` tells how the content is framed, `hasContent` whether content follows.
   *
   * @param length value of the Content-Length field to add; `undefined` for none, or if the application has set it
   */
  protected abstract writeHead(length: number | undefined): void;
  /** Sends the whole message. @param length as for `writeHead` @param content the whole content, may be empty */
  protected abstract writeMessage(length: number | undefined, content: Uint8Array | string): void;
  /** Sends a non-empty piece of content. */
  protected abstract writeContent(content: Uint8Array | string): void;
  /** Marks the end of a message with content. */
  protected abstract writeEnd(trailers: FieldSection | undefined): void;
  /** Called when the content does not match the head, so that the client cannot find the end of the message. */
  protected abstract contentBroken(): void;
  /**
   * Resolves when more can be written; rejects with HttpError `HTTP_REQUEST_ABORTED` when the client has disconnected.
   */
  abstract drained(): Promise<void>;

  /** Whether a message may have both a Content-Length and trailers. */
  protected get allowsLengthWithTrailers(): boolean {
    return false;
  }

  /** The error of a 2xx to a CONNECT request for which no tunnel was opened. */
  protected tunnelMissing(): Error {
    return new HttpError(
      'HTTP_UPGRADE_NOT_POSSIBLE',
      'a 2xx response to CONNECT requires a call of upgrade(), which opens the tunnel',
    );
  }

  // Head

  get statusCode(): number {
    return this._statusCode;
  }

  set statusCode(value: number) {
    this.beforeChange();
    if (!Number.isInteger(value) || value < 200 || value > 999)
      throw new HttpError('HTTP_STATUS_INVALID', typeof value === 'number' ? String(value) : `a ${typeof value}`);
    this._statusCode = value;
  }

  get reasonPhrase(): string {
    return this._reasonPhrase;
  }

  set reasonPhrase(value: string) {
    this.beforeChange();
    if (invalidReason.test(value)) throw new HttpError('HTTP_REASON_PHRASE_INVALID');
    this._reasonPhrase = value;
  }

  get headers(): HttpFields {
    return (this._headers ??= new FieldSection(this));
  }

  /** The header section, if the application has used it. */
  protected get fields(): FieldSection | undefined {
    return this._headers;
  }

  get trailers(): HttpFields {
    return (this._trailers ??= new FieldSection(trailerGuard(this)));
  }

  get hasStarted(): boolean {
    return this._hasStarted;
  }

  get hasEnded(): boolean {
    return this._hasEnded;
  }

  /** Whether the connection or stream was upgraded to another protocol. */
  get isHandedOver(): boolean {
    return this._isHandedOver;
  }

  /** Bytes of content that were written, without framing. */
  get contentSize(): number {
    return this._contentSize;
  }

  /** Whether written content is held and no head has been sent for it. */
  get hasHeldContent(): boolean {
    return this._first !== undefined;
  }

  onStarting(callback: () => unknown, options?: OnStartingOptions): void {
    this.beforeChange();
    (this._onStarting ??= new StartingCallbacks()).add(callback, options?.alsoOnError === true);
  }

  onCompleted(callback: () => void | Promise<void>): void {
    (this._onCompleted ??= []).push(callback);
  }

  /** Removes and returns the `onCompleted` callbacks, last registered first. */
  takeOnCompleted(): (() => void | Promise<void>)[] | undefined {
    const callbacks = this._onCompleted?.toReversed();
    this._onCompleted = undefined;
    return callbacks;
  }

  waitFor(content: Promise<unknown>): void {
    const pending = this._pendingContent;
    // Pending content of an aborted or failed request is not awaited: its rejection must not end the process.
    this._pendingContent = handled(pending === undefined ? content : Promise.all([pending, content]));
  }

  /** Removes and returns the promise of content that is still being sent. */
  takePendingContent(): Promise<unknown> | undefined {
    const pending = this._pendingContent;
    this._pendingContent = undefined;
    return pending;
  }

  /** Rejects changes to the header section after it has been sent. */
  beforeChange(): void {
    if (this._hasStarted) throw new HttpError('HTTP_RESPONSE_STARTED');
  }

  /**
   * Refuses operations that an `onStarting` callback must not call.
   *
   * @throws HttpError `HTTP_ON_STARTING_INVALID`
   */
  checkNotStarting(): void {
    if (this._onStarting?.isRunning === true) {
      throw new HttpError('HTTP_ON_STARTING_INVALID', 'it writes, sends, ends or upgrades');
    }
  }

  // Content

  start(): void {
    this.checkNotStarting();
    if (this._hasEnded) throw new HttpError('HTTP_RESPONSE_ENDED');
    if (this.isGone) return;
    if (!this._hasStarted) this.writeHead(this.begin(isEmpty(this._statusCode) ? 0 : undefined));
    this.sendFirst();
  }

  write(content: Uint8Array | string): boolean {
    this.checkNotStarting();
    if (this._hasEnded) throw new HttpError('HTTP_RESPONSE_ENDED');
    const bytes = this.wireContent(content);
    if (this.isGone) return false;
    if (bytes.length === 0) return !this.isUnderPressure;
    if (!this._hasStarted && this._first === undefined) {
      this._first = bytes;
      this.requestFlush();
      return true;
    }
    if (!this._hasStarted) this.writeHead(this.begin(undefined));
    this.sendFirst();
    this.send(bytes);
    return !this.isUnderPressure;
  }

  end(content?: Uint8Array | string): void {
    this.checkNotStarting();
    if (this._hasEnded) {
      if (content !== undefined) throw new HttpError('HTTP_RESPONSE_ENDED');
      return;
    }
    const bytes = content === undefined ? '' : this.wireContent(content);
    if (this.isGone) {
      this._hasEnded = true;
      return;
    }
    if (!this._hasStarted && this._first === undefined) {
      this.sendAll(bytes);
    } else {
      if (bytes.length > 0) this.write(bytes);
      if (this._hasStarted) this.finish();
      else this.sendAll(this.takeFirst());
    }
    this._hasEnded = true;
  }

  /** Sends the held content as the start of a stream, because the response did not end in the same turn. */
  releaseFirst(): void {
    if (this._first === undefined || this.isGone) return;
    if (!this._hasStarted) this.writeHead(this.begin(undefined));
    this.sendFirst();
  }

  private wireContent(content: unknown): Uint8Array | string {
    const bytes = contentBytes(content);
    return typeof bytes === 'string' ? this.wireText(bytes) : bytes;
  }

  private sendFirst(): void {
    if (this._first !== undefined) this.send(this.takeFirst());
  }

  private takeFirst(): Uint8Array | string {
    const first = this._first!;
    this._first = undefined;
    return first;
  }

  /** Sends a message whose whole content is known with the head. */
  private sendAll(content: Uint8Array | string): void {
    const length = this.begin(content.length);
    if (this._kind === ContentKind.length && !this.exchange.isHead && this._trailers === undefined) {
      this._contentSize = content.length;
      this.writeMessage(length, content);
      return;
    }
    this.writeHead(length);
    if (content.length > 0) this.send(content);
    this.finish();
  }

  private send(content: Uint8Array | string): void {
    if (this._kind === ContentKind.length) {
      if (content.length > this._remaining) throw this.lengthMismatch();
      this._remaining -= content.length;
    }
    if (!this.hasContent) return;
    this._contentSize += content.length;
    this.writeContent(content);
  }

  private finish(): void {
    if (!this.hasContent) return;
    if (this._kind === ContentKind.length && this._remaining > 0) throw this.lengthMismatch();
    this.writeEnd(this._trailers);
  }

  /** The content differs from the Content-Length already sent, so the client would misread the end of the message. */
  private lengthMismatch(): HttpError {
    this.contentBroken();
    return new HttpError('HTTP_CONTENT_LENGTH_MISMATCH');
  }

  // Beginning

  /** How the client finds the end of the content; decided when `writeHead` or `writeMessage` is called. */
  protected get kind(): ContentKind {
    return this._kind;
  }

  /** Whether content follows the head, and `writeEnd` follows the content. */
  protected get hasContent(): boolean {
    return this._kind !== ContentKind.none && !this.exchange.isHead;
  }

  /**
   * Runs the `onStarting` callbacks, decides the framing, and closes the head for changes.
   *
   * @param length of the whole content; `undefined` if it is streamed
   * @returns the Content-Length to add to the head
   */
  private begin(length: number | undefined): number | undefined {
    this._onStarting?.run();
    const announced = this.decideKind(length);
    this._hasStarted = true;
    return announced;
  }

  private decideKind(length: number | undefined): number | undefined {
    const { isHead, isConnect } = this.exchange;
    const roles = this._headers === undefined ? 0 : this._headers.roles;
    // Also resets what a head that was refused has declared.
    this._kind = this.declaredKind(roles);
    if (hasNoContent(this._statusCode)) return this.withoutContent(length);
    if (isConnect && this._statusCode < 300) throw this.tunnelMissing();
    if (this._statusCode === resetContent) this.checkResetContent(length);
    if (this._kind === ContentKind.length) return this.withDeclaredLength(length, isHead);
    if (length !== undefined && (this._trailers === undefined || this.allowsLengthWithTrailers)) {
      this._kind = isHead ? ContentKind.none : ContentKind.length;
      this._remaining = length;
      // An empty response to HEAD does not tell the content length of the GET response.
      return isHead && length === 0 ? undefined : length;
    }
    this._kind = isHead ? ContentKind.none : ContentKind.stream;
    return undefined;
  }

  /**
   * Checks content that ends the response against the Content-Length set by the application, before anything is sent.
   */
  private withDeclaredLength(length: number | undefined, isHead: boolean): undefined {
    if (length === undefined || length === this._remaining || (isHead && length === 0)) return;
    throw new HttpError('HTTP_CONTENT_LENGTH_MISMATCH', `${this._remaining} declared, ${length} sent`);
  }

  /** 204, 304: no content, and for 204 no length either (RFC 9110 8.6, RFC 9112 6.3). */
  private withoutContent(length: number | undefined): undefined {
    if (length === undefined || length > 0) throw new HttpError('HTTP_CONTENT_NOT_ALLOWED', String(this._statusCode));
    if (this._kind === ContentKind.length && this._statusCode === 204) {
      if (this._remaining > 0) throw new HttpError('HTTP_FIELD_NOT_ALLOWED', 'Content-Length with status 204');
      this._headers!.delete('content-length');
    }
    this._kind = ContentKind.none;
  }

  /** 205: no content, which HEAD must not announce either (RFC 9110 15.3.6, 8.6). */
  private checkResetContent(length: number | undefined): void {
    if (length === 0 && (this._kind !== ContentKind.length || this._remaining === 0)) return;
    throw new HttpError('HTTP_CONTENT_NOT_ALLOWED', '205');
  }

  /** The kind that the fields of the application declare; a declared length is kept. */
  private declaredKind(roles: number): ContentKind {
    if ((roles & (FieldRole.contentLength | FieldRole.transferEncoding)) === 0) return ContentKind.undecided;
    const mayHaveLength = this._trailers === undefined || this.allowsLengthWithTrailers;
    const length = readDeclaredLength(this._headers!, roles, mayHaveLength);
    if (length === undefined) return ContentKind.undecided;
    this._remaining = length;
    return ContentKind.length;
  }

  // Replacement

  /**
   * Runs the `onStarting` callbacks of an upgrade.
   *
   * @returns the header section of its response, which has no content and so no framing (RFC 9110 8.6, RFC 9112 6.1)
   * @throws HttpError `HTTP_FIELD_NOT_ALLOWED`, `HTTP_REQUEST_ABORTED` if a callback aborts the request, or the error of a
   *   callback
   */
  prepareUpgrade(): FieldSection {
    this._onStarting?.run();
    if (this.isGone) throw new HttpError('HTTP_REQUEST_ABORTED');
    const fields = this.headers as FieldSection;
    // As for 204, a length of 0 is only removed.
    if (fields.get('content-length') === '0') fields.delete('content-length');
    if ((fields.roles & (FieldRole.contentLength | FieldRole.transferEncoding)) !== 0) {
      throw new HttpError(
        'HTTP_FIELD_NOT_ALLOWED',
        'Content-Length or Transfer-Encoding in the response of an upgrade',
      );
    }
    return fields;
  }

  /** Called when the upgrade response has been sent: nothing of this response can follow. */
  handOver(): void {
    this._hasStarted = true;
    this._hasEnded = true;
    this._isHandedOver = true;
  }

  clear(): void {
    this.checkNotStarting();
    this.beforeChange();
    this._statusCode = 200;
    this._reasonPhrase = '';
    this._headers = undefined;
    this._trailers = undefined;
    this._first = undefined;
    this._kind = ContentKind.undecided;
    this._onStarting?.restart();
  }

  /**
   * Clears the response for the error response. `onStarting` callbacks with `alsoOnError` run for it, even if they have
   * run before, except those that failed.
   */
  reset(): void {
    this.clear();
    this._onStarting?.resetForError();
  }

  /** Clears the response and its `onStarting` callbacks, for an error response that has failed as well. */
  resetToStatus(): void {
    this.clear();
    this._onStarting?.clear();
  }
}

const hasNoContent = (statusCode: number): boolean => statusCode === 204 || statusCode === 304;

const resetContent = 205;

/** Whether the content of a response with this status is known to be empty. */
const isEmpty = (statusCode: number): boolean => hasNoContent(statusCode) || statusCode === resetContent;
