import { resolveOptions } from '@windhover/connections';
import { jsonEntry } from './json-entry.ts';
import { LogFilter, type LogLevels } from './log-filter.ts';
import type { LogLevel, Logger } from './logger.ts';
import { type Paint, colourPaint, plainPaint, usesColour } from './terminal-colour.ts';
import { textEntry } from './text-entry.ts';

/** Options of `consoleLogger`. */
export interface ConsoleLoggerOptions extends LogLevels {
  /**
   * `text` for people or `json` for programs, one line for each entry; `auto` is text if stdout is a terminal. Default
   * `auto`.
   */
  readonly format?: 'auto' | 'text' | 'json';
  /** Whether text is coloured. Default: on a terminal, subject to `FORCE_COLOR` and `NO_COLOR`. */
  readonly colour?: boolean;
}

/** The default logger of a host. Its levels can change at run time. */
export interface ConsoleLogger extends Logger {
  child(details: object): ConsoleLogger;
  isLevelEnabled(level: string): boolean;
  /** Replaces the levels, here and in every child. */
  changeLevels(levels: LogLevels): void;
}

/**
 * Creates the default logger. As text, `debug` and `info` go to stdout, `warn` and `error` to stderr; as JSON,
 * everything goes to stdout. Message, details and errors are escaped, so that one call never looks like two.
 *
 * @throws RangeError for an unknown level
 * @throws TypeError for an unknown option or format, and for a value of a wrong type
 */
export const consoleLogger = (given: ConsoleLoggerOptions = {}): ConsoleLogger => {
  const options = resolveOptions('consoleLogger', consoleLoggerDefaults, given, rules);
  const { format } = options;
  const isJson = format === 'json' || (format === 'auto' && !process.stdout.isTTY);
  return new LineLogger(new LogFilter(options), isJson ? writeJson : textWriter(options.colour), {});
};

const consoleLoggerDefaults = { format: 'auto' } as const;

const rules = {
  kinds: { format: ['choice', 'auto', 'text', 'json'], colour: 'boolean', level: 'any', categories: 'object' },
  instead: { color: 'colour', levels: 'categories' },
} as const;

type Write = (level: LogLevel, details: object, message: string) => void;

// The console, not the streams: it ignores a closed pipe.

const writeJson: Write = (level, details, message) => console.log(jsonEntry(level, new Date(), details, message));

const textWriter = (colour: boolean | undefined): Write => {
  const paintFor = (stream: NodeJS.WriteStream): Paint =>
    (colour ?? usesColour(stream.isTTY, process.env)) ? colourPaint : plainPaint;
  return (level, details, message) => {
    if (level === 'debug' || level === 'info')
      console.log(textEntry(level, details, message, paintFor(process.stdout)));
    else console.error(textEntry(level, details, message, paintFor(process.stderr)));
  };
};

class LineLogger implements ConsoleLogger {
  readonly #filter: LogFilter;
  readonly #write: Write;
  readonly #details: object;
  readonly #category: string | undefined;

  constructor(filter: LogFilter, write: Write, details: { readonly category?: unknown }) {
    this.#filter = filter;
    this.#write = write;
    this.#details = details;
    this.#category = typeof details.category === 'string' ? details.category : undefined;
  }

  debug(details: object, message: string): void {
    this.#log('debug', details, message);
  }

  info(details: object, message: string): void {
    this.#log('info', details, message);
  }

  warn(details: object, message: string): void {
    this.#log('warn', details, message);
  }

  error(details: object, message: string): void {
    this.#log('error', details, message);
  }

  #log(level: LogLevel, details: object, message: string): void {
    if (this.isLevelEnabled(level)) this.#write(level, { ...this.#details, ...details }, message);
  }

  child(details: object): ConsoleLogger {
    return new LineLogger(this.#filter, this.#write, { ...this.#details, ...details });
  }

  isLevelEnabled(level: string): boolean {
    return this.#filter.isEnabled(level as LogLevel, this.#category);
  }

  changeLevels(levels: LogLevels): void {
    this.#filter.change(levels);
  }
}
