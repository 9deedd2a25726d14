import { HttpError } from './errors.ts';
import type { Middleware, RequestDelegate } from './request-delegate.ts';

/**
 * Checks a value that is added as middleware, so that a mistake fails there and not in a request.
 *
 * @param method the method that received the value, e.g. `use`, for the message
 * @param extra arguments after the middleware; none are allowed
 * @throws HttpError `HTTP_MIDDLEWARE_INVALID`, saying what was received and what to do
 */
export const checkMiddleware = (middleware: Middleware, method: string, extra: readonly unknown[] = []): void => {
  const problem = problemOf(middleware, method);
  if (problem !== undefined) throw new HttpError('HTTP_MIDDLEWARE_INVALID', problem);
  if (extra.length > 0) {
    throw new HttpError(
      'HTTP_MIDDLEWARE_INVALID',
      `${method}() received ${extra.length + 1} arguments; call it once for each middleware`,
    );
  }
};

/**
 * Checks a value that is added as a handler.
 *
 * @param method the method that received the value, e.g. `run`, for the message
 * @throws HttpError `HTTP_HANDLER_INVALID`, saying what was received and what to do
 */
export const checkHandler = (
  handler: RequestDelegate | ((context: never, ...more: never[]) => unknown),
  method: string,
): void => {
  const problem = problemOf(handler, method);
  if (problem !== undefined) throw new HttpError('HTTP_HANDLER_INVALID', problem);
};

const problemOf = (value: unknown, method: string): string | undefined => {
  if (typeof value === 'function') {
    return isClass(value) ? `${method}() received the class ${value.name}; pass a function` : undefined;
  }
  if (typeof value === 'string') return `${method}() received the string ${JSON.stringify(value)}${adviceFor(method)}`;
  if (value === undefined) return `${method}() received undefined; check that the factory or module returns a function`;
  if (isPromise(value)) return `${method}() received a promise; await it first: ${method}(await …)`;
  return `${method}() received ${nameOf(value)}; pass a function`;
};

const adviceFor = (method: string): string =>
  method === 'use' ? '; for one path only, write map(path, (branch) => branch.use(…))' : '; pass a function';

const isClass = (value: { toString(): string }): boolean => /^class\b/.test(Function.prototype.toString.call(value));

const isPromise = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function';

const nameOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? `an object (${name})` : 'an object';
};
