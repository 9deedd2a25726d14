// oxlint-disable vitest/no-standalone-expect -- tests call it
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { runExample } from './run-example.ts';

/** A page of a package, for tests that compare it with the code. */
export class Readme {
  readonly text: string;
  readonly #folder: URL;

  /** @param testUrl `import.meta.url` of a test in the `test` folder of the package */
  constructor(testUrl: string, name = 'README.md') {
    this.#folder = new URL('../', testUrl);
    this.text = this.#read(name);
  }

  /** The rows of the table below a level-two heading, cell by cell, without the head. */
  tableUnder(heading: string): string[][] {
    const section = this.text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
    if (section === undefined) throw new Error(`there is no heading "## ${heading}"`);
    const rows = [...section.matchAll(/^\| (.*) \|$/gm)].map(([, row]) => row!.split(' | ').map((cell) => cell.trim()));
    return rows.slice(2);
  }

  /** Same as `tableUnder`, without backticks. */
  plainTableUnder(heading: string): string[][] {
    return this.tableUnder(heading).map((row) => row.map((cell) => cell.replaceAll('`', '')));
  }

  /** The options in the table below a heading, with their defaults as text. */
  optionsUnder(heading: string): Record<string, string> {
    return Object.fromEntries(this.plainTableUnder(heading).map(([name, value]) => [name, value!]));
  }

  /** Formats defaults like `optionsUnder`: functions and `undefined` are empty, lists are joined by commas. */
  shownDefaults(defaults: object): Record<string, string> {
    return Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, shown(value)]));
  }

  /**
   * Expects that the page shows an example unchanged, and that running it prints the comments at the start of its
   * lines.
   */
  async expectExample(path: string): Promise<void> {
    expect(this.text).toContain(`\`\`\`ts\n${this.#read(path)}\`\`\``);
    const { logged, expected } = await runExample(new URL(path, this.#folder));
    expect(logged).toEqual(expected);
  }

  #read(path: string): string {
    return readFileSync(new URL(path, this.#folder), 'utf8');
  }
}

const shown = (value: unknown): string => {
  if (value === undefined || typeof value === 'function') return '';
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
};
