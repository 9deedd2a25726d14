import type { LogLevel, Logger } from '@windhover/hosting';

/** One log entry of the host, the server or the application. */
export interface TestLogEntry {
  readonly level: Exclude<LogLevel, 'silent'>;
  readonly message: string;
  /** Details of the entry; an error is in `err`. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** A logger that keeps every entry of a run, `debug` included. */
export class TestLog implements Logger {
  readonly entries: TestLogEntry[] = [];
  readonly #bindings: object;

  /** @param bindings details that are added to each entry */
  constructor(bindings: object = {}, entries: TestLogEntry[] = []) {
    this.#bindings = bindings;
    this.entries = entries;
  }

  debug(details: object, message: string): void {
    this.#add('debug', details, message);
  }

  info(details: object, message: string): void {
    this.#add('info', details, message);
  }

  warn(details: object, message: string): void {
    this.#add('warn', details, message);
  }

  error(details: object, message: string): void {
    this.#add('error', details, message);
  }

  child(details: object): TestLog {
    return new TestLog({ ...this.#bindings, ...details }, this.entries);
  }

  #add(level: TestLogEntry['level'], details: object, message: string): void {
    this.entries.push({ level, message, details: { ...this.#bindings, ...details } });
  }
}
