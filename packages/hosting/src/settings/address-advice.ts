import { AddressError, addressErrors } from '@windhover/addresses';

/**
 * What is wrong with an address, where the address itself stands beside it.
 *
 * @throws what it is given, if that is no `AddressError`
 */
export const addressAdvice = (error: unknown): string => {
  if (!(error instanceof AddressError)) throw error;
  const { code, suggestion } = error;
  return suggestion === undefined ? addressErrors[code] : `${addressErrors[code]}. Try ${suggestion}`;
};
