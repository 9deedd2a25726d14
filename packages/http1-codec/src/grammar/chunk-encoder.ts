import { FieldSection } from '@windhover/http';
import { CR, LF } from './grammar.ts';
import { latin1Bytes, newBytes } from './latin1.ts';
import { Http1EncodeError } from './encode-error.ts';
import { isAllowedInTrailers } from '@windhover/http';

/** Field lines to write. A `FieldSection` is already checked; other values are checked here. */
export type FieldLines = FieldSection | Iterable<readonly [name: string, value: string | number]>;

/** @throws HttpError `HTTP_FIELD_NAME_INVALID`, `HTTP_FIELD_VALUE_INVALID` */
export const fieldSectionOf = (lines: FieldLines): FieldSection => {
  if (lines instanceof FieldSection) return lines;
  const section = new FieldSection();
  for (const [name, value] of lines) section.append(name, value);
  return section;
};

/**
 * Encodes the chunk-size line, for content that is too large to copy. The data of the chunk and a CRLF follow it.
 *
 * @param size size of the data in bytes, above 0, because a chunk of size 0 is the last one
 * @throws RangeError for another size
 * Source: RFC 9112 section 7.1
 */
export const encodeChunkHead = (size: number): string => {
  if (!Number.isSafeInteger(size) || size < 1)
    throw new RangeError(`the size of a chunk must be an integer of at least 1; received ${size}`);
  return `${size.toString(16)}\r\n`;
};

/**
 * Encodes one chunk: text as text, bytes as bytes. Empty content gives an empty result, because an empty chunk would
 * end the message.
 *
 * @param content bytes, or latin1 text, in which each character is a byte
 * @throws RangeError for a character above U+00FF
 * Source: RFC 9112 section 7.1
 */
export function encodeChunk(content: string): string;
export function encodeChunk(content: Uint8Array): Uint8Array;
export function encodeChunk(content: string | Uint8Array): string | Uint8Array {
  if (content.length === 0) return content;
  const head = encodeChunkHead(content.length);
  if (typeof content === 'string') {
    if (aboveLatin1.test(content))
      throw new RangeError('the content of a chunk must not have characters above U+00FF; encode it to bytes first');
    return `${head}${content}\r\n`;
  }
  const chunk = newBytes(head.length + content.length + 2);
  chunk.set(latin1Bytes(head));
  chunk.set(content, head.length);
  chunk[chunk.length - 2] = CR;
  chunk[chunk.length - 1] = LF;
  return chunk;
}

const aboveLatin1 = /[^\x00-\xff]/;

/**
 * Encodes the last chunk and the trailer section, which end the message.
 *
 * @throws Http1EncodeError `HTTP1_TRAILER_NOT_ALLOWED`
 * @throws HttpError `HTTP_FIELD_NAME_INVALID`, `HTTP_FIELD_VALUE_INVALID`
 * Source: RFC 9112 sections 7.1 and 7.1.2, RFC 9110 section 6.5.1
 */
export const encodeLastChunk = (trailers: FieldLines = []): string => {
  const section = fieldSectionOf(trailers);
  for (const [name] of section) {
    if (!isAllowedInTrailers(name.toLowerCase())) throw new Http1EncodeError('HTTP1_TRAILER_NOT_ALLOWED');
  }
  return `0\r\n${section.toWire()}\r\n`;
};
