import { AddressError, addressErrors } from '@windhover/addresses';

/**
 * The advice of an address error, without the address itself.
 *
 * @throws the given error if it is not an `AddressError`
 */
export const addressAdvice = (error: unknown): string => {
  if (!(error instanceof AddressError)) throw error;
  const { code, suggestion } = error;
  return suggestion === undefined ? addressErrors[code] : `${addressErrors[code]}. Try ${suggestion}`;
};
