import { BadHttpRequestError } from '@windhover/http';

/** One refusal: the status of the response, the source of the rule, and the message. */
export interface Http1ErrorSpec {
  readonly status: number;
  readonly source: string;
  readonly message: string;
}

/**
 * All reasons for refusing an HTTP/1.1 message. The connection closes after each of them: after an invalid message, the
 * start of the next one is unknown.
 */
export const http1Errors = {
  HTTP1_REQUEST_LINE_INVALID: {
    status: 400,
    source: 'RFC 9112 3',
    message: 'the request line is not method SP request-target SP HTTP-version CRLF',
  },
  HTTP1_METHOD_INVALID: { status: 400, source: 'RFC 9110 9.1', message: 'the method is not a token' },
  HTTP1_TARGET_INVALID: {
    status: 400,
    source: 'RFC 9112 3.2',
    message: 'the request target has none of the four forms, a character that no form allows, or %00 in its path',
  },
  HTTP1_ASTERISK_NOT_ALLOWED: {
    status: 405,
    source: 'RFC 9112 3.2.4',
    message: 'the target * is only allowed for OPTIONS',
  },
  HTTP1_AUTHORITY_NOT_ALLOWED: {
    status: 405,
    source: 'RFC 9112 3.2.3',
    message: 'a target in authority form is only allowed for CONNECT',
  },
  HTTP1_VERSION_INVALID: { status: 400, source: 'RFC 9112 2.3', message: 'the version is not HTTP/digit.digit' },
  HTTP1_VERSION_NOT_SUPPORTED: {
    status: 505,
    source: 'RFC 9110 15.6.6',
    message: 'the major version of the request is not 1',
  },
  HTTP1_HTTP2_PREFACE: {
    status: 505,
    source: 'RFC 9113 3.4',
    message: 'the client speaks HTTP/2 with prior knowledge, and this endpoint HTTP/1.1',
  },
  HTTP1_TLS_ON_PLAIN_PORT: {
    status: 400,
    source: 'RFC 8446 5.1',
    message: 'the client speaks TLS to an endpoint without TLS',
  },
  HTTP1_LINE_ENDING_INVALID: {
    status: 400,
    source: 'RFC 9112 2.2',
    message: 'a CR without LF, or an LF without CR, where only CRLF ends a line',
  },
  HTTP1_REQUEST_LINE_TOO_LONG: {
    status: 414,
    source: 'RFC 9112 3',
    message: 'the request line is longer than maxRequestLineSize',
  },
  HTTP1_FIELD_LINE_INVALID: { status: 400, source: 'RFC 9112 5', message: 'a field line has no colon' },
  HTTP1_FIELD_NAME_INVALID: {
    status: 400,
    source: 'RFC 9112 5.1',
    message: 'a field name is empty, is not a token, or has whitespace before its colon',
  },
  HTTP1_FIELD_VALUE_INVALID: {
    status: 400,
    source: 'RFC 9110 5.5',
    message: 'a field value has a control character',
  },
  HTTP1_FIELD_FOLDED: {
    status: 400,
    source: 'RFC 9112 5.2',
    message: 'a field line begins with whitespace: obsolete line folding',
  },
  HTTP1_FIELD_SECTION_TOO_LARGE: {
    status: 431,
    source: 'RFC 6585 5',
    message: 'the field section is longer than maxRequestHeadersTotalSize',
  },
  HTTP1_TOO_MANY_FIELDS: {
    status: 431,
    source: 'RFC 6585 5',
    message: 'there are more field lines than maxRequestHeaderCount',
  },
  HTTP1_HOST_MISSING: { status: 400, source: 'RFC 9112 3.2', message: 'an HTTP/1.1 request without Host' },
  HTTP1_HOST_DUPLICATE: { status: 400, source: 'RFC 9112 3.2', message: 'more than one Host field line' },
  HTTP1_HOST_INVALID: {
    status: 400,
    source: 'RFC 9112 3.2',
    message: 'the Host is not a host with an optional port',
  },
  HTTP1_HOST_MISMATCH: {
    status: 400,
    source: 'RFC 9112 3.2.2',
    message: 'the Host is not the authority of the request target',
  },
  HTTP1_CONTENT_LENGTH_INVALID: {
    status: 400,
    source: 'RFC 9110 8.6',
    message: 'the Content-Length is not a decimal number',
  },
  HTTP1_CONTENT_LENGTH_DUPLICATE: {
    status: 400,
    source: 'RFC 9110 8.6',
    message: 'more than one Content-Length',
  },
  HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING: {
    status: 400,
    source: 'RFC 9112 6.3',
    message: 'Content-Length beside Transfer-Encoding: two lengths for one message',
  },
  HTTP1_TRANSFER_ENCODING_IN_HTTP10: {
    status: 400,
    source: 'RFC 9112 6.1',
    message: 'Transfer-Encoding in an HTTP/1.0 request',
  },
  HTTP1_TRANSFER_CODING_INVALID: {
    status: 400,
    source: 'RFC 9112 6.3',
    message: 'chunked is not the last transfer coding, occurs more than once or has a parameter, or a coding is empty',
  },
  HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED: {
    status: 501,
    source: 'RFC 9112 6.1',
    message: 'a transfer coding other than chunked',
  },
  HTTP1_LENGTH_REQUIRED: {
    status: 411,
    source: 'RFC 9110 15.5.12',
    message: 'an HTTP/1.0 POST or PUT without Content-Length',
  },
  HTTP1_CHUNK_SIZE_INVALID: {
    status: 400,
    source: 'RFC 9112 7.1',
    message: 'a chunk size is not hexadecimal digits followed by CRLF or an extension',
  },
  HTTP1_CHUNK_EXTENSION_INVALID: {
    status: 400,
    source: 'RFC 9112 7.1.1',
    message: 'a chunk extension is not *( ";" name [ "=" value ] )',
  },
  HTTP1_CHUNK_EXTENSION_TOO_LONG: {
    status: 431,
    source: 'RFC 9112 7.1.1',
    message: 'the line of a chunk size and its extensions is too long, or all extensions together are',
  },
  HTTP1_CHUNK_DATA_UNTERMINATED: {
    status: 400,
    source: 'RFC 9112 7.1',
    message: 'the data of a chunk is not followed by CRLF',
  },
  HTTP1_TRAILER_NOT_ALLOWED: {
    status: 400,
    source: 'RFC 9110 6.5.1',
    message: 'a trailer field that controls framing, routing or authentication',
  },
  HTTP1_CONTENT_TOO_LARGE: {
    status: 413,
    source: 'RFC 9110 15.5.14',
    message: 'the content is longer than maxRequestBodySize',
  },
  HTTP1_CONNECT_NOT_IMPLEMENTED: {
    status: 501,
    source: 'RFC 9110 9.3.6',
    message: 'a CONNECT request, and the handler opened no tunnel: a 2xx response without one would mislead the client',
  },
  HTTP1_EXPECTATION_FAILED: {
    status: 417,
    source: 'RFC 9110 10.1.1',
    message: 'an expectation other than 100-continue',
  },
  HTTP1_REQUEST_INCOMPLETE: {
    status: 400,
    source: 'RFC 9112 8',
    message: 'the client ended its side in the middle of a request',
  },
  HTTP1_REQUEST_HEADERS_TIMEOUT: {
    status: 408,
    source: 'RFC 9110 15.5.9',
    message: 'the head of the request was not complete within requestHeadersTimeout',
  },
  HTTP1_REQUEST_BODY_TIMEOUT: {
    status: 408,
    source: 'RFC 9110 15.5.9',
    message: 'the content arrived slower than minRequestBodyDataRate',
  },
} as const satisfies Record<`HTTP1_${string}`, Http1ErrorSpec>;

export type Http1ErrorCode = keyof typeof http1Errors;

/** A refused message. The text contains no bytes from the peer, so it is safe to log. */
export class Http1Error extends BadHttpRequestError {
  override readonly name = 'Http1Error';
  declare readonly code: Http1ErrorCode;

  constructor(code: Http1ErrorCode, options?: ErrorOptions) {
    const { status, source, message } = http1Errors[code];
    super(code, status, `${message} (${source})`, options);
  }
}
