import type { AddressErrorCode } from './errors.ts';

/**
 * What a reader throws. It becomes an `AddressError` in `explained`, where the whole typed text is known and where the
 * candidate for a suggestion is tried.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: AddressErrorCode;
  /** Index into the one address that is read. */
  readonly position: number;
  /** May itself be malformed; it is suggested only if it can be bound. */
  readonly candidate: string | undefined;

  constructor(code: AddressErrorCode, position: number, candidate?: string) {
    super(code);
    this.code = code;
    this.position = position;
    this.candidate = candidate;
  }
}
