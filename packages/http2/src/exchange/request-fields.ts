import { joinFieldValues } from '@windhover/http';
import { ReceivedFields } from '@windhover/http/exchange';
import type { HeaderField } from '../codec/hpack/header-field.ts';

/** The header section of a request, backed by the decoded fields. */
export class RequestFields extends ReceivedFields {
  readonly #fields: readonly HeaderField[];

  constructor(fields: readonly HeaderField[]) {
    super();
    this.#fields = fields;
  }

  protected override get receivedSize(): number {
    return this.#fields.length;
  }

  protected override receivedValue(key: string): string | undefined {
    let first: string | undefined;
    for (const field of this.#fields) {
      if (field.name !== key) continue;
      if (first !== undefined) return joinFieldValues(key, this.receivedValues(key));
      first = field.value;
    }
    return first;
  }

  protected override receivedValues(key: string): string[] {
    return this.#fields.filter((field) => field.name === key).map(({ value }) => value);
  }

  protected override receivedLines(): string[] {
    const lines: string[] = [];
    for (const { name, value } of this.#fields) lines.push(name, value);
    return lines;
  }

  protected override *eachReceived(): Iterable<readonly [name: string, value: string]> {
    for (const { name, value } of this.#fields) yield [name, value];
  }
}
