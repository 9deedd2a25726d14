import { escapedText } from './escaped-text.ts';
import type { Logger } from './logger.ts';

/** What `consoleLogger` writes. */
export interface ConsoleLoggerOptions {
  /** Whether `debug` lines are written. Default false. */
  readonly debug?: boolean;
}

/**
 * The default logger: readable lines, `info` and `debug` to stdout, `warn` and `error` to stderr. A message stands
 * alone where it is an `info`, else behind its level; details follow as `name=value`, an error in indented lines.
 * Whatever is in message, details and error is escaped: one call never looks like two.
 */
export const consoleLogger = ({ debug = false }: ConsoleLoggerOptions = {}): Logger => ({
  debug: (details, message) => {
    if (debug) console.log(linesOf(`debug: ${escapedText(message)}`, details));
  },
  info: (_details, message) => console.log(escapedText(message)),
  warn: (details, message) => console.error(linesOf(`warn: ${escapedText(message)}`, details)),
  error: (details, message) => console.error(linesOf(`error: ${escapedText(message)}`, details)),
});

const linesOf = (message: string, details: object): string => {
  let line = message;
  let below = '';
  for (const [name, value] of Object.entries(details)) {
    if (value instanceof Error) below += errorLines(value);
    else if (value !== undefined) line += ` ${escapedText(`${name}=${valueText(value)}`)}`;
  }
  return line + below;
};

/** Text in quotes, so that blanks in it do not look like the next detail; values that JSON cannot show as they print. */
const valueText = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};

/** A chain of causes ends here, should it be a ring. */
const deepestCause = 5;

const errorLines = (error: Error, depth = 0): string => {
  const text = error.stack ?? `${error.name}: ${error.message}`;
  const lines = text.split('\n').map((line) => `\n    ${escapedText(line)}`);
  const { cause } = error;
  if (!(cause instanceof Error) || depth === deepestCause) return lines.join('');
  return `${lines.join('')}\n    caused by${errorLines(cause, depth + 1)}`;
};
