import { type HttpLimits, httpLimitDefaults, isToken } from '@windhover/http';
import { type FieldLines, fieldSectionOf } from '../grammar/chunk-encoder.ts';
import { Http1EncodeError } from '../grammar/encode-error.ts';
import { latin1Bytes } from '../grammar/latin1.ts';
import { Http1Error } from '../grammar/errors.ts';
import { CHUNKED } from '../grammar/chunked-content.ts';
import { requestFraming } from './request-framing.ts';
import { http1OptionDefaults } from '../grammar/http1-options.ts';
import { ReceivedBytes } from '../grammar/received-bytes.ts';
import { parseRequestHead } from './request-head.ts';
import { checkTarget } from './request-target.ts';

/** A request to encode. */
export interface RequestHeadInit {
  /** A token, as spelled: `get` is not `GET`. */
  readonly method: string;
  /** Origin form (`/path?query`), absolute form, `host:port` for CONNECT, `*` for OPTIONS. */
  readonly target: string;
  /** `HTTP/1.1` unless given. */
  readonly version?: 'HTTP/1.1' | 'HTTP/1.0';
  /** Sent in order and as spelled. Must include Host, except in HTTP/1.0. */
  readonly headers: FieldLines;
  /**
   * The framing field to add: Content-Length with that number of bytes, or `Transfer-Encoding: chunked`. Omit it if
   * `headers` has the field or there is no content. A POST without content needs a 0 (RFC 9110 8.6).
   */
  readonly content?: number | 'chunked';
}

/** An encoded head, and the content that must follow. */
export interface EncodedRequestHead {
  /** With its empty line; latin1 text. */
  readonly text: string;
  /** Bytes of content that the caller must send after the head, or `chunked`. The encoder does not count them. */
  readonly content: number | 'chunked';
}

/**
 * Encodes the head of a request. A head that `RequestDecoder` would refuse for a rule, except for limits, is an error.
 *
 * @throws Http1EncodeError with the code of the decoder: `HTTP1_METHOD_INVALID`, `HTTP1_TARGET_INVALID`,
 *   `HTTP1_ASTERISK_NOT_ALLOWED`, `HTTP1_AUTHORITY_NOT_ALLOWED`, `HTTP1_HOST_…`, `HTTP1_CONTENT_LENGTH_…`,
 *   `HTTP1_TRANSFER_…`, `HTTP1_LENGTH_REQUIRED`
 * @throws HttpError `HTTP_FIELD_NAME_INVALID`, `HTTP_FIELD_VALUE_INVALID`
 * Source: RFC 9112 sections 3, 5 and 6
 */
export const encodeRequestHead = (request: RequestHeadInit): EncodedRequestHead => {
  const { method, target, version = 'HTTP/1.1', headers, content } = request;
  if (!isToken(method)) throw new Http1EncodeError('HTTP1_METHOD_INVALID');
  if (!targetCharacters.test(target)) throw new Http1EncodeError('HTTP1_TARGET_INVALID');
  if (version !== 'HTTP/1.1' && version !== 'HTTP/1.0') throw new Http1EncodeError('HTTP1_VERSION_INVALID');
  const lines = fieldSectionOf(headers).toWire() + framingLine(content);
  const text = `${method} ${target} ${version}\r\n${lines}\r\n`;
  return { text, content: checkedContent(text) };
};

/** Same as `targetByte` of the grammar: visible ASCII without `#`. */
const targetCharacters = /^[\x21\x22\x24-\x7e]+$/;

const framingLine = (content: number | 'chunked' | undefined): string => {
  if (content === undefined) return '';
  if (content === 'chunked') return 'transfer-encoding: chunked\r\n';
  if (!Number.isSafeInteger(content) || content < 0) throw new Http1EncodeError('HTTP1_CONTENT_LENGTH_INVALID');
  return `content-length: ${content}\r\n`;
};

const withoutLimits: HttpLimits = {
  ...httpLimitDefaults,
  maxRequestLineSize: Infinity,
  maxRequestHeadersTotalSize: Infinity,
  maxRequestHeaderCount: Infinity,
};

/** Applies the same rules as a server by parsing the head. @returns its framing */
const checkedContent = (text: string): number | 'chunked' => {
  const received = new ReceivedBytes();
  received.push(latin1Bytes(text));
  try {
    // The head is complete: method, target and fields contain no line ending, and the empty line was added here.
    const head = parseRequestHead(received, withoutLimits)!;
    checkTarget(head, http1OptionDefaults);
    const framing = requestFraming(head);
    return framing === CHUNKED ? 'chunked' : framing;
  } catch (error) {
    if (error instanceof Http1Error) throw new Http1EncodeError(error.code);
    throw error;
  }
};
