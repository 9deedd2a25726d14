import { FieldSection, type HttpFields } from '@windhover/http';
import type { RequestHead } from '@windhover/http1-codec';

/**
 * The header section of a request, read from its bytes on demand. The first change by middleware copies it into an own
 * section.
 */
export class RequestFields implements HttpFields {
  readonly #head: RequestHead;
  #changed: FieldSection | undefined;

  constructor(head: RequestHead) {
    this.#head = head;
    if (head.overridingHost !== undefined) this.set('Host', head.overridingHost);
  }

  get size(): number {
    return this.#changed === undefined ? this.#head.fieldCount : this.#changed.size;
  }

  get(name: string): string | undefined {
    return this.#changed === undefined ? this.#head.field(name.toLowerCase()) : this.#changed.get(name);
  }

  getAll(name: string): string[] {
    return this.#changed === undefined ? this.#head.fieldValues(name.toLowerCase()) : this.#changed.getAll(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  lines(): string[] {
    return this.#changed === undefined ? this.#head.fieldLines() : this.#changed.lines();
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
    for (let line = 0; line < this.#head.fieldCount; line++) yield this.#head.fieldLine(line);
  }

  #own(): FieldSection {
    return (this.#changed ??= FieldSection.ofReceived(this));
  }
}
