/** Every code of a `PathBaseError`, with the sentence that its message begins with. */
export const pathBaseErrors = {
  PATH_BASE_INVALID:
    'a path base is one or more segments as request.path shows them, decoded, with a slash before each and none at the end',
} as const satisfies Record<`PATH_BASE_${string}`, string>;

export type PathBaseErrorCode = keyof typeof pathBaseErrors;

/** A path base that no request can have. Callers branch on `code`. */
export class PathBaseError extends Error {
  override readonly name = 'PathBaseError';
  readonly code: PathBaseErrorCode;

  constructor(code: PathBaseErrorCode, given: string) {
    super(`${pathBaseErrors[code]}: ${JSON.stringify(given)}`);
    this.code = code;
  }
}
