import { describe, expect, it } from 'vitest';
import { shownValue } from '../src/index.ts';

describe('shownValue', () => {
  it.each<[value: unknown, text: string]>([
    ['60', 'the string "60"'],
    ['a\r\nb', String.raw`the string "a\r\nb"`],
    ['x'.repeat(1000), `the string "${'x'.repeat(100)}"`],
    [1.5, 'the number 1.5'],
    [Number.NaN, 'the number NaN'],
    [10n, 'the number 10'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [['a'], 'an array'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
    [() => {}, 'a function'],
    [Symbol('a'), 'a symbol'],
    [new Date(0), 'the Date 1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'an invalid Date'],
  ])('%s: %s', (value, text) => {
    expect(shownValue(value)).toBe(text);
  });
});
