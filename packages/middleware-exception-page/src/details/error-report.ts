import { inspect } from 'node:util';
import { isError } from '@windhover/thrown-values';
import { type StackFrame, stackFrames } from './stack-frames.ts';
import { clippedText } from './visible-text.ts';

/** The parts of a thrown value that are shown. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly frames: readonly StackFrame[];
  /** Further own properties as text, such as `code`. */
  readonly properties: readonly (readonly [name: string, value: string])[];
  /** The cause, and the errors of an `AggregateError`. */
  readonly causes: readonly ErrorReport[];
}

const maxMessage = 10_000;
const maxProperty = 1000;
const maxProperties = 30;
/** Maximum number of errors of one report, including causes. */
const maxErrors = 20;

/** Describes a thrown value. Never throws, even if members of the value throw. */
export const errorReport = (thrown: unknown): ErrorReport => describe(thrown, new Set());

const describe = (thrown: unknown, seen: Set<unknown>): ErrorReport => {
  seen.add(thrown);
  if (!isError(thrown)) return describeValue(thrown);
  const message = textOf(() => thrown.message);
  return {
    name: textOf(() => thrown.name) || 'Error',
    message: clippedText(message, maxMessage),
    frames: stackFrames(
      textOf(() => thrown.stack),
      message,
    ),
    properties: propertiesOf(thrown),
    causes: causesOf(thrown, seen),
  };
};

const describeValue = (thrown: unknown): ErrorReport => {
  const message = typeof thrown === 'string' ? thrown : inspected(thrown);
  const name = `Thrown ${thrown === null ? 'null' : typeof thrown}, not an Error`;
  return { name, message: clippedText(message, maxMessage), frames: [], properties: [], causes: [] };
};

const causesOf = (error: Error, seen: Set<unknown>): ErrorReport[] => {
  const reports: ErrorReport[] = [];
  for (const each of attempt(() => [error.cause, ...errorsOf(error as AggregateError)], [])) {
    if (each === undefined || seen.has(each) || seen.size >= maxErrors) continue;
    reports.push(describe(each, seen));
  }
  return reports;
};

/** The errors of an `AggregateError`. */
const errorsOf = ({ errors }: { readonly errors?: unknown }): readonly unknown[] =>
  Array.isArray(errors) ? (errors as unknown[]) : [];

const shownElsewhere = new Set(['name', 'message', 'stack', 'cause', 'errors']);

const propertiesOf = (error: Error): [string, string][] => {
  const names = attempt(() => Object.keys(error), []).filter((name) => !shownElsewhere.has(name));
  return names
    .slice(0, maxProperties)
    .map((name) => [name, clippedText(inspected(attempt(() => (error as never)[name], undefined)), maxProperty)]);
};

const inspected = (value: unknown): string =>
  attempt(() => inspect(value, { depth: 2, customInspect: false }), 'a value that cannot be shown');

const textOf = (get: () => unknown): string =>
  attempt(() => {
    const value = get();
    return typeof value === 'string' ? value : '';
  }, '');

/** Getters and proxies may throw. */
const attempt = <T>(get: () => T, otherwise: T): T => {
  try {
    return get();
  } catch {
    return otherwise;
  }
};
