import { constants } from 'node:os';
import type { ScreenSize } from './top-screen.ts';

const enter = '\u001B[?1049h\u001B[?25l';
const leave = '\u001B[?25h\u001B[?1049l';
const home = '\u001B[H';
const clearRight = '\u001B[K';
const clearBelow = '\u001B[J';

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * The alternate screen of the terminal; each frame replaces the previous one. The terminal is always restored at the
 * end.
 */
export class TerminalScreen implements Disposable {
  readonly #quit: () => void;
  #isOpen = true;

  /** @param quit called for q, Ctrl+C and signals */
  constructor(quit: () => void) {
    this.#quit = quit;
    process.stdout.write(enter);
    process.once('exit', this.#restore);
    for (const signal of signals) process.once(signal, this.#end);
    if (!process.stdin.isTTY) return;
    process.stdin.setRawMode(true).on('data', this.#read).unref();
  }

  get size(): ScreenSize {
    // A pseudo-terminal whose size was not set has 0 columns.
    return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
  }

  show(lines: readonly string[]): void {
    process.stdout.write(`${home}${lines.join(`${clearRight}\r\n`)}${clearRight}${clearBelow}`);
  }

  readonly #read = (keys: Buffer): void => {
    if (keys.includes('q')) this.#quit();
    // In raw mode, Ctrl+C is input.
    if (keys.includes(3)) this.#end('SIGINT');
  };

  readonly #end = (signal: NodeJS.Signals): void => {
    process.exitCode = 128 + constants.signals[signal];
    this.#quit();
  };

  readonly #restore = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    process.stdout.write(leave);
  };

  [Symbol.dispose](): void {
    this.#restore();
    process.removeListener('exit', this.#restore);
    for (const signal of signals) process.removeListener(signal, this.#end);
    process.stdin.removeListener('data', this.#read).pause();
  }
}
