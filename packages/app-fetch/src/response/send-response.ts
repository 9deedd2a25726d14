import type { HttpContext } from '@windhover/http';
import { FetchError } from '../errors.ts';
import { FastResponse } from './fast-response.ts';
import { copyFields } from './response-fields.ts';

/**
 * Sends the Response of a handler.
 *
 * @returns a promise where content has to be read from a stream
 * @throws FetchError `FETCH_RESPONSE_INVALID`, `FETCH_RESPONSE_NETWORK_ERROR`, `FETCH_BODY_USED`, `FETCH_CHUNK_INVALID`
 */
export const sendResponse = (context: HttpContext, response: unknown): void | Promise<void> => {
  if (response instanceof FastResponse && response.sendTo(context)) return;
  if (!isResponse(response)) throw new FetchError('FETCH_RESPONSE_INVALID', `received ${kindOf(response)}`);
  if (response.status === 0) throw new FetchError('FETCH_RESPONSE_NETWORK_ERROR');
  if (response.bodyUsed) throw new FetchError('FETCH_BODY_USED');
  const target = context.response;
  target.statusCode = response.status;
  if (response.statusText !== '') target.reasonPhrase = response.statusText;
  copyFields(response, target.headers);
  const { body } = response;
  if (body === null) return target.end();
  return sendStream(context, body);
};

/**
 * Sends a stream chunk by chunk. When the client goes away the stream is cancelled at once, also while it has no chunk to
 * give, so that its source is closed.
 */
const sendStream = async (context: HttpContext, body: ReadableStream<unknown>): Promise<void> => {
  const { response, signal } = context;
  const isHead = context.request.method === 'HEAD';
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel(signal.reason).catch(ignore);
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const written = response.write(checkedChunk(next.value));
      if (written !== undefined) await written;
      // HEAD needs no more content than the head does: its length, if the first chunk was all of it.
      if (isHead && response.hasStarted) return cancel();
    }
    if (!signal.aborted) response.end();
  } catch (error) {
    cancel();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};

const checkedChunk = (chunk: unknown): Uint8Array => {
  if (chunk instanceof Uint8Array) return chunk;
  throw new FetchError('FETCH_CHUNK_INVALID', `received a chunk of type ${kindOf(chunk)}`);
};

/** The platform's Response, or one of another realm or implementation, as GraphQL Yoga brings it. */
const isResponse = (value: unknown): value is Response =>
  value instanceof Response ||
  (kindOf(value) === 'Response' && typeof Reflect.get(value as object, 'status') === 'number');

const ignore = (): void => {};

/** A short name for a wrong value, also for one that throws at every touch. */
const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  try {
    return Object.prototype.toString.call(value).slice(8, -1);
  } catch {
    return 'object';
  }
};
