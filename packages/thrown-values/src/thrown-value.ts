/**
 * Whether a value is an instance of a class. `instanceof` itself throws for a revoked proxy and for a proxy whose traps
 * throw; this function never throws, and such a value is not an instance.
 */
export const isInstanceOf = <T>(value: unknown, type: abstract new (...args: never[]) => T): value is T =>
  attempt(() => value instanceof type) === true;

/** Whether a value is an `Error`. Its properties may still throw; see `isReadableError`. Never throws. */
export const isError = (value: unknown): value is Error => isInstanceOf(value, Error);

/** The depth to which the causes of an error are read; a chain of causes may be a ring. */
const deepestCause = 5;

/**
 * Whether a value is an `Error` that can be passed on. Streams, loggers and debuggers read the name, message, stack, code
 * and causes of an error, and a getter that throws would make them fail. Never throws.
 */
export const isReadableError = (value: unknown): value is Error =>
  attempt(() => isReadable(value, deepestCause)) === true;

const isReadable = (value: unknown, depth: number): value is Error => {
  if (!(value instanceof Error)) return false;
  const { name, message, stack = '', code, cause } = value as Error & { readonly code?: unknown };
  void String(code);
  if (![name, message, stack].every((text: unknown) => typeof text === 'string')) return false;
  return depth === 0 || !(cause instanceof Error) || isReadable(cause, depth - 1);
};

/** The value if it is an `Error` that can be passed on (`isReadableError`), otherwise `undefined`. Never throws. */
export const readableError = (value: unknown): Error | undefined => (isReadableError(value) ? value : undefined);

/** Whether a value is a promise or another object with a method `then`. Never throws. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> => {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
  } catch {
    return false;
  }
};

/** A property of a value, or `undefined` if reading it throws. Never throws. */
export const propertyOf = (value: unknown, name: string | symbol): unknown =>
  attempt(() => (value as Record<string | symbol, unknown> | null | undefined)?.[name]);

const attempt = <T>(look: () => T): T | undefined => {
  try {
    return look();
  } catch {
    return undefined;
  }
};
