import type { FeatureCollection } from '@windhover/features';
import { HttpError } from './errors.ts';
import { contentBytes } from './exchange/content-bytes.ts';
import { HttpRequestLifetimeFeature } from './features/http-request-lifetime.ts';
import { HttpResponseBodyFeature } from './features/http-response-body.ts';
import { HttpResponseFeature, type OnStartingOptions } from './features/http-response.ts';
import { HttpResponseTrailersFeature } from './features/http-response-trailers.ts';
import { handled } from './handled.ts';
import type { HttpFields } from './http-fields.ts';
import { type PieceSource, isPieceSource, readPieces } from './piece-reader.ts';
import { PieceSending } from './piece-sending.ts';

/** Text, which is sent as UTF-8, or bytes. Of a typed array or `DataView` all bytes count, whatever the element size. */
export type ResponseBytes = string | ArrayBufferView | ArrayBufferLike;

/** Content for `send`: text, bytes, or a source of these piece by piece, e.g. a Node stream, web stream or generator. */
export type ResponseContent = ResponseBytes | PieceSource<ResponseBytes>;

/**
 * The response, as handlers see it.
 *
 * Source: Kestrel `HttpResponse`.
 */
export class HttpResponse {
  readonly #features: FeatureCollection;
  readonly #response: HttpResponseFeature;
  #body: HttpResponseBodyFeature;
  #revision: number;

  constructor(features: FeatureCollection) {
    this.#features = features;
    this.#response = features.require(HttpResponseFeature);
    this.#body = features.require(HttpResponseBodyFeature);
    this.#revision = features.revision;
  }

  /** 200 unless set. Throws HttpError `HTTP_STATUS_INVALID`, `HTTP_RESPONSE_STARTED`. */
  get statusCode(): number {
    return this.#response.statusCode;
  }

  set statusCode(value: number) {
    this.#response.statusCode = value;
  }

  /** Empty for the registered phrase of the status. */
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
   * @throws FeatureMissingError where the request's version has no trailers
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

  /** Takes back status, fields and content, as long as nothing was sent. Throws HttpError `HTTP_RESPONSE_STARTED`. */
  clear(): void {
    this.#response.clear();
    this.#bodyFeature().discard?.();
  }

  /**
   * Registers a callback that runs just before the head is sent and may still change it, last registered first. It must
   * be synchronous, and must not write, send or end: the call that starts the response throws HttpError
   * `HTTP_ON_STARTING_INVALID` then.
   *
   * @param options `alsoOnError`: runs for the response to an error of the application, too; default false, as in Kestrel
   */
  onStarting<Result>(
    callback: () => Result & (Result extends PromiseLike<unknown> ? never : unknown),
    options?: OnStartingOptions,
  ): void {
    this.#response.onStarting(callback, options);
  }

  /** Called when the request is over, last registered first. */
  onCompleted(callback: () => void | Promise<void>): void {
    this.#response.onCompleted(callback);
  }

  /**
   * Writes a piece of the content.
   *
   * @returns a promise only when the peer does not keep up; it rejects when the peer goes
   * @throws HttpError as `HttpResponseBodyFeature.write`; `HTTP_CONTENT_UNSUPPORTED` for values that are no text or bytes
   */
  write(content: ResponseBytes): void | Promise<void> {
    const body = this.#bodyFeature();
    if (!body.write(contentBytes(content))) return body.drained();
  }

  /**
   * Sends the content and ends the response. Text without a content type is `text/plain; charset=utf-8`.
   *
   * A source of pieces is read as fast as the client takes them. The request is not over before the source has ended, even
   * if the handler does not await the promise. A source that fails makes the response an error, or cuts it off. When the
   * client leaves, the source is closed at once: `destroy` of a Node stream, `cancel` of a web stream, `return` of an
   * iterator. A generator that waits for a promise of its own runs its `finally` blocks only when that promise settles: pass
   * `context.signal` to what it waits for.
   *
   * @returns a promise when the content comes piece by piece
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
   * @throws HttpError as `HttpResponseBodyFeature.write`; `HTTP_CONTENT_UNSUPPORTED` for what has no JSON, as `undefined`
   */
  json(value: unknown): void {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new HttpError('HTTP_CONTENT_UNSUPPORTED', `${typeof value} as JSON`);
    if (!this.headers.has('content-type') && !this.hasStarted) this.contentType = 'application/json';
    this.#bodyFeature().end(text);
  }

  /** Ends the response, with a Location. @param statusCode 302 by default */
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
    const sending = new PieceSending(readPieces(content), () => this.#bodyFeature());
    const promise = handled(sending.run());
    this.#response.waitFor(promise);
    this.#response.onCompleted(() => sending.stop(new HttpError('HTTP_RESPONSE_ENDED')));
    const signal = this.#features.get(HttpRequestLifetimeFeature)?.requestAborted;
    if (signal?.aborted) sending.stop(signal.reason);
    else signal?.addEventListener('abort', () => sending.stop(signal.reason));
    return promise;
  }

  /** Middleware may put another body in front while the request runs, e.g. one that compresses. */
  #bodyFeature(): HttpResponseBodyFeature {
    if (this.#features.revision !== this.#revision) {
      this.#body = this.#features.require(HttpResponseBodyFeature);
      this.#revision = this.#features.revision;
    }
    return this.#body;
  }
}
