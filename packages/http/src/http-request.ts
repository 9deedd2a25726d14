import type { FeatureCollection } from '@windhover/features';
import { HttpError } from './errors.ts';
import { HttpRequestBodyFeature } from './features/http-request-body.ts';
import { HttpRequestFeature } from './features/http-request.ts';
import { HttpRequestTrailersFeature } from './features/http-request-trailers.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { handled } from './handled.ts';
import type { HttpFields } from './http-fields.ts';

/**
 * The request, as handlers see it.
 *
 * Source: Kestrel `HttpRequest`.
 */
export class HttpRequest {
  readonly #features: FeatureCollection;
  readonly #request: HttpRequestFeature;
  #bodyTaken = false;

  constructor(features: FeatureCollection) {
    this.#features = features;
    this.#request = features.require(HttpRequestFeature);
  }

  get method(): string {
    return this.#request.method;
  }

  set method(value: string) {
    this.#request.method = value;
  }

  /** `http` or `https`. */
  get scheme(): string {
    return this.#request.scheme;
  }

  set scheme(value: string) {
    this.#request.scheme = value;
  }

  /** E.g. `HTTP/1.1`. */
  get protocol(): string {
    return this.#request.protocol;
  }

  /** The Host field with its port, empty where the request has none. */
  get host(): string {
    return this.#request.headers.get('host') ?? '';
  }

  /** What `map` or a path base has taken off the path. */
  get pathBase(): string {
    return this.#request.pathBase;
  }

  set pathBase(value: string) {
    this.#request.pathBase = value;
  }

  /** Percent-decoded, without the query: `/café`. */
  get path(): string {
    return this.#request.path;
  }

  set path(value: string) {
    this.#request.path = value;
  }

  /** With its `?`, as received. */
  get queryString(): string {
    return this.#request.queryString;
  }

  set queryString(value: string) {
    this.#request.queryString = value;
  }

  /** The parsed query, made anew at each call. */
  get query(): URLSearchParams {
    return new URLSearchParams(this.#request.queryString);
  }

  /** The request target as received: `/caf%C3%A9?x=1`. */
  get target(): string {
    return this.#request.rawTarget;
  }

  /** Scheme, host, path base, path and query for a person to read; peer-given text, so escape it in HTML. */
  get displayUrl(): string {
    return `${this.scheme}://${this.host}${this.pathBase}${this.path}${this.queryString}`;
  }

  get headers(): HttpFields {
    return this.#request.headers;
  }

  /** The trailer section; empty until the body has been read to its end. */
  get trailers(): HttpFields | undefined {
    return this.#features.get(HttpRequestTrailersFeature)?.trailers;
  }

  get contentType(): string | undefined {
    return this.headers.get('content-type');
  }

  /** Value of Content-Length in bytes, `undefined` where the length is not known beforehand. */
  get contentLength(): number | undefined {
    const value = this.headers.get('content-length');
    return value === undefined ? undefined : Number(value);
  }

  /**
   * The content, piece by piece. It can be read once, here or through `bytes`, `text` or `json`: iterating takes it, while
   * reading the property does not. The server drops content that a loop leaves.
   *
   * Iterating throws HttpError `HTTP_BODY_CONSUMED` and what `HttpRequestBodyFeature.read` throws.
   */
  get body(): AsyncIterable<Uint8Array> {
    return {
      [Symbol.asyncIterator]: () => {
        this.#takeBody();
        return pieces(this.#features.require(HttpRequestBodyFeature));
      },
    };
  }

  /** The whole content as received, whatever its content coding. Throws as `body`. */
  bytes(): Promise<Uint8Array> {
    return handled(this.#bytes());
  }

  async #bytes(): Promise<Uint8Array> {
    this.#takeBody();
    const body = this.#features.require(HttpRequestBodyFeature);
    const first = await body.read();
    if (first === undefined) return new Uint8Array(0);
    const collected = new GrowingBytes(first);
    for (let piece = await body.read(); piece !== undefined; piece = await body.read()) collected.append(piece);
    return collected.bytes;
  }

  /**
   * The whole content as UTF-8 text; bytes that are not UTF-8 become U+FFFD. Throws as `body`.
   *
   * @throws HttpError `HTTP_CONTENT_CODING_UNSUPPORTED`, answered 415, for compressed content
   */
  text(): Promise<string> {
    return handled(this.#text());
  }

  async #text(): Promise<string> {
    this.#checkCoding();
    return utf8.decode(await this.#bytes());
  }

  /**
   * The whole content as JSON. Throws as `text`.
   *
   * @throws HttpError `HTTP_JSON_INVALID`, `HTTP_BODY_EMPTY`; both are answered 400 unless the handler catches them
   */
  json<T = unknown>(): Promise<T> {
    return handled(this.#json<T>());
  }

  async #json<T>(): Promise<T> {
    const text = await this.#text();
    if (text === '') throw new HttpError('HTTP_BODY_EMPTY');
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new HttpError('HTTP_JSON_INVALID', undefined, { cause });
    }
  }

  #checkCoding(): void {
    const coding = this.headers.get('content-encoding');
    if (coding === undefined || coding.toLowerCase() === 'identity') return;
    throw new HttpError('HTTP_CONTENT_CODING_UNSUPPORTED');
  }

  #takeBody(): void {
    if (this.#bodyTaken) throw new HttpError('HTTP_BODY_CONSUMED');
    this.#bodyTaken = true;
  }
}

const utf8 = new TextDecoder();

async function* pieces(body: HttpRequestBodyFeature): AsyncGenerator<Uint8Array> {
  for (let piece = await body.read(); piece !== undefined; piece = await body.read()) yield piece;
}
