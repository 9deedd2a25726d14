import { FieldKind, isFieldValue, kindOfName } from './field-kind.ts';

/** Size of a field in tables and lists, in addition to its name and value (RFC 7541 4.1, RFC 9113 6.5.2). */
export const fieldOverhead = 32;

/**
 * One field line in the static table, the dynamic table and header lists, which share the object: a reference to a
 * table entry allocates nothing and needs no second check.
 */
export class HeaderField {
  readonly name: string;
  readonly value: string;
  /** Kind of the name, for fields that take their name from this entry. */
  readonly nameKind: FieldKind;
  readonly kind: FieldKind;

  /** @param hasValidValue whether the value is a field value, if that is known */
  constructor(name: string, nameKind: FieldKind, value: string, hasValidValue: boolean = isFieldValue(value)) {
    this.name = name;
    this.value = value;
    this.nameKind = nameKind;
    this.kind = hasValidValue || nameKind === FieldKind.invalidName ? nameKind : FieldKind.invalidValue;
  }

  static of(name: string, value: string): HeaderField {
    return new HeaderField(name, kindOfName(name), value);
  }

  /** Size of the field in tables and lists, in bytes. */
  get size(): number {
    return this.name.length + this.value.length + fieldOverhead;
  }
}
