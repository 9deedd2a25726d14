import { isError, propertyOf } from '@windhover/thrown-values';
import { HttpError } from './errors.ts';
import { contentBytes } from './exchange/content-bytes.ts';
import type { HttpContext } from './http-context.ts';
import type { HttpResponse, ResponseBytes } from './http-response.ts';
import { type PieceSource, type ReadableStreamLike, closeSource, isPieceSource } from './piece-reader.ts';
import { type ResponseHeadLike, responseLines } from './response-fields.ts';

/** The part of a fetch `Response` that is sent. */
export interface ResponseLike extends ResponseHeadLike {
  readonly statusText: string;
  readonly body: ReadableStreamLike | null;
  readonly bodyUsed: boolean;
}

/**
 * A value that a handler may return instead of sending: text, bytes, a stream or generator of these, a fetch
 * `Response`, and any other object or array, which is sent as JSON. A handler that has sent its response returns
 * nothing.
 */
// `object` includes the other types except text; they are listed for the reader.
export type HandlerResult = void | ResponseBytes | PieceSource<ResponseBytes> | ResponseLike | object;

/**
 * Sends a value that a handler has returned. A value returned after the end of the response is not sent, and its source
 * is closed.
 *
 * @returns a promise if the content is a source of pieces
 * @throws HttpError `HTTP_RESULT_UNSUPPORTED` for functions, numbers and other values that cannot be sent
 */
export const sendResult = (context: HttpContext, result: unknown): void | Promise<void> => {
  const { response } = context;
  if (response.hasEnded) return closeUnsent(result);
  if (typeof result === 'string') return response.send(result);
  if (typeof result !== 'object' || result === null) throw unsupported(result);
  if (isBytes(result)) return response.send(contentBytes(result));
  if (isResponse(result)) return sendResponse(context, result);
  if (!Array.isArray(result) && isPieceSource(result)) return response.send(result as PieceSource<ResponseBytes>);
  if (result === response || result === context.request || result === context) throw unsupported(result);
  if (isError(result)) throw unsupported(result);
  response.json(result);
};

const isBytes = (value: object): boolean =>
  ArrayBuffer.isView(value) ||
  value instanceof ArrayBuffer ||
  (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer);

/** Accepts a `Response` of another realm or implementation. */
const isResponse = (value: object): value is ResponseLike =>
  propertyOf(value, Symbol.toStringTag) === 'Response' && typeof propertyOf(value, 'status') === 'number';

/** Closes the source of content that is not sent, e.g. an open file. */
const closeUnsent = (result: unknown): void => {
  if (typeof result !== 'object' || result === null) return;
  const source = isResponse(result) ? result.body : result;
  if (isPieceSource(source) && !Array.isArray(source) && !isBytes(source)) closeSource(source);
};

const sendResponse = ({ response }: HttpContext, result: ResponseLike): void | Promise<void> => {
  const { body } = result;
  if (result.bodyUsed) throw new HttpError('HTTP_RESULT_UNSUPPORTED', 'the body of the Response has been read already');
  if (body?.locked === true) throw new HttpError('HTTP_RESULT_UNSUPPORTED', 'the body of the Response has a reader');
  try {
    copyHead(result, response);
  } catch (error) {
    closeUnsent(result);
    throw error;
  }
  return body === null ? response.end() : response.send(body as PieceSource<ResponseBytes>);
};

const copyHead = (result: ResponseLike, response: HttpResponse): void => {
  response.statusCode = result.status;
  if (result.statusText !== '') response.reasonPhrase = result.statusText;
  const { headers } = response;
  for (const [name, value] of responseLines(result)) {
    if (name === 'set-cookie') headers.append(name, value);
    else headers.set(name, value);
  }
};

const unsupported = (result: unknown): HttpError => new HttpError('HTTP_RESULT_UNSUPPORTED', adviceFor(result));

const adviceFor = (result: unknown): string => {
  if (typeof result === 'function') {
    return 'received a function; middleware is (context, next) => …, not (next) => (context) => …';
  }
  if (result === null) return 'received null; return nothing for an empty response, or call response.json(null)';
  if (isError(result)) return 'received an Error; throw it, or send what the client may see of it';
  if (typeof result === 'object') return 'received the context, its request or its response; return nothing';
  return `received a ${typeof result}; call response.json(value) to send it, or return nothing`;
};
