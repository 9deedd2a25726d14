import { EventEmitter } from 'node:events';

const objectKey: unique symbol = Symbol('windhover object to initialize');

/**
 * `EventEmitter` for a class that functions can inherit, too: `initialize` runs the constructors of the class on an
 * object that exists, and adds its private fields to it.
 */
export const InheritableEmitter = function InheritableEmitter(...given: unknown[]): object {
  const existing = (new.target as { [objectKey]?: object } | undefined)?.[objectKey];
  if (existing === undefined) return Reflect.construct(EventEmitter, given, new.target) as EventEmitter;
  Reflect.apply(EventEmitter, existing, given);
  return existing;
} as unknown as typeof EventEmitter;

InheritableEmitter.prototype = EventEmitter.prototype;
Object.setPrototypeOf(InheritableEmitter, EventEmitter);

/** The constructor of a class that extends `InheritableEmitter`, called for an object of a derived function. */
export const initialize = (
  Class: new (...given: never[]) => EventEmitter,
  existing: object,
  given: readonly unknown[],
): void => {
  const target = Object.assign(function target() {}, { [objectKey]: existing });
  Reflect.construct(Class, given, target);
};
