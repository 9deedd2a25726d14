import { FieldKind, isFieldValue, kindOfName } from './field-kind.ts';

/** What a field counts in tables and lists beside its name and value (RFC 7541 4.1, RFC 9113 6.5.2). */
export const fieldOverhead = 32;

/**
 * One field line, as it lies in the static table, the dynamic table and header lists. All of them share the object:
 * a reference to a table entry allocates nothing and checks nothing again.
 */
export class HeaderField {
  readonly name: string;
  readonly value: string;
  /** What the name means, for fields that take their name from this entry. */
  readonly nameKind: FieldKind;
  readonly kind: FieldKind;

  constructor(name: string, nameKind: FieldKind, value: string) {
    this.name = name;
    this.value = value;
    this.nameKind = nameKind;
    this.kind = nameKind === FieldKind.invalidName || isFieldValue(value) ? nameKind : FieldKind.invalidValue;
  }

  static of(name: string, value: string): HeaderField {
    return new HeaderField(name, kindOfName(name), value);
  }

  /** Bytes that the field counts in tables and lists. */
  get size(): number {
    return this.name.length + this.value.length + fieldOverhead;
  }
}
