import { isAscii } from 'node:buffer';
import { withDefaults } from '@windhover/connections';
import type { TestFetchOptions } from './test-fetch-options.ts';

/** Content of a request: text, bytes or a stream. */
type RequestContent = string | Uint8Array | ReadableStream<Uint8Array> | undefined;

/** A request, independent of the protocol version. */
export interface RequestMessage {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** Host and port. */
  readonly authority: string;
  /** Origin form: path and query. */
  readonly target: string;
  /** Without Host. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly content: RequestContent;
  /** The trailer section; `undefined` without one. */
  readonly trailers?: RequestMessage['fields'] | undefined;
}

/** The base URL that a request path is resolved against. */
export interface Base {
  readonly scheme: 'http' | 'https';
  readonly authority: string;
}

/**
 * The request that `fetch(input, options)` sends.
 *
 * @throws TypeError as the platform's `fetch` does for a URL, header or body that is not valid
 */
export const requestMessage = (
  input: string | URL | Request,
  options: TestFetchOptions,
  base: Base,
): RequestMessage => {
  if (input instanceof Request) {
    const { method, headers, body } = input;
    return requestMessage(input.url, withDefaults({ method, headers, body }, options), base);
  }
  const { json, body: given = null, headers } = options;
  const body = json === undefined ? given : JSON.stringify(json);
  const method = options.method ?? (json === undefined ? 'GET' : 'POST');
  const { content, type } = contentOf(body);
  const fields = fieldsOf(headers);
  const contentType = json === undefined ? type : 'application/json';
  if (contentType !== undefined && !hasField(fields, 'content-type')) fields.push(['content-type', contentType]);
  const trailers = options.trailers === undefined ? undefined : fieldsOf(options.trailers);
  return { method, fields, content, trailers, ...placeOf(input, base) };
};

const isPlainTarget = /^\/[\x21\x22\x24-\x7e]*$/;

const placeOf = (input: string | URL, base: Base): Pick<RequestMessage, 'scheme' | 'authority' | 'target'> => {
  if (typeof input === 'string' && isPlainTarget.test(input) && !input.startsWith('//'))
    return { ...base, target: input };
  const { protocol, host, pathname, search } = new URL(input, `${base.scheme}://${base.authority}`);
  return { scheme: protocol === 'https:' ? 'https' : 'http', authority: host, target: pathname + search };
};

const fieldsOf = (headers: TestFetchOptions['headers']): [name: string, value: string][] => {
  if (headers === undefined) return [];
  const entries = Symbol.iterator in headers ? headers : Object.entries(headers as Record<string, string>);
  return [...(entries as Iterable<readonly [string, string]>)].map(([name, value]) => [name, value]);
};

export const hasField = (fields: RequestMessage['fields'], name: string): boolean =>
  fields.some(([other]) => other.toLowerCase() === name);

/** The content of a body, and the media type that the Fetch standard gives it (section 5.2, "extract a body"). */
const contentOf = (
  body: NonNullable<TestFetchOptions['body']> | null,
): { readonly content: RequestContent; readonly type?: string | undefined } => {
  if (body === null) return { content: undefined };
  if (typeof body === 'string') {
    return { content: isAsciiText(body) ? body : Buffer.from(body), type: 'text/plain;charset=UTF-8' };
  }
  if (body instanceof Uint8Array) return { content: body };
  if (body instanceof URLSearchParams) {
    return { content: String(body), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  }
  const extracted = new Response(body);
  return { content: extracted.body ?? undefined, type: extracted.headers.get('content-type') ?? undefined };
};

const isAsciiText = (text: string): boolean => isAscii(Buffer.from(text));
