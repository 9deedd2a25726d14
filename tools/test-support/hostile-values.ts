import { inspect } from 'node:util';

const raise = (name: string): never => {
  throw new Error(`from ${name}`);
};

const revokedProxy = (target: object = {}): object => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

/** Values that a handler may throw and that throw themselves when they are inspected. */
export const hostileValues: readonly (readonly [name: string, make: () => unknown])[] = [
  ['a revoked proxy', () => revokedProxy()],
  ['a revoked proxy of a function', () => revokedProxy(() => undefined)],
  [
    'a proxy whose traps throw',
    () =>
      new Proxy(
        {},
        { get: () => raise('get'), getPrototypeOf: () => raise('getPrototypeOf'), has: () => raise('has') },
      ),
  ],
  ['an object without prototype', () => Object.create(null) as object],
  ['an object whose toString throws', () => ({ toString: () => raise('toString') })],
  [
    'an error whose properties throw',
    () =>
      Object.defineProperties(
        new Error('x'),
        Object.fromEntries(
          ['name', 'message', 'stack', 'code', 'status', 'statusCode', 'expose', 'cause'].map((name) => [
            name,
            { get: () => raise(name) },
          ]),
        ),
      ),
  ],
  ['an object that cannot be inspected', () => ({ [inspect.custom]: () => raise('inspect') })],
  ['an error that stands for revoked proxies', () => new AggregateError([revokedProxy(), revokedProxy([])], 'x')],
  ['an error whose errors are a revoked proxy', () => Object.assign(new Error('x'), { errors: revokedProxy([]) })],
  ['an error caused by a revoked proxy', () => new Error('outer', { cause: revokedProxy() })],
  [
    'an error whose properties are symbols',
    () => Object.assign(new Error('x'), { name: Symbol('n'), stack: Symbol('s') }),
  ],
  [
    'a thenable that throws',
    () => new Proxy({}, { get: (_target, name) => (name === 'then' ? raise('then') : undefined) }),
  ],
  ['a symbol', () => Symbol('x')],
  ['an empty string', () => ''],
];
