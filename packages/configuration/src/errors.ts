import { type ValueSource, describeSource } from './value-source.ts';

/** Every code of a problem, with what it says about a key. */
export const configurationErrors = {
  CONFIGURATION_FILE_MISSING: 'a file that was asked for does not exist',
  CONFIGURATION_FILE_UNREADABLE: 'a file exists and cannot be read',
  CONFIGURATION_FILE_AWAY: 'a file that values were read from is missing or empty now',
  CONFIGURATION_JSON_INVALID: 'a file is not JSON (comments and trailing commas are allowed)',
  CONFIGURATION_KEY_DUPLICATE: 'one source sets the same key twice',
  CONFIGURATION_KEY_UNKNOWN: 'no such key is known',
  CONFIGURATION_KEY_MISSING: 'a key that has no default is not set',
  CONFIGURATION_VALUE_INVALID: 'a value has the wrong type or is out of its range',
  CONFIGURATION_ARGUMENT_INVALID: 'an argument is not --key value or --key=value, or has no value',
} as const satisfies Record<`CONFIGURATION_${string}`, string>;

export type ConfigurationErrorCode = keyof typeof configurationErrors;

/** One thing that is wrong. Secrets do not appear in it. */
export interface ConfigurationProblem {
  /** A `ConfigurationErrorCode`, or a code of whoever checked further rules. */
  readonly code: string;
  /** `server.limits.maxRequestLineSize`; empty where no key is to blame. */
  readonly key: string;
  readonly source: ValueSource;
  /** The sentence, without source and code. */
  readonly message: string;
  /** What was found: JSON in one line, or what kind of thing it is. */
  readonly found?: string;
  /** What is allowed, in words. */
  readonly allowed?: string;
  /** The known key that is nearest to an unknown one. */
  readonly nearest?: string;
}

/** `windhover.json:3:11: threads is "four", and has to be a whole number from 1 on (CONFIGURATION_VALUE_INVALID)` */
export const formatProblem = ({ source, message, code }: ConfigurationProblem): string => {
  const place = source.kind === 'default' ? '' : `${describeSource(source)}: `;
  return `${place}${message} (${code})`;
};

/** The configuration cannot be used. Its message is for people, one line for each problem; programs look at `problems`. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** Everything that is wrong, at least one. */
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
