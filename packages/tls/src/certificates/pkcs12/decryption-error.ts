/** The reason why password-protected data cannot be read. */
export type DecryptionFailure =
  /** The algorithm is unknown, or this build of OpenSSL does not have it. */
  | 'unsupported'
  /** The key derivation would take minutes. */
  | 'tooSlow'
  /** The password is wrong. */
  | 'wrongPassword';

/** Password-protected data cannot be read. The message is a detail for users, e.g. the name of an algorithm. */
export class DecryptionError extends Error {
  override readonly name = 'DecryptionError';
  readonly failure: DecryptionFailure;

  constructor(failure: DecryptionFailure, message?: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
