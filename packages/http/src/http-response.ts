import type { FeatureCollection } from '@windhover/features';
import { HttpError } from './errors.ts';
import { contentBytes } from './exchange/content-bytes.ts';
import { HttpRequestFeature } from './features/http-request.ts';
import { HttpRequestLifetimeFeature } from './features/http-request-lifetime.ts';
import { HttpResponseBodyFeature } from './features/http-response-body.ts';
import { HttpResponseFeature, type OnStartingOptions } from './features/http-response.ts';
import { HttpResponseTrailersFeature } from './features/http-response-trailers.ts';
import { handled } from './handled.ts';
import type { HttpFields } from './http-fields.ts';
import { type PieceSource, isPieceSource, readPieces } from './piece-reader.ts';
import { PieceSending } from './piece-sending.ts';

/** Text, sent as UTF-8, or bytes. All bytes of a typed array or `DataView` are sent, whatever its element size. */
export type ResponseBytes = string | ArrayBufferView | ArrayBufferLike;

/**
 * Content for `send`: text, bytes, or a source of text and byte pieces, e.g. a Node.js stream, web stream or generator.
 */
export type ResponseContent = ResponseBytes | PieceSource<ResponseBytes>;

/**
 * The response, as handlers see it.
 *
 * Source: Kestrel `HttpResponse`.
 */
export class HttpResponse {
  readonly #features: FeatureCollection;
  readonly #response: HttpResponseFeature;

  constructor(features: FeatureCollection) {
    this.#features = features;
    this.#response = features.require(HttpResponseFeature);
  }

  /** 200 unless set. Throws HttpError `HTTP_STATUS_INVALID`, `HTTP_RESPONSE_STARTED`. */
  get statusCode(): number {
    return this.#response.statusCode;
  }

  set statusCode(value: number) {
    this.#response.statusCode = value;
  }

  /** Reason phrase of HTTP/1.1; if empty, the registered phrase of the status is sent. */
  get reasonPhrase(): string {
    return this.#response.reasonPhrase;
  }

  set reasonPhrase(value: string) {
    this.#response.reasonPhrase = value;
  }

  get headers(): HttpFields {
    return this.#response.headers;
  }

  /**
   * The trailer section, sent after the content.
   *
   * @throws FeatureMissingError if the HTTP version of the request has no trailers
   */
  get trailers(): HttpFields {
    return this.#features.require(HttpResponseTrailersFeature).trailers;
  }

  get contentType(): string | undefined {
    return this.headers.get('content-type');
  }

  set contentType(value: string) {
    this.headers.set('content-type', value);
  }

  /** Whether the head has been sent. */
  get hasStarted(): boolean {
    return this.#response.hasStarted;
  }

  /** Whether the response is complete. */
  get hasEnded(): boolean {
    return this.#bodyFeature().hasEnded;
  }

  /** Resets status, fields and content. Throws HttpError `HTTP_RESPONSE_STARTED` once the head has been sent. */
  clear(): void {
    this.#response.clear();
    this.#bodyFeature().discard?.();
  }

  /**
   * Registers a callback that runs just before the head is sent and may still change it. The last registered callback
   * runs first. Callbacks must be synchronous and must not write, send or end: the call that starts the response would
   * throw HttpError `HTTP_ON_STARTING_INVALID`.
   *
   * @param options `alsoOnError`: also run for the response to an error of the application; default false, as in
   *   Kestrel
   */
  onStarting<Result>(
    callback: () => Result & (Result extends PromiseLike<unknown> ? never : unknown),
    options?: OnStartingOptions,
  ): void {
    this.#response.onStarting(callback, options);
  }

  /** Registers a callback that runs when the request has ended. The last registered callback runs first. */
  onCompleted(callback: () => void | Promise<void>): void {
    this.#response.onCompleted(callback);
  }

  /**
   * Writes a piece of the content.
   *
   * @returns a promise if the client does not keep up; it rejects when the client disconnects
   * @throws HttpError as `HttpResponseBodyFeature.write`; `HTTP_CONTENT_UNSUPPORTED` for values other than text and
   *   bytes
   */
  write(content: ResponseBytes): void | Promise<void> {
    const body = this.#bodyFeature();
    if (!body.write(contentBytes(content))) return body.drained();
  }

  /**
   * Sends the content and ends the response. Text without a content type is sent as `text/plain; charset=utf-8`.
   *
   * A source of pieces is read as fast as the client receives. The request ends only after the source, even if the
   * handler does not await the promise. If the source fails, an error response is sent, or a started response is cut
   * off. When the client disconnects, the source is closed at once: `destroy` of a Node.js stream, `cancel` of a web
   * stream, `return` of an iterator. A generator that waits for a promise runs its `finally` blocks only when that
   * promise settles: pass `context.signal` to the operation that it waits for. For HEAD, the source is closed as soon as
   * the head has been sent.
   *
   * @returns a promise if the content is a source of pieces
   * @throws HttpError as `HttpResponseBodyFeature.write`; `HTTP_CONTENT_UNSUPPORTED`
   */
  send(content: ResponseBytes): void;
  send(content: ResponseContent): void | Promise<void>;
  send(content: ResponseContent): void | Promise<void> {
    if (typeof content === 'string') {
      if (!this.hasStarted && !this.headers.has('content-type')) this.contentType = 'text/plain; charset=utf-8';
      this.#bodyFeature().end(content);
    } else if (!ArrayBuffer.isView(content) && isPieceSource(content)) {
      return this.#sendPieces(content);
    } else {
      this.#bodyFeature().end(contentBytes(content));
    }
  }

  /**
   * Sends a value as JSON, as `application/json` unless a content type is set.
   *
   * @throws HttpError as `HttpResponseBodyFeature.write`; `HTTP_CONTENT_UNSUPPORTED` for a value without a JSON form,
   *   e.g. `undefined`
   */
  json(value: unknown): void {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new HttpError('HTTP_CONTENT_UNSUPPORTED', `${typeof value} as JSON`);
    if (!this.headers.has('content-type') && !this.hasStarted) this.contentType = 'application/json';
    this.#bodyFeature().end(text);
  }

  /** Sends a redirect to a location and ends the response. @param statusCode 302 by default */
  redirect(location: string, statusCode = 302): void {
    this.statusCode = statusCode;
    this.headers.set('location', location);
    this.end();
  }

  /** Ends the response. */
  end(): void {
    this.#bodyFeature().end();
  }

  #sendPieces(content: PieceSource<unknown>): Promise<void> {
    // HEAD only needs the head: the length is known if the first piece was the whole content.
    const isHead = this.#features.get(HttpRequestFeature)?.method === 'HEAD';
    const isEnough = (): boolean => isHead && this.hasStarted;
    const sending = new PieceSending(readPieces(content), () => this.#bodyFeature(), isEnough);
    const promise = handled(sending.run());
    this.#response.waitFor(promise);
    this.#response.onCompleted(() => sending.stop(new HttpError('HTTP_RESPONSE_ENDED')));
    this.#features.get(HttpRequestLifetimeFeature)?.onClosed((reason) => sending.stop(reason));
    return promise;
  }

  /** Looked up for each use: middleware may replace it, e.g. to compress. */
  #bodyFeature(): HttpResponseBodyFeature {
    return this.#features.require(HttpResponseBodyFeature);
  }
}
