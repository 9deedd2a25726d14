/** Every code of a `FetchError`, with the sentence that its message begins with. */
export const fetchErrors = {
  APP_FETCH_HANDLER_INVALID:
    'a fetch handler must be a function from Request to Response, or an object with such a function as `fetch`',
  APP_FETCH_PROTOCOL_UNKNOWN:
    'this version of the Fetch Server API is not known; the value of Symbol.for("wintertc.server.protocol") must be 1',
  APP_FETCH_RESPONSE_INVALID: 'the fetch handler must return a Response, or a promise of one',
  APP_FETCH_RESPONSE_NETWORK_ERROR:
    'Response.error() stands for a failed fetch and cannot be sent; return a Response with a status from 200 to 599',
  APP_FETCH_BODY_USED:
    'the body of the returned Response has been read already; return response.clone() before reading it',
  APP_FETCH_CHUNK_INVALID:
    'the stream of a Response body must yield Uint8Array chunks; encode text with TextEncoderStream',
} as const satisfies Record<`APP_FETCH_${string}`, string>;

export type FetchErrorCode = keyof typeof fetchErrors;

/** An unusable handler or response. Callers branch on `code`, not on the message. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly code: FetchErrorCode;

  constructor(code: FetchErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? fetchErrors[code] : `${fetchErrors[code]}; ${detail}`, options);
    this.code = code;
  }
}
