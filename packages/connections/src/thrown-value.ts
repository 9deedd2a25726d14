/**
 * Whether a value is an instance of a class, for values that applications throw: `instanceof` itself throws for a
 * revoked proxy, and for a proxy whose traps throw. Never throws; such a value is no instance.
 */
export const isInstanceOf = <T>(value: unknown, type: abstract new (...args: never[]) => T): value is T => {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
};

/** Causes of causes that are looked at; a chain may be a ring. */
const deepestCause = 5;

/**
 * Whether a value is an `Error` that can be passed on: streams, loggers and debuggers read name, message, stack, code and
 * causes, and a getter that throws would take them down. Never throws.
 */
export const isReadableError = (value: unknown): value is Error => {
  try {
    return isReadable(value, deepestCause);
  } catch {
    return false;
  }
};

const isReadable = (value: unknown, depth: number): value is Error => {
  if (!(value instanceof Error)) return false;
  const { name, message, stack = '', code, cause } = value as Error & { readonly code?: unknown };
  void String(code);
  if (![name, message, stack].every((text: unknown) => typeof text === 'string')) return false;
  return depth === 0 || !(cause instanceof Error) || isReadable(cause, depth - 1);
};
