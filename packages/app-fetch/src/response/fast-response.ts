import { type HeaderLines, type HttpContext, HttpResponseBodyFeature, isToken, sentLines } from '@windhover/http';

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
  readonly #statusText: string;
  readonly #lines: HeaderLines;
  #headers: Headers | undefined;
  /** The platform's Response with the same head and body, created on first use. */
  #native: Response | undefined;

  /**
   * Same as `new Response(body, init)`, with its errors. Streams, blobs, forms and buffers are passed to the platform
   * at once, and so is an `init` that the platform refuses or converts, e.g. a number as the value of a header.
   */
  constructor(body: Body = null, init?: ResponseInit) {
    const { status = 200, statusText = '', headers } = init ?? {};
    const isAllowed = isPlainStatus(status, statusText) && (body === null || !statusesWithoutBody.has(status));
    const lines = isPlain(body) && isAllowed ? plainLines(headers) : undefined;
    if (isPlain(body) && lines !== undefined) {
      this.#plain = body;
      this.#status = status;
      this.#statusText = statusText;
      this.#lines = lines;
    } else {
      this.#plain = null;
      this.#native = new PlatformResponse(body, init);
      this.#status = this.#native.status;
      this.#statusText = this.#native.statusText;
      this.#lines = [];
    }
  }

  static json(data: unknown, init?: ResponseInit): FastResponse {
    const text = JSON.stringify(data) as string | undefined;
    if (text === undefined) throw new TypeError('The value is not JSON serializable');
    // Read once: an iterator can only be read once.
    const headers = new Headers(init?.headers);
    if (!headers.has('content-type')) headers.set('content-type', 'application/json');
    return new FastResponse(text, { ...init, headers });
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
    return this.#statusText;
  }

  get headers(): Headers {
    if (this.#native !== undefined) return this.#native.headers;
    if (this.#headers === undefined) {
      this.#headers = new Headers(this.#lines as [string, string][]);
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
    const { headers } = response;
    const lines = this.#headers === undefined ? this.#lines : [...this.#headers];
    for (const [name, value] of sentLines(this.#status, lines)) headers.append(name, value);
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

/**
 * The lines of valid headers, copied: a caller may change the object afterwards. `undefined` if the platform must refuse or
 * convert them. Only it reads an iterator, which can be read once.
 *
 * Source: Fetch standard, sections 2.2.2 and 5.1, fill a `Headers` object
 */
const plainLines = (headers: ResponseInit['headers']): HeaderLines | undefined => {
  if (headers === undefined) return [];
  if (headers instanceof Headers) return [...headers];
  if (typeof headers !== 'object' || headers === null) return undefined;
  if (!Array.isArray(headers) && Symbol.iterator in headers) return undefined;
  const lines: readonly unknown[] = Array.isArray(headers) ? [...headers] : Object.entries(headers);
  return lines.every(isPlainLine) ? lines : undefined;
};

const isPlainLine = (line: unknown): line is HeaderLines[number] =>
  Array.isArray(line) && line.length === 2 && isPlainName(line[0]) && isPlainValue(line[1]);

const isPlainName = (name: unknown): boolean => typeof name === 'string' && isToken(name);

/** Latin-1 without control characters, and without whitespace at its ends, which the platform removes. */
const plainValue = /^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?$/;

const isPlainValue = (value: unknown): boolean => typeof value === 'string' && plainValue.test(value);

/** Source: Fetch standard, section 5.5, initialize a response */
const isPlainStatus = (status: unknown, statusText: unknown): boolean =>
  Number.isInteger(status) &&
  (status as number) >= 200 &&
  (status as number) <= 599 &&
  typeof statusText === 'string' &&
  /^[\t -~\x80-\xff]*$/.test(statusText);

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
