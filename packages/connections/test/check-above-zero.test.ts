import { describe, expect, it } from 'vitest';
import { checkAboveZero } from '../src/index.ts';

describe('checkAboveZero', () => {
  it.each([Number.MIN_VALUE, 1, Number.POSITIVE_INFINITY])('%d is allowed', (value) => {
    expect(() => checkAboveZero('timeout', value)).not.toThrow();
  });

  it.each<[shown: string, value: unknown]>([
    ['the number 0', 0],
    ['the number -1', -1],
    ['the number NaN', Number.NaN],
    ['the string "5000"', '5000'],
    ['the number 1', 1n],
    ['undefined', undefined],
    ['null', null],
  ])('%s: RangeError', (shown, value) => {
    const message = `timeout must be a number above 0; received ${shown}.`;
    expect(() => checkAboveZero('timeout', value)).toThrow(new RangeError(message));
  });
});
