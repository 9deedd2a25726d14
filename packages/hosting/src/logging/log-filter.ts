import { type LogLevel, defaultLogLevel, logLevels } from './logger.ts';

/** Which entries are written. */
export interface LogLevels {
  /** The least level where no category says otherwise. Default `info`. */
  readonly level?: LogLevel;
  /** The least level of a category and of those below it: `windhover.server` holds for `windhover.server.connections`. */
  readonly categories?: Readonly<Record<string, LogLevel>>;
}

/**
 * Levels by category, which may change while loggers use them. The longest name that fits counts.
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

  change({ level = defaultLogLevel, categories = {} }: LogLevels): void {
    this.#known.clear();
    this.#level = logLevels.indexOf(level);
    this.#categories = Object.entries(categories)
      .map(([name, least]) => [name, logLevels.indexOf(least)] as const)
      .toSorted(([a], [b]) => b.length - a.length);
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
