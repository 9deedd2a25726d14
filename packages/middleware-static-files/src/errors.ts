/** Every code of a `StaticFilesError`, with the beginning of its message. */
export const staticFilesErrors = {
  STATIC_FILES_ROOT_INVALID: 'the folder of static files must be the path of a folder that exists',
  STATIC_FILES_OPTION_INVALID: 'an option of static files is invalid',
  STATIC_FILES_NOT_FOUND: 'there is no such file',
} as const satisfies Record<`STATIC_FILES_${string}`, string>;

export type StaticFilesErrorCode = keyof typeof staticFilesErrors;

/** An invalid option, or a file for `sendFile` that does not exist. Branch on `code`. */
export class StaticFilesError extends Error {
  override readonly name = 'StaticFilesError';
  readonly code: StaticFilesErrorCode;
  /** The status of the response if a handler does not catch the error: 404 for a missing file, else `undefined`. */
  readonly status: number | undefined;

  /** @param detail appended to the message; it is not sent to clients */
  constructor(code: StaticFilesErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? staticFilesErrors[code] : `${staticFilesErrors[code]}; ${detail}`, options);
    this.code = code;
    this.status = code === 'STATIC_FILES_NOT_FOUND' ? 404 : undefined;
  }
}
