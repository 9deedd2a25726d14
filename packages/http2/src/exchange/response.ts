import {
  FieldRole,
  FieldSection,
  type FieldSectionGuard,
  HttpError,
  type HttpFields,
  type HttpResponseBodyFeature,
  type HttpResponseFeature,
  type HttpResponseTrailersFeature,
  isAllowedInTrailers,
} from '@windhover/http';
import type { Http2Exchange } from './exchange.ts';
import { wireContent } from './response-content.ts';

/** Trailer fields may come until the end, but none of those that RFC 9110 6.5.1 keeps out. */
const trailerGuard = (response: Http2Response): FieldSectionGuard => ({
  beforeChange: (name) => {
    if (response.hasEnded) throw new HttpError('HTTP_RESPONSE_ENDED');
    if (name !== undefined && !isAllowedInTrailers(name.toLowerCase())) {
      throw new HttpError('HTTP_FIELD_NOT_ALLOWED', `${name} in trailers`);
    }
  },
});

/** Control characters and what is not latin1, as for HTTP/1.1; HTTP/2 sends no reason phrase. */
const invalidReason = /[^\t\x20-\x7e\x80-\xff]/;

/** No Content-Length was declared. */
const undeclared = -1;

/**
 * The response of one exchange: its head, and what its content may be.
 *
 * Source: RFC 9113 section 8.1
 */
export class Http2Response
  implements HttpResponseFeature, HttpResponseBodyFeature, HttpResponseTrailersFeature, FieldSectionGuard
{
  readonly #exchange: Http2Exchange;
  #statusCode = 200;
  #reasonPhrase = '';
  #headers: FieldSection | undefined;
  #trailers: FieldSection | undefined;
  /** Bytes that a Content-Length still promises. */
  #remaining = undeclared;
  /** HEAD, 204 and 304: content is counted and not sent. */
  #hasNoContent = false;
  /** The first content, kept for a moment: if it is all there is, its length is known. */
  #first: Uint8Array | string | undefined;
  #onStarting: (() => void)[] | undefined;
  #onCompleted: (() => void | Promise<void>)[] | undefined;
  #hasStarted = false;
  #hasEnded = false;

  constructor(exchange: Http2Exchange) {
    this.#exchange = exchange;
  }

  // Head

  get statusCode(): number {
    return this.#statusCode;
  }

  set statusCode(value: number) {
    this.beforeChange();
    if (!Number.isInteger(value) || value < 200 || value > 999)
      throw new HttpError('HTTP_STATUS_INVALID', String(value));
    this.#statusCode = value;
  }

  get reasonPhrase(): string {
    return this.#reasonPhrase;
  }

  set reasonPhrase(value: string) {
    this.beforeChange();
    if (invalidReason.test(value)) throw new HttpError('HTTP_REASON_PHRASE_INVALID');
    this.#reasonPhrase = value;
  }

  get headers(): HttpFields {
    return (this.#headers ??= new FieldSection(this));
  }

  get trailers(): HttpFields {
    return (this.#trailers ??= new FieldSection(trailerGuard(this)));
  }

  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  onStarting(callback: () => void): void {
    this.beforeChange();
    (this.#onStarting ??= []).push(callback);
  }

  onCompleted(callback: () => void | Promise<void>): void {
    (this.#onCompleted ??= []).push(callback);
  }

  /** The callbacks that wait for the end, last registered first; none from then on. */
  takeOnCompleted(): (() => void | Promise<void>)[] | undefined {
    const callbacks = this.#onCompleted?.toReversed();
    this.#onCompleted = undefined;
    return callbacks;
  }

  beforeChange(): void {
    if (this.#hasStarted) throw new HttpError('HTTP_RESPONSE_STARTED');
  }

  // Content

  start(): void {
    if (this.#hasEnded) throw new HttpError('HTTP_RESPONSE_ENDED');
    if (this.#exchange.isGone) return;
    if (!this.#hasStarted) this.#sendHead(isWithoutContent(this.#statusCode) ? 0 : undefined, false);
    this.releaseFirst();
  }

  write(content: Uint8Array | string): boolean {
    if (this.#hasEnded) throw new HttpError('HTTP_RESPONSE_ENDED');
    const { stream } = this.#exchange;
    if (this.#exchange.isGone) return false;
    const bytes = wireContent(content);
    if (bytes.length === 0) return !stream.output.isUnderPressure;
    if (!this.#hasStarted && this.#first === undefined) {
      this.#first = bytes;
      this.#exchange.holdBack();
      return true;
    }
    if (!this.#hasStarted) this.#sendHead(undefined, false);
    this.releaseFirst();
    this.#send(bytes);
    return !stream.output.isUnderPressure;
  }

  drained(): Promise<void> {
    return this.#exchange.stream.output.drained();
  }

  end(content?: Uint8Array | string): void {
    if (this.#hasEnded) {
      if (content !== undefined) throw new HttpError('HTTP_RESPONSE_ENDED');
      return;
    }
    if (!this.#exchange.isGone) this.#end(content === undefined ? '' : wireContent(content));
    this.#hasEnded = true;
  }

  #end(content: Uint8Array | string): void {
    if (this.#hasStarted) {
      this.#finish(content);
      return;
    }
    if (this.#first === undefined) {
      this.#sendAll(content);
      return;
    }
    if (content.length === 0) {
      this.#sendAll(this.#takeFirst());
      return;
    }
    this.#sendHead(undefined, false);
    this.releaseFirst();
    this.#finish(content);
  }

  /** The first content was not all of it, or not soon: send it as the beginning of a stream. */
  releaseFirst(): void {
    if (this.#first === undefined || this.#exchange.isGone) return;
    if (!this.#hasStarted) this.#sendHead(undefined, false);
    this.#send(this.#takeFirst());
  }

  #takeFirst(): Uint8Array | string {
    const first = this.#first!;
    this.#first = undefined;
    return first;
  }

  /** The whole content is known with the head. */
  #sendAll(content: Uint8Array | string): void {
    const hasTrailers = this.#trailers !== undefined && this.#trailers.size > 0;
    const endsWithHead = !hasTrailers && (content.length === 0 || this.#exchange.head.isHead);
    this.#sendHead(content.length, endsWithHead);
    if (endsWithHead) this.#exchange.stream.outputEnded();
    else this.#finish(content);
  }

  #send(content: Uint8Array | string): void {
    this.#count(content.length);
    if (this.#hasNoContent) return;
    this.#exchange.stream.output.write(content);
    this.#exchange.expectRate(content.length);
  }

  /** The last content, which may be empty. */
  #finish(content: Uint8Array | string): void {
    this.#count(content.length);
    if (this.#remaining > 0 && !this.#exchange.head.isHead) throw new HttpError('HTTP_CONTENT_LENGTH_MISMATCH');
    const hasTrailers = this.#trailers !== undefined && this.#trailers.size > 0;
    this.#exchange.stream.trailers = hasTrailers ? this.#trailers : undefined;
    this.#exchange.stream.output.end(this.#hasNoContent ? '' : content, hasTrailers);
    this.#exchange.expectRate(content.length);
  }

  /** Content is as long as the Content-Length says (RFC 9113 8.1.1). */
  #count(size: number): void {
    if (this.#remaining === undeclared) return;
    if (size > this.#remaining) throw new HttpError('HTTP_CONTENT_LENGTH_MISMATCH');
    this.#remaining -= size;
  }

  /** @param length of the whole content; `undefined` when it comes piece by piece */
  #sendHead(length: number | undefined, endsStream: boolean): void {
    this.#callOnStarting();
    const declared = this.#checkHead(length);
    this.#hasStarted = true;
    this.#exchange.sendHead(this.#statusCode, this.#headers, declared, endsStream);
  }

  #callOnStarting(): void {
    const callbacks = this.#onStarting;
    if (callbacks === undefined) return;
    this.#onStarting = undefined;
    for (const callback of callbacks.toReversed()) callback();
  }

  /** What the head says of the content. @returns a Content-Length to add, or -1 */
  #checkHead(length: number | undefined): number {
    const { isHead, isConnect } = this.#exchange.head;
    const roles = this.#headers === undefined ? 0 : this.#headers.roles;
    this.#remaining = (roles & FieldRole.contentLength) === 0 ? undeclared : this.#declaredLength();
    if (isWithoutContent(this.#statusCode)) return this.#checkNoContent(length);
    if (isConnect && this.#statusCode < 300) {
      throw new HttpError('HTTP_UPGRADE_NOT_POSSIBLE', 'a 2xx to CONNECT opens a tunnel, which only an upgrade does');
    }
    if (this.#statusCode === 205 && length !== 0) throw new HttpError('HTTP_CONTENT_NOT_ALLOWED', '205');
    this.#hasNoContent = isHead;
    if (this.#remaining !== undeclared) {
      if (length !== undefined && length !== this.#remaining && !(isHead && length === 0)) {
        throw new HttpError('HTTP_CONTENT_LENGTH_MISMATCH', `${this.#remaining} declared, ${length} sent`);
      }
      return undeclared;
    }
    // An empty answer to HEAD says nothing of what GET would give.
    return length === undefined || (isHead && length === 0) ? undeclared : length;
  }

  /** 204, 304: no content, and for 204 no length either (RFC 9110 8.6). */
  #checkNoContent(length: number | undefined): number {
    if (length === undefined || length > 0) throw new HttpError('HTTP_CONTENT_NOT_ALLOWED', String(this.#statusCode));
    if (this.#statusCode === 204 && this.#remaining !== undeclared) {
      if (this.#remaining > 0) throw new HttpError('HTTP_FIELD_NOT_ALLOWED', 'Content-Length with status 204');
      this.#headers!.delete('content-length');
    }
    this.#remaining = undeclared;
    this.#hasNoContent = true;
    return undeclared;
  }

  #declaredLength(): number {
    const declared = this.#headers!.getAll('content-length');
    if (declared.length > 1 || !/^\d{1,15}$/.test(declared[0]!)) {
      throw new HttpError('HTTP_FIELD_VALUE_INVALID', 'Content-Length');
    }
    return Number(declared[0]);
  }

  /** The last changes before a tunnel is opened. */
  prepareTunnel(): FieldSection {
    this.#callOnStarting();
    this.#hasStarted = true;
    this.#hasEnded = true;
    return (this.#headers ??= new FieldSection());
  }

  clear(): void {
    this.beforeChange();
    this.#statusCode = 200;
    this.#reasonPhrase = '';
    this.#headers = undefined;
    this.#trailers = undefined;
    this.#first = undefined;
  }

  /** Back to an empty response that no callback changes any more, for the error that takes its place. */
  reset(): void {
    this.clear();
    this.#onStarting = undefined;
  }
}

const isWithoutContent = (statusCode: number): boolean => statusCode === 204 || statusCode === 304;
