import type { AddressErrorCode } from './errors.ts';

/**
 * The error of a reader. `explained` converts it to an `AddressError`, because the whole text is known there, and the
 * candidate for a suggestion is checked there.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: AddressErrorCode;
  /** Index into the address that is read. */
  readonly position: number;
  /** An address to suggest, which may be malformed itself. */
  readonly candidate: string | undefined;

  constructor(code: AddressErrorCode, position: number, candidate?: string) {
    super(code);
    this.code = code;
    this.position = position;
    this.candidate = candidate;
  }
}
