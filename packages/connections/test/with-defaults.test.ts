import { describe, expect, it } from 'vitest';
import { withDefaults } from '../src/index.ts';

describe('withDefaults', () => {
  const defaults = { limit: 10 as number | null, mode: 'safe' };

  it.each([
    ['no options', undefined, { limit: 10, mode: 'safe' }],
    ['an omitted option', { mode: 'fast' }, { limit: 10, mode: 'fast' }],
    ['an option that is undefined', { limit: undefined, mode: 'fast' }, { limit: 10, mode: 'fast' }],
    ['null, which turns a limit off', { limit: null }, { limit: null, mode: 'safe' }],
    ['values that are false', { limit: 0, mode: '' }, { limit: 0, mode: '' }],
    ['an option without a default', { name: 'a' }, { limit: 10, mode: 'safe', name: 'a' }],
  ])('%s', (_name, given: object | undefined, expected) => {
    expect(withDefaults(defaults, given)).toEqual(expected);
  });

  it('an option with the name __proto__, as JSON may have, is an option like any other', () => {
    const options = withDefaults(defaults, JSON.parse('{"__proto__":{"mode":"unsafe"}}') as object);
    expect(Object.getPrototypeOf(options)).toBe(Object.prototype);
    expect(options.mode).toBe('safe');
  });

  it('changes neither the defaults nor the options', () => {
    expect(withDefaults(Object.freeze({ a: 1 }), Object.freeze({ a: 2 }))).toEqual({ a: 2 });
  });
});
