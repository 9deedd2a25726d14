import type { FeatureCollection } from '@windhover/features';
import { checkUtf8, contentDecoder, mediaType } from './content/content-charset.ts';
import { checkContentCoding } from './content/content-coding.ts';
import type { SchemaOutput, StandardSchema } from './content/standard-schema.ts';
import { validated } from './content/validated.ts';
import { HttpError } from './errors.ts';
import { HttpMaxRequestBodySizeFeature } from './features/http-max-request-body-size.ts';
import { HttpRequestBodyFeature } from './features/http-request-body.ts';
import { HttpRequestFeature } from './features/http-request.ts';
import { HttpRequestTrailersFeature } from './features/http-request-trailers.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { handled } from './handled.ts';
import type { HttpFields } from './http-fields.ts';

/** Options of the methods that read the whole content. */
export interface ContentOptions {
  /** Maximum size of the content in bytes, in place of the server's `maxRequestBodySize`; `null` for no limit. */
  readonly maxSize?: number | null;
}

/** Options of `form`. */
export interface FormOptions extends ContentOptions {
  /** Maximum number of pairs. Default 1024. */
  readonly maxPairs?: number;
}

const formDefaults = {
  maxPairs: 1024, // as ASP.NET Core FormOptions.ValueCountLimit
};

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

  /** The Host field with its port; empty if the request has none. */
  get host(): string {
    return this.#request.headers.get('host') ?? '';
  }

  /** The part of the path that `map` or `pathBase` has removed from `path`. */
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

  /** The parsed query; a new object on each access. */
  get query(): URLSearchParams {
    return new URLSearchParams(this.#request.queryString);
  }

  /** The request target as received: `/caf%C3%A9?x=1`. */
  get target(): string {
    return this.#request.rawTarget;
  }

  /** Scheme, host, path base, path and query, for display. Contains text from the client: escape it in HTML. */
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

  /** Value of Content-Length in bytes; `undefined` if the length is not known in advance. */
  get contentLength(): number | undefined {
    const value = this.headers.get('content-length');
    return value === undefined ? undefined : Number(value);
  }

  /**
   * The content, piece by piece. It can be read once: by iterating, or with `bytes`, `text`, `json` or `form`.
   * Accessing the property does not consume it. When a loop ends early, the server drops the rest.
   *
   * Iterating throws HttpError `HTTP_BODY_CONSUMED` and the errors of `HttpRequestBodyFeature.read`.
   */
  get body(): AsyncIterable<Uint8Array> {
    return {
      [Symbol.asyncIterator]: () => {
        this.#takeBody();
        return pieces(this.#features.require(HttpRequestBodyFeature));
      },
    };
  }

  /**
   * The whole content as received, not decompressed. Throws the errors of `body`.
   *
   * @throws HttpError `HTTP_LIMIT_INVALID` for an invalid `maxSize`
   */
  bytes(options?: ContentOptions): Promise<Uint8Array> {
    return handled(this.#bytes(options));
  }

  async #bytes({ maxSize }: ContentOptions = {}): Promise<Uint8Array> {
    this.#takeBody();
    if (maxSize !== undefined) this.#features.require(HttpMaxRequestBodySizeFeature).maxRequestBodySize = maxSize;
    const body = this.#features.require(HttpRequestBodyFeature);
    const first = await body.read();
    if (first === undefined) return new Uint8Array(0);
    const collected = new GrowingBytes(first);
    for (let piece = await body.read(); piece !== undefined; piece = await body.read()) collected.append(piece);
    return collected.bytes;
  }

  /**
   * The whole content as text, in the charset of Content-Type, or UTF-8. Invalid bytes become U+FFFD. Throws the errors
   * of `bytes`.
   *
   * @throws HttpError `HTTP_CONTENT_CODING_UNSUPPORTED` for compressed content, `HTTP_CHARSET_UNSUPPORTED`; both are
   *   answered 415
   */
  text(options?: ContentOptions): Promise<string> {
    return handled(this.#text(options));
  }

  async #text(options?: ContentOptions): Promise<string> {
    checkContentCoding(this.headers);
    const decoder = contentDecoder(this.contentType);
    return decoder.decode(await this.#bytes(options));
  }

  /**
   * The whole content as JSON, validated and transformed by a schema of any library that follows Standard Schema
   * (valibot, zod, arktype). Throws the errors of `text`.
   *
   * @throws HttpError `HTTP_JSON_INVALID`, `HTTP_BODY_EMPTY`; both are answered 400 unless the handler catches them
   * @throws HttpProblem 400 if the schema rejects the value; its member `errors` has the messages by path
   */
  json<Schema extends StandardSchema>(schema: Schema, options?: ContentOptions): Promise<SchemaOutput<Schema>>;
  json<T = unknown>(schema?: undefined, options?: ContentOptions): Promise<T>;
  json(schema?: StandardSchema, options?: ContentOptions): Promise<unknown> {
    return handled(this.#json(schema, options));
  }

  async #json(schema: StandardSchema | undefined, options?: ContentOptions): Promise<unknown> {
    checkUtf8(this.contentType);
    const text = await this.#text(options);
    if (text === '') throw new HttpError('HTTP_BODY_EMPTY');
    const value = parsedJson(text);
    return schema === undefined ? value : validated(schema, value);
  }

  /**
   * The pairs of a form of type application/x-www-form-urlencoded. For forms with files, use
   * `@windhover/middleware-multipart`. Throws the errors of `text`.
   *
   * @throws HttpError `HTTP_FORM_TYPE`, answered 415; `HTTP_FORM_TOO_LARGE`, answered 413
   * Source: URL standard, section "application/x-www-form-urlencoded"; ASP.NET Core `HttpRequest.ReadFormAsync`
   */
  form(options?: FormOptions): Promise<URLSearchParams> {
    return handled(this.#form(options));
  }

  async #form({ maxPairs = formDefaults.maxPairs, ...options }: FormOptions = {}): Promise<URLSearchParams> {
    if (mediaType(this.contentType) !== 'application/x-www-form-urlencoded') throw new HttpError('HTTP_FORM_TYPE');
    checkUtf8(this.contentType);
    const text = await this.#text(options);
    let pairs = 1;
    for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) pairs++;
    if (pairs > maxPairs) throw new HttpError('HTTP_FORM_TOO_LARGE');
    // `URLSearchParams` would remove a leading `?`.
    return new URLSearchParams(text.startsWith('?') ? `&${text}` : text);
  }

  #takeBody(): void {
    if (this.#bodyTaken) throw new HttpError('HTTP_BODY_CONSUMED');
    this.#bodyTaken = true;
  }
}

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HttpError('HTTP_JSON_INVALID', undefined, { cause });
  }
};

async function* pieces(body: HttpRequestBodyFeature): AsyncGenerator<Uint8Array> {
  for (let piece = await body.read(); piece !== undefined; piece = await body.read()) yield piece;
}
