import { describe, expect, it } from 'vitest';
import { type OptionRules, resolveOptions } from '../src/index.ts';

const defaults = {
  isOpen: false,
  names: ['a'] as readonly string[],
  limit: 10 as number | null,
  onEvent: (): void => {},
};

const rules: OptionRules = {
  kinds: { hosts: ['strings', '*'], target: 'object', order: ['choice', 'first', 'last'] },
  required: ['hosts'],
  instead: { origin: 'hosts' },
};

const messageOf = (given: unknown, { required, ...others }: OptionRules = rules): string => {
  try {
    resolveOptions('relay', defaults, given as object, { ...others, required: required ?? [] });
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
  return 'no error';
};

describe('resolveOptions', () => {
  it.each<[given: unknown, message: string]>([
    [null, 'the options of relay must be an object; received null.'],
    [5000, 'the options of relay must be an object; received the number 5000.'],
    ['/a', 'the options of relay must be an object; received the string "/a".'],
    [['a'], 'the options of relay must be an object; received an array.'],
    [undefined, 'relay needs the option "hosts"; received undefined.'],
    [{}, 'relay needs the option "hosts"; received undefined.'],
    [
      { hosts: '*', host: 'a' },
      'relay has no option "host"; its options are hosts, target, order, isOpen, names, limit, onEvent.',
    ],
    [{ hosts: '*', origin: 'a' }, 'relay has no option "origin"; use hosts.'],
    [{ hosts: 'a' }, 'relay: hosts must be an array of strings or "*"; received the string "a".'],
    [{ hosts: ['a', undefined] }, 'relay: hosts must be an array of strings or "*"; received an array with undefined.'],
    [{ hosts: '*', isOpen: 'false' }, 'relay: isOpen must be true or false; received the string "false".'],
    [{ hosts: '*', isOpen: null }, 'relay: isOpen must be true or false; received null.'],
    [{ hosts: '*', names: 'a' }, 'relay: names must be an array of strings; received the string "a".'],
    [{ hosts: '*', onEvent: {} }, 'relay: onEvent must be a function; received an object.'],
    [{ hosts: '*', target: () => {} }, 'relay: target must be an object; received a function.'],
    [{ hosts: '*', order: 'any' }, 'relay: order must be "first" or "last"; received "any".'],
    [{ hosts: '*', order: null }, 'relay: order must be "first" or "last"; received null.'],
    [{ hosts: '*', order: 'last' }, 'no error'],
    [{ hosts: '*', limit: '5' }, 'no error'],
    [{ hosts: ['a'], isOpen: true, names: [], limit: null, onEvent: () => {}, target: {} }, 'no error'],
  ])('%j: %s', (given, message) => {
    expect(messageOf(given)).toBe(message);
  });

  it('fills in defaults of omitted and undefined options', () => {
    expect(resolveOptions('relay', defaults, { isOpen: undefined, limit: null })).toEqual({ ...defaults, limit: null });
  });

  it('a name that every object inherits is an unknown option', () => {
    expect(messageOf({ hosts: '*', toString: 'a' })).toMatch(/^relay has no option "toString"/);
  });
});
