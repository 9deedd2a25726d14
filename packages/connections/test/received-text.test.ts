import { describe, expect, it } from 'vitest';
import { receivedText } from '../src/index.ts';

const ring: Record<string, unknown> = {};
ring['ring'] = ring;

describe('receivedText', () => {
  it.each<[value: unknown, text: string]>([
    ['60', '"60"'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [10n, '10'],
    [null, 'null'],
    [undefined, 'undefined'],
    [['a', 1], '["a",1]'],
    [{ rate: Number.NaN, size: 2n, name: 'a' }, '{"rate":"NaN","size":"2","name":"a"}'],
    [() => {}, 'a function'],
    [Symbol('a'), 'a symbol'],
    [ring, 'an object'],
  ])('%s: %s', (value, text) => {
    expect(receivedText(value)).toBe(text);
  });
});
