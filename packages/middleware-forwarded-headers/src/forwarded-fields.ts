import type { HttpFields } from '@windhover/http';
import { readForwardedElement } from './forwarded-element.ts';
import { ListField } from './list-field.ts';
import type { ForwardedName } from './options.ts';

/**
 * The forwarded values of a request, one proxy at a time. The nearest proxy is first: its entries are last in the
 * fields.
 */
export interface ForwardedFields {
  /** Whether no entry remains. */
  readonly isEmpty: boolean;
  /** Whether the entry of the current proxy can be parsed. */
  readonly isWellFormed: boolean;
  /** Whether the current proxy has a value for each of the names, and all fields have the same number of entries. */
  isSymmetric(names: readonly ForwardedName[]): boolean;
  /** The value of the current proxy for a name, if any. */
  value(name: ForwardedName): string | undefined;
  /** Continues with the proxy before the current one. */
  takeLast(): void;
  /** Removes the entries that were taken from the fields of the request. @param names the names that were used */
  keepRest(headers: HttpFields, names: readonly ForwardedName[]): void;
}

const fieldNames: Readonly<Record<ForwardedName, string>> = {
  for: 'x-forwarded-for',
  proto: 'x-forwarded-proto',
  host: 'x-forwarded-host',
  prefix: 'x-forwarded-prefix',
};

/** `X-Forwarded-For` and related fields: one field for each name, whose last entries belong together. */
export class XForwardedFields implements ForwardedFields {
  readonly #lists: ReadonlyMap<ForwardedName, ListField>;
  readonly isWellFormed = true;

  /** @returns `undefined` if the request has no such field */
  static of(headers: HttpFields, names: readonly ForwardedName[]): XForwardedFields | undefined {
    let lists: Map<ForwardedName, ListField> | undefined;
    for (const name of names) {
      const value = headers.get(fieldNames[name]);
      if (value !== undefined) (lists ??= new Map()).set(name, ListField.plain(value));
    }
    return lists && new XForwardedFields(lists);
  }

  private constructor(lists: ReadonlyMap<ForwardedName, ListField>) {
    this.#lists = lists;
  }

  get isEmpty(): boolean {
    for (const list of this.#lists.values()) if (!list.isEmpty) return false;
    return true;
  }

  isSymmetric(names: readonly ForwardedName[]): boolean {
    const counts = new Set(names.map((name) => this.#lists.get(name)?.count));
    return counts.size === 1;
  }

  value(name: ForwardedName): string | undefined {
    return this.#lists.get(name)?.last;
  }

  takeLast(): void {
    for (const list of this.#lists.values()) list.takeLast();
  }

  keepRest(headers: HttpFields, names: readonly ForwardedName[]): void {
    for (const name of names) keep(headers, fieldNames[name], this.#lists.get(name)!);
  }
}

/** The field `Forwarded`: one element for each proxy. Source: RFC 7239 section 4 */
export class ForwardedField implements ForwardedFields {
  readonly #list: ListField;
  /** The parameters of the last element, parsed on first use; `undefined` if the element is malformed. */
  #element: ReadonlyMap<string, string> | undefined;
  #isRead = false;

  /** @returns `undefined` if the request has no such field */
  static of(headers: HttpFields): ForwardedField | undefined {
    const value = headers.get('forwarded');
    return value === undefined ? undefined : new ForwardedField(ListField.quoted(value));
  }

  private constructor(list: ListField) {
    this.#list = list;
  }

  get isEmpty(): boolean {
    return this.#list.isEmpty;
  }

  get isWellFormed(): boolean {
    return this.#read() !== undefined;
  }

  isSymmetric(names: readonly ForwardedName[]): boolean {
    return names.every((name) => this.value(name) !== undefined);
  }

  value(name: ForwardedName): string | undefined {
    return this.#read()?.get(name);
  }

  takeLast(): void {
    this.#list.takeLast();
    this.#isRead = false;
  }

  keepRest(headers: HttpFields): void {
    keep(headers, 'forwarded', this.#list);
  }

  #read(): ReadonlyMap<string, string> | undefined {
    if (!this.#isRead) {
      this.#element = readForwardedElement(this.#list.last ?? '');
      this.#isRead = true;
    }
    return this.#element;
  }
}

const keep = (headers: HttpFields, name: string, { rest }: ListField): void => {
  if (rest === '') headers.delete(name);
  else headers.set(name, rest);
};
