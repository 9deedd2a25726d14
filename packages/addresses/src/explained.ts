import { AddressError } from './errors.ts';
import { readBindingAddress } from './read-binding-address.ts';
import { readBindingTarget } from './read-binding-target.ts';
import { Refusal } from './refusal.ts';

/** The list that contains an address. */
export interface Surroundings {
  readonly text: string;
  /** Index of the address in `text`. */
  readonly offset: number;
}

/**
 * Runs a reader and converts its refusal to an `AddressError`. A candidate is suggested only if a server can be bound to it.
 *
 * @throws AddressError
 */
export const explained = <T>(address: string, read: () => T, surroundings?: Surroundings): T => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, position, candidate } = error;
    const suggestion = candidate !== undefined && canBeBound(candidate) ? candidate : undefined;
    throw new AddressError(code, { address, position, suggestion, ...surroundings });
  }
};

const canBeBound = (candidate: string): boolean => {
  try {
    readBindingTarget(readBindingAddress(candidate));
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return false;
  }
};

/** Addresses may come from JavaScript without types, e.g. from an environment variable that does not exist. */
export const checkText = (address: unknown): void => {
  if (typeof address === 'string') return;
  throw new TypeError(
    `An address must be a string such as "http://localhost:5000"; received ${typeof address === 'number' ? address : typeof address}.`,
  );
};
