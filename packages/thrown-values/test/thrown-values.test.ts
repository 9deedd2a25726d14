import { describe, expect, it } from 'vitest';
import { isError, isInstanceOf, isReadableError, isThenable, propertyOf, readableError } from '../src/index.ts';

const revoked = (target: object): unknown => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

const refuse = (): never => {
  throw new Error('trap');
};

const withGetter = (name: string): Error => Object.defineProperty(new Error('getter'), name, { get: refuse });

const ring = new Error('ring');
ring.cause = ring;

/** Values that code which looks at errors fails on. */
const hostile: readonly (readonly [string, unknown])[] = [
  ['a revoked proxy of an error', revoked(new Error('gone'))],
  ['a revoked proxy of a function', revoked(() => {})],
  ['a proxy whose traps throw', new Proxy({}, { get: refuse, getPrototypeOf: refuse, has: refuse })],
];

const unreadable: readonly (readonly [string, unknown])[] = [
  ...['name', 'message', 'stack', 'code', 'cause'].map(
    (name) => [`a getter of ${name} that throws`, withGetter(name)] as const,
  ),
  ['a code without a text', Object.assign(new Error('code'), { code: { toString: refuse } })],
  ['a message that is not a text', Object.assign(new Error('text'), { message: 1 })],
  ['a cause that cannot be read', new Error('outer', { cause: withGetter('message') })],
];

const readable: readonly (readonly [string, Error])[] = [
  ['an error', new Error('plain')],
  ['an error of a subclass', new TypeError('type')],
  ['an error with a code', Object.assign(new Error('code'), { code: 'EPIPE' })],
  ['an error without a stack', Object.assign(new Error('stack'), { stack: undefined })],
  ['an error that is its own cause', ring],
  ['an error with a cause that is not an error', new Error('outer', { cause: 'inner' })],
];

const plain: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a string', 'error'],
  ['an object like an error', { name: 'Error', message: 'm', stack: 's' }],
];

describe.each(hostile)('%s', (_what, value) => {
  it('is not an instance, an error or a promise, and has no properties', () => {
    expect(isInstanceOf(value, Error)).toBe(false);
    expect(isError(value)).toBe(false);
    expect(isReadableError(value)).toBe(false);
    expect(readableError(value) === undefined).toBe(true);
    expect(isThenable(value)).toBe(false);
    expect(propertyOf(value, 'status')).toBeUndefined();
  });
});

describe('readableError', () => {
  it.each(readable)('returns %s', (_what, error) => {
    expect(readableError(error)).toBe(error);
    expect(isReadableError(error)).toBe(true);
    expect(isError(error)).toBe(true);
  });

  it.each(unreadable)('returns undefined for an error with %s', (_what, error) => {
    expect(readableError(error) === undefined).toBe(true);
    expect(isError(error)).toBe(true);
  });

  it.each(plain)('returns undefined for %s', (_what, value) => {
    expect(readableError(value)).toBeUndefined();
    expect(isError(value)).toBe(false);
  });
});

/** An object whose property `then` is described by the argument. */
// oxlint-disable-next-line unicorn/no-thenable
const withThen = (then: PropertyDescriptor): unknown => Object.defineProperty({}, 'then', then);

describe('isThenable', () => {
  it.each([
    ['a promise', Promise.resolve(), true],
    ['an object with a method then', withThen({ value: () => {} }), true],
    ['an object whose then is not a function', withThen({ value: 1 }), false],
    ['an object whose getter of then throws', withThen({ get: refuse }), false],
    ['null', null, false],
    ['undefined', undefined, false],
  ])('%s', (_what, value, expected) => {
    expect(isThenable(value)).toBe(expected);
  });
});

describe('propertyOf', () => {
  it.each([
    ['an object', { status: 404 }, 404],
    ['null', null, undefined],
    ['undefined', undefined, undefined],
    [
      'an object whose getter throws',
      {
        get status(): never {
          return refuse();
        },
      },
      undefined,
    ],
  ])('%s', (_what, value, expected) => {
    expect(propertyOf(value, 'status')).toBe(expected);
  });

  it('reads a property with a symbol as its name', () => {
    expect(propertyOf(new Map(), Symbol.toStringTag)).toBe('Map');
  });
});
