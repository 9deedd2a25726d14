import { type HttpContext, HttpResponseBodyFeature } from '@windhover/http';
import { copyLines } from './response-fields.ts';

type Body = ConstructorParameters<typeof Response>[0];

/** Bodies that are sent without a stream. */
type PlainBody = string | Uint8Array<ArrayBuffer> | null;

const statusesWithoutBody = new Set([204, 205, 304]);

const isPlain = (body: unknown): body is PlainBody =>
  body === null || typeof body === 'string' || body instanceof Uint8Array;

const textType = 'text/plain;charset=UTF-8';

/**
 * A `Response` that keeps text or bytes unchanged and sends them without a stream. In all other respects it is the
 * platform's: members other than status and headers come from a real `Response`, created on first use. Bytes are not
 * copied: they must not change until the response is sent.
 *
 * Opt in by importing it as `Response`, or for a whole program with `installFastResponse()`.
 *
 * Source: Fetch standard, section 5.5
 */
class FastResponse {
  readonly #plain: PlainBody;
  readonly #status: number;
  readonly #init: ResponseInit | undefined;
  #headers: Headers | undefined;
  /** The platform's Response with the same head and body, created on first use. */
  #native: Response | undefined;

  /**
   * Same as `new Response(body, init)`, with its errors. Streams, blobs, forms and buffers are passed to the platform
   * at once.
   */
  constructor(body: Body = null, init?: ResponseInit) {
    const status = init?.status;
    const isChecked = status === undefined || (Number.isInteger(status) && status >= 200 && status <= 599);
    const isAllowed = body === null || status === undefined || !statusesWithoutBody.has(status);
    if (isPlain(body) && isChecked && isAllowed) {
      this.#plain = body;
    } else {
      this.#plain = null;
      this.#native = new PlatformResponse(body, init);
    }
    this.#status = status ?? 200;
    this.#init = init;
  }

  static json(data: unknown, init?: ResponseInit): FastResponse {
    const text = JSON.stringify(data) as string | undefined;
    if (text === undefined) throw new TypeError('The value is not JSON serializable');
    const response = new FastResponse(text, init);
    if (!new Headers(init?.headers).has('content-type')) response.headers.set('content-type', 'application/json');
    return response;
  }

  static redirect(...[url, status]: Parameters<typeof Response.redirect>): Response {
    return PlatformResponse.redirect(url, status);
  }

  static error(): Response {
    return PlatformResponse.error();
  }

  get status(): number {
    return this.#status;
  }

  get ok(): boolean {
    return this.#status >= 200 && this.#status <= 299;
  }

  get statusText(): string {
    return this.#init?.statusText ?? '';
  }

  get headers(): Headers {
    if (this.#native !== undefined) return this.#native.headers;
    if (this.#headers === undefined) {
      this.#headers = new Headers(this.#init?.headers);
      if (typeof this.#plain === 'string' && !this.#headers.has('content-type')) {
        this.#headers.set('content-type', textType);
      }
    }
    return this.#headers;
  }

  get type(): Response['type'] {
    return 'default';
  }

  get url(): string {
    return '';
  }

  get redirected(): boolean {
    return false;
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.#platform.body;
  }

  get bodyUsed(): boolean {
    return this.#native?.bodyUsed ?? false;
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#platform.arrayBuffer();
  }

  blob(): Promise<Blob> {
    return this.#platform.blob();
  }

  bytes(): Promise<Uint8Array> {
    return this.#platform.bytes();
  }

  formData(): Promise<FormData> {
    return this.#platform.formData();
  }

  json(): Promise<unknown> {
    return this.#platform.json();
  }

  text(): Promise<string> {
    return this.#platform.text();
  }

  clone(): Response {
    return this.#platform.clone();
  }

  /** @returns whether it was sent; false for a Response whose body is a stream or was accessed */
  sendTo(context: HttpContext): boolean {
    if (this.#native !== undefined) return false;
    const { response } = context;
    response.statusCode = this.#status;
    if (this.statusText !== '') response.reasonPhrase = this.statusText;
    this.#copyFields(context);
    const body = context.features.require(HttpResponseBodyFeature);
    if (this.#plain === null) body.end();
    else body.end(this.#plain);
    return true;
  }

  #copyFields({ response }: HttpContext): void {
    const given = this.#headers ?? this.#init?.headers;
    const { headers } = response;
    if (given !== undefined) copyLines(entriesOf(given), headers);
    if (this.#headers === undefined && typeof this.#plain === 'string' && !headers.has('content-type')) {
      headers.append('content-type', textType);
    }
  }

  get #platform(): Response {
    return (this.#native ??= new PlatformResponse(this.#plain, {
      status: this.#status,
      statusText: this.statusText,
      headers: this.headers,
    }));
  }
}

const PlatformResponse = globalThis.Response;

type HeaderEntries = readonly (readonly [name: string, value: string])[];

const entriesOf = (headers: NonNullable<ResponseInit['headers']>): HeaderEntries => {
  if (Array.isArray(headers)) return headers;
  if (Symbol.iterator in headers) return [...(headers as Iterable<HeaderEntries[number]>)];
  return Object.entries(headers as Record<string, string>);
};

// `instanceof Response` holds, without the cost of the platform's constructor.
Object.setPrototypeOf(FastResponse, PlatformResponse);
Object.setPrototypeOf(FastResponse.prototype, PlatformResponse.prototype);

export { FastResponse };

/**
 * Replaces `globalThis.Response` with the fast one, for code that uses the global, e.g. frameworks. Nothing else in
 * this package changes a global.
 *
 * @returns a function that restores the platform's class
 */
export const installFastResponse = (): (() => void) => {
  globalThis.Response = FastResponse as unknown as typeof Response;
  return () => {
    globalThis.Response = PlatformResponse;
  };
};
