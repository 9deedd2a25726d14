import { FieldSection, type HttpFields } from '../http-fields.ts';

/**
 * The header section of a request, read from what its protocol has received. The first change by middleware copies it into
 * an own section.
 *
 * Its private member is declared, not `#private`, for the same reason as in `ExchangeResponse`.
 */
export abstract class ReceivedFields implements HttpFields {
  declare private _changed: FieldSection | undefined;

  constructor() {
    this._changed = undefined;
  }

  // Provided by the protocol

  /** Number of received field lines. */
  protected abstract get receivedSize(): number;
  /** The value of a received field, its lines joined. @param key in lower case */
  protected abstract receivedValue(key: string): string | undefined;
  /** The values of all lines of a received field, in order. @param key in lower case */
  protected abstract receivedValues(key: string): string[];
  /** All received lines: `[name, value, name, value, …]`. */
  protected abstract receivedLines(): string[];
  /** All received lines, one by one. */
  protected abstract eachReceived(): Iterable<readonly [name: string, value: string]>;

  // HttpFields

  get size(): number {
    return this._changed === undefined ? this.receivedSize : this._changed.size;
  }

  get(name: string): string | undefined {
    return this._changed === undefined ? this.receivedValue(name.toLowerCase()) : this._changed.get(name);
  }

  getAll(name: string): string[] {
    return this._changed === undefined ? this.receivedValues(name.toLowerCase()) : this._changed.getAll(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  lines(): string[] {
    return this._changed === undefined ? this.receivedLines() : this._changed.lines();
  }

  set(name: string, value: string | number | readonly string[]): void {
    this.own().set(name, value);
  }

  append(name: string, value: string | number): void {
    this.own().append(name, value);
  }

  delete(name: string): boolean {
    return this.own().delete(name);
  }

  [Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    return (this._changed ?? this.eachReceived())[Symbol.iterator]();
  }

  private own(): FieldSection {
    return (this._changed ??= FieldSection.ofReceived(this));
  }
}
