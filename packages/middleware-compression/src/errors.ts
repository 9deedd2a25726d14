/** Every code of a `CompressionError`, with the beginning of its message. */
export const compressionErrors = {
  COMPRESSION_OPTION_INVALID: 'an option of compression is invalid',
} as const satisfies Record<`COMPRESSION_${string}`, string>;

export type CompressionErrorCode = keyof typeof compressionErrors;

/** An invalid option of `compression`. Branch on `code`. */
export class CompressionError extends Error {
  override readonly name = 'CompressionError';
  readonly code: CompressionErrorCode;

  constructor(code: CompressionErrorCode, detail: string) {
    super(`${compressionErrors[code]}; ${detail}`);
    this.code = code;
  }
}
