import type { Logger } from '@windhover/hosting';

/** One call of a logger. */
export interface LogEntry {
  readonly level: keyof Logger;
  readonly details: object;
  readonly message: string;
}

/** A logger that records its calls. */
export class RecordingLogger implements Logger {
  readonly entries: LogEntry[] = [];

  debug(details: object, message: string): void {
    this.entries.push({ level: 'debug', details, message });
  }

  info(details: object, message: string): void {
    this.entries.push({ level: 'info', details, message });
  }

  warn(details: object, message: string): void {
    this.entries.push({ level: 'warn', details, message });
  }

  error(details: object, message: string): void {
    this.entries.push({ level: 'error', details, message });
  }
}
