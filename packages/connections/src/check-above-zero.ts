import { shownValue } from './shown-value.ts';

/**
 * Checks an option that is a time or a number, and may be infinite. A number as text is refused, because a deadline would
 * be made of joined digits.
 *
 * @throws RangeError if the value is not a number above 0
 */
export const checkAboveZero = (name: string, value: unknown): void => {
  if (typeof value === 'number' && value > 0) return;
  throw new RangeError(`${name} must be a number above 0; received ${shownValue(value)}.`);
};
