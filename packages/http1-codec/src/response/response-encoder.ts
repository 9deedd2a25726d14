import { FieldRole, FieldSection } from '@windhover/http';
import { type FieldLines, fieldSectionOf } from '../grammar/chunk-encoder.ts';
import { CHUNKED } from '../grammar/chunked-content.ts';
import { Http1EncodeError } from '../grammar/encode-error.ts';
import { statusLine } from './head-lines.ts';
import { Http1ResponseError } from './response-errors.ts';
import { UNTIL_CLOSE, responseFraming } from './response-framing.ts';

/** A response to encode. */
export interface ResponseHeadInit {
  /** 100 to 999. */
  readonly statusCode: number;
  /** Default: the registered phrase. */
  readonly reasonPhrase?: string;
  /** Sent in order and as spelled. Neither Date nor Server is added. */
  readonly headers: FieldLines;
  /**
   * The framing field to add: Content-Length with that number of bytes, or `Transfer-Encoding: chunked`. Omit it if
   * `headers` has the field, if there is no content, or if the content ends with the connection.
   */
  readonly content?: number | 'chunked';
  /** Method of the request, default `GET`: a response to HEAD has no content, whatever its fields. */
  readonly method?: string;
}

/** An encoded response head, and the content that must follow. */
export interface EncodedResponseHead {
  /** With its empty line; latin1 text. */
  readonly text: string;
  /** Bytes of content that must follow, `chunked`, or `untilClose` for content that ends with the connection. */
  readonly content: number | 'chunked' | 'untilClose';
}

/**
 * Encodes the head of a response. A head that `ResponseDecoder` would refuse for a rule, except for limits, is an
 * error, as is a framing field that RFC 9112 forbids.
 *
 * @throws Http1EncodeError with the code of the decoder: `HTTP1_STATUS_CODE_INVALID`, `HTTP1_REASON_PHRASE_INVALID`,
 *   `HTTP1_CONTENT_LENGTH_…`, `HTTP1_TRANSFER_…`; `HTTP1_FRAMING_NOT_ALLOWED` for Content-Length or Transfer-Encoding
 *   in a response of status 1xx or 204, or of status 2xx to CONNECT
 * @throws HttpError `HTTP_FIELD_NAME_INVALID`, `HTTP_FIELD_VALUE_INVALID`
 * Source: RFC 9112 sections 4 and 6, RFC 9110 section 8.6
 */
export const encodeResponseHead = (response: ResponseHeadInit): EncodedResponseHead => {
  const { statusCode, reasonPhrase = '', headers, content, method = 'GET' } = response;
  if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 999) {
    throw new Http1EncodeError('HTTP1_STATUS_CODE_INVALID');
  }
  if (!reasonCharacters.test(reasonPhrase)) throw new Http1EncodeError('HTTP1_REASON_PHRASE_INVALID');
  const fields = framedSection(fieldSectionOf(headers), content);
  if (hasFraming(fields) && isUnframed(statusCode, method)) throw new Http1EncodeError('HTTP1_FRAMING_NOT_ALLOWED');
  return {
    text: `${statusLine(statusCode, reasonPhrase)}${fields.toWire()}\r\n`,
    content: checkedContent(statusCode, fields, method),
  };
};

/** reason-phrase = 1*( HTAB / SP / VCHAR / obs-text ), or nothing (RFC 9112 4) */
const reasonCharacters = /^[\t\x20-\x7e\x80-\xff]*$/;

const framedSection = (given: FieldSection, content: number | 'chunked' | undefined): FieldSection => {
  if (content === undefined) return given;
  const section = FieldSection.ofReceived(given);
  if (content === 'chunked') section.append('transfer-encoding', 'chunked');
  else if (Number.isSafeInteger(content) && content >= 0) section.append('content-length', content);
  else throw new Http1EncodeError('HTTP1_CONTENT_LENGTH_INVALID');
  return section;
};

const hasFraming = (fields: FieldSection): boolean =>
  (fields.roles & (FieldRole.contentLength | FieldRole.transferEncoding)) !== 0;

/** Responses without Content-Length and Transfer-Encoding (RFC 9110 8.6, RFC 9112 6.1). */
const isUnframed = (statusCode: number, method: string): boolean =>
  statusCode < 200 || statusCode === 204 || (method === 'CONNECT' && statusCode < 300);

/** Applies the same rules as a client by reading the framing. */
const checkedContent = (statusCode: number, headers: FieldSection, method: string): EncodedResponseHead['content'] => {
  try {
    const framing = responseFraming({ minorVersion: 1, statusCode, reasonPhrase: '', headers }, method);
    if (framing === CHUNKED) return 'chunked';
    return framing === UNTIL_CLOSE ? 'untilClose' : Math.max(0, framing);
  } catch (error) {
    if (error instanceof Http1ResponseError) throw new Http1EncodeError(error.code);
    throw error;
  }
};
