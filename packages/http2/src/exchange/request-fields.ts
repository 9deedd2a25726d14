import { FieldSection, type HttpFields, joinFieldValues } from '@windhover/http';
import type { HeaderField } from '../codec/hpack/header-field.ts';

/**
 * The header section of a request, backed by the decoded fields. The first change by middleware copies them into an own
 * section.
 */
export class RequestFields implements HttpFields {
  readonly #fields: readonly HeaderField[];
  #changed: FieldSection | undefined;

  constructor(fields: readonly HeaderField[]) {
    this.#fields = fields;
  }

  get size(): number {
    return this.#changed === undefined ? this.#fields.length : this.#changed.size;
  }

  get(name: string): string | undefined {
    if (this.#changed !== undefined) return this.#changed.get(name);
    const key = name.toLowerCase();
    let first: string | undefined;
    for (const field of this.#fields) {
      if (field.name !== key) continue;
      if (first !== undefined) return joinFieldValues(key, this.getAll(key));
      first = field.value;
    }
    return first;
  }

  getAll(name: string): string[] {
    if (this.#changed !== undefined) return this.#changed.getAll(name);
    const key = name.toLowerCase();
    return this.#fields.filter((field) => field.name === key).map(({ value }) => value);
  }

  has(name: string): boolean {
    if (this.#changed !== undefined) return this.#changed.has(name);
    const key = name.toLowerCase();
    return this.#fields.some((field) => field.name === key);
  }

  lines(): string[] {
    if (this.#changed !== undefined) return this.#changed.lines();
    const lines: string[] = [];
    for (const { name, value } of this.#fields) lines.push(name, value);
    return lines;
  }

  set(name: string, value: string | number | readonly string[]): void {
    this.#own().set(name, value);
  }

  append(name: string, value: string | number): void {
    this.#own().append(name, value);
  }

  delete(name: string): boolean {
    return this.#own().delete(name);
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    if (this.#changed !== undefined) return yield* this.#changed;
    for (const { name, value } of this.#fields) yield [name, value];
  }

  #own(): FieldSection {
    return (this.#changed ??= FieldSection.ofReceived(this));
  }
}
