import { type HttpContext, HttpRequestLifetimeFeature, responseLines } from '@windhover/http';
import { isInstanceOf, propertyOf } from '@windhover/thrown-values';
import { FetchError } from '../errors.ts';
import { FastResponse } from './fast-response.ts';

/**
 * Sends the Response of a handler.
 *
 * @returns a promise if content must be read from a stream
 * @throws FetchError `APP_FETCH_RESPONSE_INVALID`, `APP_FETCH_RESPONSE_NETWORK_ERROR`, `APP_FETCH_BODY_USED`,
 *   `APP_FETCH_CHUNK_INVALID`
 */
export const sendResponse = (context: HttpContext, response: unknown): void | Promise<void> => {
  if (response instanceof FastResponse && response.sendTo(context)) return;
  if (!isResponse(response)) throw new FetchError('APP_FETCH_RESPONSE_INVALID', `received ${kindOf(response)}`);
  if (response.status === 0) throw new FetchError('APP_FETCH_RESPONSE_NETWORK_ERROR');
  if (response.bodyUsed) throw new FetchError('APP_FETCH_BODY_USED');
  const { body } = response;
  if (body?.locked === true) throw new FetchError('APP_FETCH_BODY_USED', 'its stream has a reader');
  try {
    copyHead(response, context.response);
  } catch (error) {
    // Its source would stay open.
    void body?.cancel(error).catch(ignore);
    throw error;
  }
  if (body === null) return context.response.end();
  return sendStream(context, body);
};

const copyHead = (response: Response, target: HttpContext['response']): void => {
  target.statusCode = response.status;
  if (response.statusText !== '') target.reasonPhrase = response.statusText;
  for (const [name, value] of responseLines(response)) target.headers.append(name, value);
};

/**
 * Sends a Response that a handler has thrown, same as one that it returns. A Response of the platform's `fetch`, which
 * has a URL, remains an error: its content was sent to the handler and not to the client.
 *
 * @throws the thrown value, if it is not such a Response; FetchError as for `sendResponse`
 */
export const sendThrown = (context: HttpContext, thrown: unknown): void | Promise<void> => {
  if (isResponse(thrown) && !propertyOf(thrown, 'url')) return sendResponse(context, thrown);
  throw thrown;
};

/**
 * Sends a stream chunk by chunk. When the client disconnects, the stream is cancelled at once, even during a pending
 * read, so that its source is closed.
 */
const sendStream = async (context: HttpContext, body: ReadableStream<unknown>): Promise<void> => {
  const { response } = context;
  const isHead = context.request.method === 'HEAD';
  const reader = body.getReader();
  const cancel = (reason?: unknown): void => void reader.cancel(reason).catch(ignore);
  let isGone = false;
  context.features.get(HttpRequestLifetimeFeature)?.onClosed((reason) => {
    isGone = true;
    cancel(reason);
  });
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const written = response.write(checkedChunk(next.value));
      if (written !== undefined) await written;
      // HEAD only needs the head: the length is known if the first chunk was the whole content.
      if (isHead && response.hasStarted) return cancel();
    }
    if (!isGone) response.end();
  } catch (error) {
    cancel(error);
    throw error;
  }
};

const checkedChunk = (chunk: unknown): Uint8Array => {
  if (chunk instanceof Uint8Array) return chunk;
  throw new FetchError('APP_FETCH_CHUNK_INVALID', `received a chunk of type ${kindOf(chunk)}`);
};

/**
 * Whether a value is a Response of the platform, of another realm or of another implementation, e.g. in GraphQL Yoga.
 */
export const isResponse = (value: unknown): value is Response =>
  isInstanceOf(value, Response) || (kindOf(value) === 'Response' && typeof propertyOf(value, 'status') === 'number');

const ignore = (): void => {};

/** A short name for a wrong value, even if all of its members throw. */
const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  try {
    return Object.prototype.toString.call(value).slice(8, -1);
  } catch {
    return 'object';
  }
};
