import type { FeatureCollection } from '@windhover/features';
import { HttpError } from './errors.ts';
import { HttpResponseBodyFeature } from './features/http-response-body.ts';
import { HttpResponseFeature } from './features/http-response.ts';
import { HttpResponseTrailersFeature } from './features/http-response-trailers.ts';
import { handled } from './handled.ts';
import type { HttpFields } from './http-fields.ts';

/** What `send` takes: text (sent as UTF-8), bytes, or pieces of these as they come, e.g. a Node or web stream. */
export type ResponseContent = string | Uint8Array | AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

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
   * The trailer section, sent behind the content.
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
  }

  /** Called just before the head is sent, last registered first. */
  onStarting(callback: () => void): void {
    this.#response.onStarting(callback);
  }

  /** Called when the request is over, last registered first. */
  onCompleted(callback: () => void | Promise<void>): void {
    this.#response.onCompleted(callback);
  }

  /**
   * Writes a piece of the content.
   *
   * @returns a promise only when the peer does not keep up; it rejects when the peer goes
   * @throws HttpError as `HttpResponseBodyFeature.write`
   */
  write(content: string | Uint8Array): void | Promise<void> {
    const body = this.#bodyFeature();
    if (!body.write(content)) return body.drained();
  }

  /**
   * Sends the content and ends the response. Text without a content type is `text/plain; charset=utf-8`.
   *
   * @returns a promise when the content comes piece by piece
   * @throws HttpError as `HttpResponseBodyFeature.write`; `HTTP_CONTENT_UNSUPPORTED`
   */
  send(content: string | Uint8Array): void;
  send(content: ResponseContent): void | Promise<void>;
  send(content: ResponseContent): void | Promise<void> {
    if (typeof content === 'string') {
      if (!this.hasStarted && !this.headers.has('content-type')) this.contentType = 'text/plain; charset=utf-8';
      this.#bodyFeature().end(content);
    } else if (content instanceof Uint8Array) {
      this.#bodyFeature().end(content);
    } else if (isIterable(content)) {
      return handled(this.#sendPieces(content));
    } else {
      throw new HttpError('HTTP_CONTENT_UNSUPPORTED', typeof content);
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

  async #sendPieces(content: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>): Promise<void> {
    for await (const piece of content) {
      if (typeof piece !== 'string' && !(piece instanceof Uint8Array)) {
        throw new HttpError('HTTP_CONTENT_UNSUPPORTED', `a piece of type ${typeof piece}`);
      }
      const body = this.#bodyFeature();
      if (piece.length > 0 && !body.write(piece)) await body.drained();
    }
    this.#bodyFeature().end();
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

const isIterable = (value: unknown): value is AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array> =>
  typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
