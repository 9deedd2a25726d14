import { type LogLevel, defaultLogLevel, logLevels } from './logger.ts';

/** Minimum log levels. */
export interface LogLevels {
  /** Minimum level of entries without a category level. Default `info`. */
  readonly level?: LogLevel;
  /**
   * Minimum level by category, including subcategories: `windhover.server` also applies to
   * `windhover.server.connections`.
   */
  readonly categories?: Readonly<Record<string, LogLevel>>;
}

/**
 * Levels by category, which may change while loggers use them. The longest matching name applies.
 *
 * Source: .NET `LoggerFilterOptions`
 */
export class LogFilter {
  #level!: number;
  #categories!: readonly (readonly [name: string, level: number])[];
  readonly #known = new Map<string | undefined, number>();

  constructor(levels: LogLevels) {
    this.change(levels);
  }

  /** @throws RangeError for an unknown level; the levels are unchanged then */
  change({ level = defaultLogLevel, categories = {} }: LogLevels): void {
    const least = indexOf(level);
    const byCategory = Object.entries(categories)
      .map(([name, each]) => [name, indexOf(each)] as const)
      .toSorted(([a], [b]) => b.length - a.length);
    this.#known.clear();
    this.#level = least;
    this.#categories = byCategory;
  }

  isEnabled(level: LogLevel, category: string | undefined): boolean {
    let least = this.#known.get(category);
    if (least === undefined) {
      least = this.#leastOf(category);
      this.#known.set(category, least);
    }
    return logLevels.indexOf(level) >= least;
  }

  #leastOf(category: string | undefined): number {
    if (category === undefined) return this.#level;
    const rule = this.#categories.find(([name]) => category === name || category.startsWith(`${name}.`));
    return rule === undefined ? this.#level : rule[1];
  }
}

/** An unknown level would be below all others, and every entry would be written. */
const indexOf = (level: LogLevel): number => {
  const index = logLevels.indexOf(level);
  if (index !== -1) return index;
  throw new RangeError(`a log level must be one of ${logLevels.join(', ')}; received ${JSON.stringify(level)}`);
};
