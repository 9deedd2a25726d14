import { describe, expect, it } from 'vitest';
import { ServerNames, isServerName } from '../src/names/server-names.ts';

const names = new ServerNames(
  ['example.com', '*.example.com', '*.b.example.com', 'exact.b.example.com', 'UPPER.example.org'].map(
    (name) => [name, name] as const,
  ),
);

describe('names, same as Kestrel SniOptionsSelector', () => {
  it.each([
    ['example.com', 'example.com'],
    ['EXAMPLE.com', 'example.com'],
    ['upper.example.org', 'UPPER.example.org'],
    ['a.example.com', '*.example.com'],
    ['a.b.example.com', '*.b.example.com'],
    ['x.a.b.example.com', '*.b.example.com'],
    ['exact.b.example.com', 'exact.b.example.com'],
    ['b.example.com', '*.example.com'],
    ['example.org', undefined],
    ['notexample.com', undefined],
    ['a.example.com.', undefined],
    ['.example.com', undefined],
    ['a..example.com', undefined],
    ['*.example.com', undefined],
    ['a\0.example.com', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is served by %j', (asked, found) => {
    expect(names.find(asked)).toBe(found);
  });

  it('* matches all other names, and clients without a name', () => {
    const rest = new ServerNames([
      ['*', 'rest'],
      ['a.example', 'a'],
    ]);
    expect([rest.find('a.example'), rest.find('b.example'), rest.find('bad..name'), rest.find(undefined)]).toEqual([
      'a',
      'rest',
      'rest',
      'rest',
    ]);
  });

  it.each(['', 'a..b', 'a.', '*.', '**.a', 'a.*.b', '127.0.0.1', '::1', 'a b', `${'a'.repeat(64)}.b`])(
    '%j is not a name: RangeError',
    (name) => {
      expect(() => new ServerNames([[name, 1]])).toThrow(RangeError);
    },
  );

  it('the same name twice: RangeError', () => {
    expect(
      () =>
        new ServerNames([
          ['a.example', 1],
          ['A.example', 2],
        ]),
    ).toThrow('given twice');
  });

  it.each(['localhost', 'xn--bcher-kva.example', '_srv.example', 'a-b.example'])('%s is a name', (name) => {
    expect(isServerName(name)).toBe(true);
  });

  it('a name has at most 253 characters', () => {
    expect(isServerName(`${'a.'.repeat(126)}a`)).toBe(true);
    expect(isServerName(`${'a.'.repeat(126)}aa`)).toBe(false);
  });
});
