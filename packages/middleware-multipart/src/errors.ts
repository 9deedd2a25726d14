/** Every code of a `MultipartError`, with the status that answers it and the beginning of its message. */
export const multipartErrors = {
  MULTIPART_CONTENT_TYPE: { status: 415, message: 'the request must have the content type multipart/form-data' },
  MULTIPART_MALFORMED: { status: 400, message: 'the content is not well-formed multipart/form-data' },
  MULTIPART_TOO_MANY_PARTS: { status: 413, message: 'the content has too many parts' },
  MULTIPART_TOO_MANY_FIELDS: { status: 413, message: 'the content has too many fields' },
  MULTIPART_TOO_MANY_FILES: { status: 413, message: 'the content has too many files' },
  MULTIPART_FIELD_TOO_LARGE: { status: 413, message: 'the name or the value of a field is too large' },
  MULTIPART_FILE_TOO_LARGE: { status: 413, message: 'a file is too large' },
  MULTIPART_LIMIT_INVALID: { status: 500, message: 'a limit must be an integer of at least 0' },
} as const satisfies Record<`MULTIPART_${string}`, { readonly status: number; readonly message: string }>;

export type MultipartErrorCode = keyof typeof multipartErrors;

/**
 * Refused content, or an invalid limit. If a handler does not catch it, the client gets its status. Branch on `code`.
 */
export class MultipartError extends Error {
  override readonly name = 'MultipartError';
  readonly code: MultipartErrorCode;
  /** The status that answers the request. */
  readonly status: number;
  /** Whether the client may see the message. */
  readonly expose: boolean;

  /** @param options `cause`; `detail` is added to the message, e.g. what was received */
  constructor(code: MultipartErrorCode, options: ErrorOptions & { readonly detail?: string } = {}) {
    const { detail, ...others } = options;
    super(multipartErrors[code].message + (detail === undefined ? '' : `; ${detail}`), others);
    this.code = code;
    this.status = multipartErrors[code].status;
    this.expose = this.status < 500;
  }
}
