import { receivedText } from '@windhover/http';

/** Every code of a `CorsError`, with the beginning of its message. */
export const corsErrors = {
  CORS_ORIGIN_INVALID:
    'an origin must be scheme and host, with a port if it is not the default one, e.g. "https://app.example.com" or "https://*.example.com"',
  CORS_ORIGIN_NULL:
    'the origin "null" must not be listed, because any site can send it from a sandboxed frame; use a function if you need it',
  CORS_ANY_ORIGIN_WITH_CREDENTIALS:
    'supportsCredentials must not be combined with origins "*", because every site could act as the user; list the origins',
  CORS_NAME_INVALID: 'a method or field name must be a token',
  CORS_MAX_AGE_INVALID: 'preflightMaxAge must be an integer of at least 0, in seconds',
  CORS_POLICY_UNKNOWN: 'there is no CORS policy with this name',
} as const satisfies Record<`CORS_${string}`, string>;

export type CorsErrorCode = keyof typeof corsErrors;

/** An invalid CORS policy, or a name that no policy has. Branch on `code`. */
export class CorsError extends Error {
  override readonly name = 'CorsError';
  readonly code: CorsErrorCode;

  constructor(code: CorsErrorCode, given?: unknown) {
    super(given === undefined ? corsErrors[code] : `${corsErrors[code]}; received ${receivedText(given)}`);
    this.code = code;
  }
}
