import { isInstanceOf, propertyOf } from '@windhover/thrown-values';

/** Every code of an `HttpError`, with the sentence that begins its message. */
export const httpErrors = {
  HTTP_FIELD_NAME_INVALID: 'a field name is not a token (RFC 9110 5.1)',
  HTTP_FIELD_VALUE_INVALID: 'a field value is not a string of the allowed characters (RFC 9110 5.5)',
  HTTP_STATUS_INVALID: 'a final status code must be an integer from 200 to 999 (RFC 9110 15)',
  HTTP_REASON_PHRASE_INVALID: 'a reason phrase has a control character or one above U+00FF (RFC 9112 4)',
  HTTP_RESPONSE_STARTED: 'the response head has been sent and can no longer change',
  HTTP_RESPONSE_ENDED: 'the response has ended',
  HTTP_ON_STARTING_INVALID: 'an onStarting callback may only change the head of the response, and must be synchronous',
  HTTP_CONTENT_LENGTH_MISMATCH:
    'the length of the content differs from the Content-Length of the response (RFC 9110 8.6)',
  HTTP_CONTENT_NOT_ALLOWED: 'a response with this status has no content (RFC 9110 6.4.1)',
  HTTP_FIELD_NOT_ALLOWED: 'a response with this status cannot have this field (RFC 9110 8.6, RFC 9112 6.1)',
  HTTP_BODY_CONSUMED: 'the request body has been read already',
  HTTP_BODY_TOO_LATE: 'the request body cannot be read once the response has ended',
  HTTP_JSON_INVALID: 'the request body is not valid JSON',
  HTTP_BODY_EMPTY: 'the request body is empty; JSON is required',
  HTTP_CONTENT_CODING_UNSUPPORTED:
    'the content coding of the request body is not supported; send the body without Content-Encoding',
  HTTP_CHARSET_UNSUPPORTED: 'the charset of the request body is not supported; send the body as UTF-8',
  HTTP_FORM_TYPE: 'the request body must have the content type application/x-www-form-urlencoded',
  HTTP_FORM_TOO_LARGE: 'the form has more pairs than are allowed',
  HTTP_CONTENT_UNSUPPORTED: 'content must be a string, bytes, or an iterable of these',
  HTTP_RESULT_UNSUPPORTED:
    'a handler must return nothing, or text, bytes, a stream, a Response, or an object or array to send as JSON',
  HTTP_MIDDLEWARE_INVALID: 'middleware must be a function of (context, next)',
  HTTP_HANDLER_INVALID: 'a handler must be a function of the context',
  HTTP_PIPELINE_BUILT: 'the pipeline has been built and cannot change; add middleware and handlers before the start',
  HTTP_PATH_BASE_INVALID:
    'a path base must be decoded path segments with a slash before each and none at the end, e.g. /shop/admin',
  HTTP_UPGRADE_NOT_POSSIBLE: 'the request does not ask for an upgrade, or the response has started',
  HTTP_UPGRADE_UNUSED: 'the handler upgraded the connection and returned, and the new connection was never started',
  HTTP_UPGRADE_LIMIT: 'the server has reached its limit of upgraded connections',
  HTTP_WEB_SOCKET_NOT_POSSIBLE:
    'the request does not ask for a WebSocket, or the pipeline has no WebSocket middleware before this handler',
  HTTP_LIMIT_INVALID: 'a limit is out of its range',
  HTTP_LIMIT_READ_ONLY: 'the limit can no longer be changed: reading of the body has begun',
  HTTP_INFORMATIONAL_INVALID:
    'an informational response has a status from 102 to 199 and comes before the final one (RFC 9110 15.2)',
  HTTP_REQUEST_ABORTED: 'the client disconnected, or the request was aborted',
} as const satisfies Record<`HTTP_${string}`, string>;

export type HttpErrorCode = keyof typeof httpErrors;

/** Errors caused by the client, with the status that answers them. */
const clientFaults: Partial<Record<HttpErrorCode, number>> = {
  HTTP_JSON_INVALID: 400,
  HTTP_BODY_EMPTY: 400,
  HTTP_CONTENT_CODING_UNSUPPORTED: 415,
  HTTP_CHARSET_UNSUPPORTED: 415,
  HTTP_FORM_TYPE: 415,
  HTTP_FORM_TOO_LARGE: 413,
};

/** An invalid call, or content that cannot be read or sent. Callers branch on `code`. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;
  /** For an error caused by the client, the status of the response if no handler catches it; else `undefined`. */
  readonly status: number | undefined;
  /** Whether the client may see the message. */
  readonly expose: boolean;

  constructor(code: HttpErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? httpErrors[code] : `${httpErrors[code]}: ${detail}`, options);
    this.code = code;
    this.status = clientFaults[code];
    this.expose = this.status !== undefined;
  }

  /** Fields of the response that answers the error. */
  get fields(): Readonly<Record<string, string>> {
    // RFC 9110 12.5.3: lists the accepted codings.
    return this.code === 'HTTP_CONTENT_CODING_UNSUPPORTED' ? { 'accept-encoding': 'identity' } : {};
  }
}

/**
 * The request itself is invalid. Thrown when the application reads the body. If no handler catches it, the request is
 * answered with `status`.
 *
 * Source: Kestrel `BadHttpRequestException`.
 */
export class BadHttpRequestError extends Error {
  override readonly name: string = 'BadHttpRequestError';
  /** The rule that was broken; each protocol lists its codes. */
  readonly code: string;
  /** The status that answers the request: 400 to 505. */
  readonly status: number;

  constructor(code: string, status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = status;
  }
}

/** Whether a thrown value is a `BadHttpRequestError`. Never throws. */
export const isBadRequest = (thrown: unknown): thrown is BadHttpRequestError =>
  isInstanceOf(thrown, BadHttpRequestError);

/**
 * Whether a thrown value can be a consequence of an aborted request: an `HttpError` `HTTP_REQUEST_ABORTED`, or the
 * `AbortError` of an operation that was given a signal. Never throws.
 */
export const isRequestAborted = (thrown: unknown): boolean =>
  (isInstanceOf(thrown, HttpError) && propertyOf(thrown, 'code') === 'HTTP_REQUEST_ABORTED') ||
  propertyOf(thrown, 'name') === 'AbortError';
