import { HttpError } from '../errors.ts';

/**
 * Content as text or bytes. All bytes of a typed array, a `DataView` or a buffer count, whatever its element size.
 *
 * @throws HttpError `HTTP_CONTENT_UNSUPPORTED` for every other value, with advice
 */
export const contentBytes = (content: unknown): string | Uint8Array => {
  if (typeof content === 'string' || content instanceof Uint8Array) return content;
  if (ArrayBuffer.isView(content)) return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  if (isBuffer(content)) return new Uint8Array(content);
  throw new HttpError('HTTP_CONTENT_UNSUPPORTED', `received ${kindOf(content)}${adviceFor(content)}`);
};

const isBuffer = (content: unknown): content is ArrayBuffer =>
  content instanceof ArrayBuffer || (typeof SharedArrayBuffer !== 'undefined' && content instanceof SharedArrayBuffer);

const kindOf = (content: unknown): string => {
  if (content === null) return 'null';
  if (Array.isArray(content)) return 'an array';
  return typeof content === 'object'
    ? 'an object'
    : typeof content === 'undefined'
      ? 'undefined'
      : `a ${typeof content}`;
};

const adviceFor = (content: unknown): string => {
  if (typeof content === 'function') return '; call it and send its result';
  return content === undefined ? '; write a string or bytes' : '; write a string or bytes, or use response.json(value)';
};
