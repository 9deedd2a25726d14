import { Http1Error, type Http1ErrorCode, http1Errors } from '../grammar/errors.ts';

/** One reason why a response is invalid: the source of the rule, and the message. */
export interface Http1ResponseErrorSpec {
  readonly source: string;
  readonly message: string;
}

/** Rules of both directions, with the same code, section and message as in `http1Errors`. */
const shared = [
  'HTTP1_VERSION_INVALID',
  'HTTP1_LINE_ENDING_INVALID',
  'HTTP1_FIELD_LINE_INVALID',
  'HTTP1_FIELD_NAME_INVALID',
  'HTTP1_FIELD_VALUE_INVALID',
  'HTTP1_FIELD_FOLDED',
  'HTTP1_CONTENT_LENGTH_INVALID',
  'HTTP1_CONTENT_LENGTH_DUPLICATE',
  'HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING',
  'HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED',
  'HTTP1_CHUNK_SIZE_INVALID',
  'HTTP1_CHUNK_EXTENSION_INVALID',
  'HTTP1_CHUNK_EXTENSION_TOO_LONG',
  'HTTP1_CHUNK_DATA_UNTERMINATED',
  'HTTP1_TRAILER_NOT_ALLOWED',
] as const satisfies readonly Http1ErrorCode[];

/** Rules of both directions with another message for responses. */
const reworded = {
  HTTP1_VERSION_NOT_SUPPORTED: { source: 'RFC 9112 2.3', message: 'the major version of the response is not 1' },
  HTTP1_FIELD_SECTION_TOO_LARGE: {
    source: 'RFC 9110 5.4',
    message: 'the field section is longer than maxResponseHeadersTotalSize',
  },
  HTTP1_TOO_MANY_FIELDS: { source: 'RFC 9110 5.4', message: 'there are more field lines than maxResponseHeaderCount' },
  HTTP1_TRANSFER_ENCODING_IN_HTTP10: {
    source: 'RFC 9112 6.1',
    message: 'Transfer-Encoding in an HTTP/1.0 response',
  },
  HTTP1_TRANSFER_CODING_INVALID: {
    source: 'RFC 9112 6.1',
    message: 'chunked is not the last transfer coding, occurs more than once or has a parameter, or a coding is empty',
  },
  HTTP1_CONTENT_TOO_LARGE: {
    source: 'RFC 9110 8.6',
    message: 'the content is longer than maxResponseBodySize, or than can be counted',
  },
} as const satisfies Partial<Record<Http1ErrorCode, Http1ResponseErrorSpec>>;

/** Rules that only apply to responses. */
const ofResponses = {
  HTTP1_STATUS_LINE_INVALID: {
    source: 'RFC 9112 4',
    message: 'the status line is not HTTP-version SP status-code SP [ reason-phrase ] CRLF',
  },
  HTTP1_STATUS_LINE_TOO_LONG: { source: 'RFC 9112 4', message: 'the status line is longer than maxStatusLineSize' },
  HTTP1_STATUS_CODE_INVALID: {
    source: 'RFC 9110 15',
    message: 'the status code is not three digits, the first of them from 1 to 9',
  },
  HTTP1_REASON_PHRASE_INVALID: { source: 'RFC 9112 4', message: 'the reason phrase has a control character' },
  HTTP1_TOO_MANY_INFORMATIONAL: {
    source: 'RFC 9110 15.2',
    message: 'more responses of status 1xx than maxInformationalResponses before the final one',
  },
  HTTP1_SWITCH_NOT_OFFERED: {
    source: 'RFC 9110 7.8',
    message: 'status 101 for a request that has not offered an upgrade',
  },
  HTTP1_RESPONSE_UNEXPECTED: {
    source: 'RFC 9112 9.2',
    message: 'the server sent something while no request was waiting for its response',
  },
  HTTP1_RESPONSE_MISSING: {
    source: 'RFC 9112 9.3.1',
    message: 'the server ended its side before it began to answer',
  },
  HTTP1_RESPONSE_INCOMPLETE: {
    source: 'RFC 9112 8',
    message: 'the server ended its side in the middle of a response',
  },
} as const satisfies Record<`HTTP1_${string}`, Http1ResponseErrorSpec>;

export type Http1ResponseErrorCode = (typeof shared)[number] | keyof typeof reworded | keyof typeof ofResponses;

const sharedErrors = Object.fromEntries(
  shared.map((code) => [code, { source: http1Errors[code].source, message: http1Errors[code].message }]),
) as Record<(typeof shared)[number], Http1ResponseErrorSpec>;

/**
 * All reasons why a response is invalid. The connection cannot be used afterwards. A code that is also in `http1Errors`
 * is the same rule without a status, because a client does not answer a response.
 */
export const http1ResponseErrors: Readonly<Record<Http1ResponseErrorCode, Http1ResponseErrorSpec>> = {
  ...ofResponses,
  ...sharedErrors,
  ...reworded,
};

/**
 * An invalid response. Not an `Http1Error`: in a handler that calls another server, that would blame the client and
 * answer 400. The text contains no bytes from the peer.
 */
export class Http1ResponseError extends Error {
  override readonly name = 'Http1ResponseError';
  readonly code: Http1ResponseErrorCode;

  constructor(code: Http1ResponseErrorCode, options?: ErrorOptions) {
    const { source, message } = http1ResponseErrors[code];
    super(`${message} (${source})`, options);
    this.code = code;
  }
}

/** Converts an error of a shared parser to a response error; other errors are returned unchanged. */
export const asResponseError = (error: unknown): unknown =>
  error instanceof Http1Error && Object.hasOwn(http1ResponseErrors, error.code)
    ? new Http1ResponseError(error.code as Http1ResponseErrorCode)
    : error;
