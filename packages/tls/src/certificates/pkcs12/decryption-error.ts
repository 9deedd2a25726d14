/** Why something that a password protects cannot be read. */
export type DecryptionFailure =
  /** The algorithm is not known, or this build of OpenSSL does not have it. */
  | 'unsupported'
  /** The key derivation would take minutes. */
  | 'tooSlow'
  /** The password does not fit. */
  | 'wrongPassword';

/** Something that a password protects cannot be read. The message is a detail for a person, e.g. the name of an algorithm. */
export class DecryptionError extends Error {
  override readonly name = 'DecryptionError';
  readonly failure: DecryptionFailure;

  constructor(failure: DecryptionFailure, message?: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
