import { CookiesError } from './errors.ts';

/** With the flag `u` whole pairs are one character. */
const loneSurrogate = /\p{Surrogate}/u;

/**
 * Checks a value before it is encoded: UTF-8 would replace a lone surrogate, and the text of `undefined` must not be sent.
 *
 * @throws CookiesError `COOKIES_VALUE_INVALID`
 */
export const checkValue = (name: string, value: unknown): void => {
  if (typeof value !== 'string') {
    throw new CookiesError('COOKIES_VALUE_INVALID', `${name} received ${value === null ? 'null' : typeof value}`);
  }
  if (loneSurrogate.test(value)) throw new CookiesError('COOKIES_VALUE_INVALID', `${name} has a lone surrogate`);
};
