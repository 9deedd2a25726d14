import { HttpError } from './errors.ts';
import { type FieldName, checkFieldValue, fieldKey, fieldLine, fieldName, receivedName } from './field-name.ts';

/**
 * A field section: field lines in order. Names keep their spelling and are compared case-insensitively. Iterating gives
 * each line as `[name, value]`.
 *
 * Source: RFC 9110 section 5; Kestrel `IHeaderDictionary`.
 */
export interface HttpFields extends Iterable<readonly [name: string, value: string]> {
  /** Number of field lines. */
  readonly size: number;
  /**
   * The value of a field, its lines joined by `, ` (by `; ` for Cookie); `undefined` if the field is absent. Use
   * `getAll` for Set-Cookie, whose lines cannot be joined.
   */
  get(name: string): string | undefined;
  /** The values of all lines of a field, in order. */
  getAll(name: string): string[];
  has(name: string): boolean;
  /** All lines in one new array: `[name, value, name, value, …]`. Costs less than iterating. */
  lines(): string[];
  /**
   * Replaces all lines of a field. An array adds one line per member; an empty array removes the field.
   *
   * @throws HttpError `HTTP_FIELD_NAME_INVALID`, `HTTP_FIELD_VALUE_INVALID`, `HTTP_RESPONSE_STARTED`
   */
  set(name: string, value: string | number | readonly string[]): void;
  /** Adds a line at the end. Throws the errors of `set`. */
  append(name: string, value: string | number): void;
  /** Removes all lines of a field. @returns whether the field existed */
  delete(name: string): boolean;
}

/** Joins the lines of one field into one value (RFC 9110 5.3, RFC 6265 5.4). */
export const joinFieldValues = (key: string, values: readonly string[]): string =>
  values.join(key === 'cookie' ? '; ' : ', ');

/** Decides whether a field section may be changed. */
export interface FieldSectionGuard {
  /** Throws to refuse a change. @param name the field that is changed, `undefined` for all fields */
  beforeChange(name: string | undefined): void;
}

/** A field section that the application fills: response headers or trailers. */
export class FieldSection implements HttpFields {
  /** `[name, value, name, value, …]` */
  #lines: (FieldName | string)[] | undefined;
  #roles = 0;
  readonly #guard: FieldSectionGuard | undefined;

  /** @param guard called before every change */
  constructor(guard?: FieldSectionGuard) {
    this.#guard = guard;
  }

  /** Makes a section from lines that a decoder has checked. Names sent by the peer are not cached. */
  static ofReceived(lines: Iterable<readonly [name: string, value: string]>): FieldSection {
    const section = new FieldSection();
    for (const [name, value] of lines) {
      const received = receivedName(name);
      section.#roles |= received.role;
      (section.#lines ??= []).push(received, value);
    }
    return section;
  }

  /** Bits of the `FieldRole` fields in the section. */
  get roles(): number {
    return this.#roles;
  }

  get size(): number {
    return this.#lines === undefined ? 0 : this.#lines.length / 2;
  }

  get(name: string): string | undefined {
    const lines = this.#lines;
    if (lines === undefined) return undefined;
    const key = fieldKey(name);
    let first: string | undefined;
    for (let at = 0; at < lines.length; at += 2) {
      if ((lines[at] as FieldName).key !== key) continue;
      if (first !== undefined) return joinFieldValues(key, this.getAll(name));
      first = lines[at + 1] as string;
    }
    return first;
  }

  getAll(name: string): string[] {
    const key = fieldKey(name);
    const values: string[] = [];
    const lines = this.#lines ?? [];
    for (let at = 0; at < lines.length; at += 2) {
      if ((lines[at] as FieldName).key === key) values.push(lines[at + 1] as string);
    }
    return values;
  }

  has(name: string): boolean {
    return this.#lines !== undefined && indexOf(this.#lines, fieldKey(name)) !== -1;
  }

  lines(): string[] {
    const lines = this.#lines ?? [];
    const texts: string[] = [];
    for (let at = 0; at < lines.length; at += 2) texts.push((lines[at] as FieldName).text, lines[at + 1] as string);
    return texts;
  }

  set(name: string, value: string | number | readonly string[]): void {
    this.#guard?.beforeChange(name);
    if (typeof value === 'string') this.#setOne(fieldName(name), value);
    else if (typeof value === 'number') this.#setOne(fieldName(name), String(value));
    else this.#setLines(fieldName(name), checkedLines(name, value));
  }

  append(name: string, value: string | number): void {
    this.#guard?.beforeChange(name);
    this.#add(fieldName(name), typeof value === 'number' ? String(value) : checkedText(name, value));
  }

  delete(name: string): boolean {
    this.#guard?.beforeChange(name);
    if (this.#lines === undefined || !removeAll(this.#lines, fieldKey(name))) return false;
    this.#roles = rolesOf(this.#lines);
    return true;
  }

  /** Removes every line. */
  clear(): void {
    this.#guard?.beforeChange(undefined);
    this.#lines = undefined;
    this.#roles = 0;
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    const lines = this.#lines ?? [];
    for (let at = 0; at < lines.length; at += 2) yield [(lines[at] as FieldName).text, lines[at + 1] as string];
  }

  /** Name of a line in lower case. @param line from 0 to `size` - 1 */
  keyAt(line: number): string {
    return (this.#lines![line * 2] as FieldName).key;
  }

  /** Value of a line. @param line from 0 to `size` - 1 */
  valueAt(line: number): string {
    return this.#lines![line * 2 + 1] as string;
  }

  /** All lines as sent, each with its CRLF; an empty string if there are none. */
  toWire(): string {
    const lines = this.#lines;
    if (lines === undefined) return '';
    let text = '';
    for (let at = 0; at < lines.length; at += 2) text += fieldLine(lines[at] as FieldName, lines[at + 1] as string);
    return text;
  }

  #setOne(name: FieldName, value: string): void {
    const lines = this.#lines;
    if (lines === undefined) {
      this.#add(name, value);
      return;
    }
    const at = indexOf(lines, name.key);
    if (at === -1) {
      this.#add(name, value);
      return;
    }
    checkFieldValue(name, value);
    lines[at] = name;
    lines[at + 1] = value;
    removeAll(lines, name.key, at + 2);
  }

  #setLines(name: FieldName, values: readonly string[]): void {
    for (const value of values) checkFieldValue(name, value);
    this.delete(name.key);
    for (const value of values) this.#add(name, value);
  }

  #add(name: FieldName, value: string): void {
    checkFieldValue(name, value);
    this.#roles |= name.role;
    if (this.#lines === undefined) this.#lines = [name, value];
    else this.#lines.push(name, value);
  }
}

/** A header from JavaScript without types may be `undefined`, whose text must not be sent. */
const checkedText = (name: string, value: unknown): string => {
  if (typeof value === 'string') return value;
  throw new HttpError(
    'HTTP_FIELD_VALUE_INVALID',
    `${name} must be a string, a number or an array of strings; received ${value === null ? 'null' : typeof value}`,
  );
};

const checkedLines = (name: string, values: readonly string[]): readonly string[] => {
  if (!Array.isArray(values)) checkedText(name, values);
  for (const value of values) checkedText(name, value);
  return values;
};

const indexOf = (lines: readonly (FieldName | string)[], key: string): number => {
  for (let at = 0; at < lines.length; at += 2) if ((lines[at] as FieldName).key === key) return at;
  return -1;
};

const rolesOf = (lines: readonly (FieldName | string)[]): number => {
  let roles = 0;
  for (let at = 0; at < lines.length; at += 2) roles |= (lines[at] as FieldName).role;
  return roles;
};

const removeAll = (lines: (FieldName | string)[], key: string, from = 0): boolean => {
  let kept = from;
  for (let at = from; at < lines.length; at += 2) {
    if ((lines[at] as FieldName).key === key) continue;
    lines[kept++] = lines[at]!;
    lines[kept++] = lines[at + 1]!;
  }
  const removed = kept < lines.length;
  lines.length = kept;
  return removed;
};
