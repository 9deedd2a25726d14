import { type ValueSource, describeSource } from './value-source.ts';

/** The codes of configuration problems, each with its meaning. */
export const configurationErrors = {
  CONFIGURATION_FILE_MISSING: 'a required file is missing, or a file read before is missing or empty',
  CONFIGURATION_FILE_UNREADABLE: 'a file exists but cannot be read',
  CONFIGURATION_JSON_INVALID: 'a file is not JSON (comments and trailing commas are allowed)',
  CONFIGURATION_KEY_DUPLICATE: 'one source sets the same key twice',
  CONFIGURATION_KEY_UNKNOWN: 'a key is unknown',
  CONFIGURATION_KEY_MISSING: 'a required key is not set',
  CONFIGURATION_VALUE_INVALID: 'a value has the wrong type or is out of its range',
  CONFIGURATION_ARGUMENT_INVALID: 'an argument is not --key value or --key=value, or has no value',
} as const satisfies Record<`CONFIGURATION_${string}`, string>;

export type ConfigurationErrorCode = keyof typeof configurationErrors;

/** One problem of a configuration. It contains no secrets. */
export interface ConfigurationProblem {
  /** A `ConfigurationErrorCode`, or the code of a further check. */
  readonly code: string;
  /** The key at fault, e.g. `server.limits.maxRequestLineSize`; empty if the problem concerns no key. */
  readonly key: string;
  readonly source: ValueSource;
  /** The message without source and code. */
  readonly message: string;
  /** The value found: JSON in one line, or its kind. */
  readonly found?: string;
  /** A description of the allowed values. */
  readonly allowed?: string;
  /** The known key that is most similar to an unknown key. */
  readonly nearest?: string;
}

/** `windhover.json:3:11: threads is "four"; it must be an integer of at least 1 (CONFIGURATION_VALUE_INVALID)` */
export const formatProblem = ({ source, message, code }: ConfigurationProblem): string => {
  const place = source.kind === 'default' ? '' : `${describeSource(source)}: `;
  return `${place}${message} (${code})`;
};

/** The configuration cannot be used. The message is for people, one line for each problem; code reads `problems`. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** All problems, at least one. */
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(messageOf(problems.map(formatProblem)));
    this.problems = problems;
  }

  /** The code of the first problem. */
  get code(): string {
    return this.problems[0]!.code;
  }
}

const messageOf = (lines: readonly string[]): string =>
  lines.length === 1 ? lines[0]! : [`the configuration has ${lines.length} problems:`, ...lines].join('\n  ');
