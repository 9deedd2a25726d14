import { shownValue } from './shown-value.ts';
import { type WithDefaults, withDefaults } from './with-defaults.ts';

/** A type of values: `strings` is an array of strings, `choice` one of the values that follow it, `any` is not checked. */
export type OptionKind = 'boolean' | 'function' | 'array' | 'strings' | 'object' | 'choice' | 'any';

/** The type of an option. Single values that are allowed as well follow it: `['strings', '*']`, `['choice', 'auto', 'json']`. */
type OptionRule = OptionKind | readonly [kind: OptionKind, ...values: unknown[]];

type OptionalNames<T extends object> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

/** The names of options without a default. */
type NamesWithoutDefault<D extends object, G extends object> = Exclude<keyof G, keyof D> | OptionalNames<D>;

/** What the defaults do not say about options. */
export interface OptionRules<Names extends PropertyKey = never> {
  /** The types of options without a default, which must be listed, and of options that may have another type than their default. */
  readonly kinds?: Readonly<Record<Names, OptionRule> & Record<string, OptionRule>>;
  /** The options that must be given. */
  readonly required?: readonly string[];
  /** What to use for names that other libraries have: `{ cert: 'certificate' }`. */
  readonly instead?: Readonly<Record<string, string>>;
}

/**
 * Checks options and fills in their defaults, as `withDefaults` does. Options may come from JavaScript without types,
 * where a wrong name would have no effect, and the text `'false'` would be true. A default that is a boolean, a function or
 * an array of strings requires a value of this type. The caller checks numbers and texts.
 *
 * @param owner what the options belong to, for messages, e.g. `cors`
 * @throws TypeError for options that are not an object, an unknown option, a missing one, and a value of a wrong type
 */
export const resolveOptions = <D extends object, G extends object = Partial<D>>(
  owner: string,
  defaults: D,
  given: G | undefined,
  ...rules: [NamesWithoutDefault<D, G>] extends [never]
    ? [rules?: OptionRules]
    : [rules: OptionRules<NamesWithoutDefault<D, G>> & Required<Pick<OptionRules<NamesWithoutDefault<D, G>>, 'kinds'>>]
): WithDefaults<D, G> => {
  const { kinds = {}, required = [], instead = {} }: OptionRules = rules[0] ?? {};
  if (given !== undefined) checkObject(owner, given);
  for (const [name, value] of Object.entries(given ?? {})) {
    const isKnown = Object.hasOwn(defaults, name) || Object.hasOwn(kinds, name);
    if (!isKnown) {
      const advice = Object.hasOwn(instead, name) ? `use ${instead[name]}` : optionsAre(kinds, defaults);
      throw new TypeError(`${owner} has no option "${name}"; ${advice}.`);
    }
    if (value === undefined) continue;
    const [kind, ...values] = [kinds[name] ?? kindOf(defaults[name as keyof D])].flat() as [OptionKind, ...unknown[]];
    if (!hasKind(value, kind) && !values.includes(value)) throw wrongType(`${owner}: ${name}`, value, kind, values);
  }
  const options = withDefaults(defaults, given);
  const missing = required.find((name) => options[name as keyof typeof options] === undefined);
  if (missing !== undefined) throw new TypeError(`${owner} needs the option "${missing}"; received undefined.`);
  return options;
};

const checkObject = (owner: string, given: unknown): void => {
  if (!hasKind(given, 'object')) throw wrongType(`the options of ${owner}`, given, 'object');
};

const optionsAre = (kinds: object, defaults: object): string =>
  `its options are ${[...new Set([...Object.keys(kinds), ...Object.keys(defaults)])].join(', ')}`;

const kindOf = (value: unknown): OptionKind => {
  if (Array.isArray(value)) return 'strings';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'function' ? 'function' : 'any';
};

const hasKind = (value: unknown, kind: OptionKind): boolean => {
  if (kind === 'any') return true;
  if (kind === 'choice') return false;
  if (kind === 'array') return Array.isArray(value);
  if (kind === 'strings') return Array.isArray(value) && value.every((each) => typeof each === 'string');
  if (kind === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === kind;
};

const nouns: Readonly<Record<Exclude<OptionKind, 'choice'>, string>> = {
  boolean: 'true or false',
  function: 'a function',
  array: 'an array',
  strings: 'an array of strings',
  object: 'an object',
  any: 'a value',
};

const wrongType = (subject: string, value: unknown, kind: OptionKind, values: readonly unknown[] = []): TypeError => {
  const named = values.map((each) => JSON.stringify(each));
  const allowed = (kind === 'choice' ? named : [nouns[kind], ...named]).join(' or ');
  return new TypeError(`${subject} must be ${allowed}; received ${receivedAs(kind, value)}.`);
};

/** A received value for a message. The values of a choice are texts, so another text is shown without its type. */
const receivedAs = (kind: OptionKind, value: unknown): string => {
  if (kind === 'choice' && typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  if (kind !== 'strings' || !Array.isArray(value)) return shownValue(value);
  return `an array with ${shownValue(value.find((each) => typeof each !== 'string'))}`;
};
