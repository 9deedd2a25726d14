import { ReceivedFields } from '@windhover/http/exchange';
import type { RequestHead } from '@windhover/http1-codec';

/** The header section of a request, read from the text of its head. */
export class RequestFields extends ReceivedFields {
  readonly #head: RequestHead;

  constructor(head: RequestHead) {
    super();
    this.#head = head;
    if (head.overridingHost !== undefined) this.set('Host', head.overridingHost);
  }

  protected override get receivedSize(): number {
    return this.#head.fieldCount;
  }

  protected override receivedValue(key: string): string | undefined {
    return this.#head.field(key);
  }

  protected override receivedValues(key: string): string[] {
    return this.#head.fieldValues(key);
  }

  protected override receivedLines(): string[] {
    return this.#head.fieldLines();
  }

  protected override *eachReceived(): Iterable<readonly [name: string, value: string]> {
    for (let line = 0; line < this.#head.fieldCount; line++) yield this.#head.fieldLine(line);
  }
}
