import { trimWhitespace } from '@windhover/http';

/** Returns the offset at which the last entry before `end` begins. */
type StartOfLast = (text: string, end: number) => number;

const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const QUOTE = 0x22;

/**
 * A list whose entries are read from the right, because the nearest proxy appends its entry there. Entries further left
 * may come from the client, so they are parsed only if needed: an unclosed quote there does not affect later entries.
 */
export class ListField {
  readonly #text: string;
  readonly #startOfLast: StartOfLast;
  /** The offset after the last remaining entry; -1 if no entry remains. */
  #end: number;
  /** The offset of the last remaining entry; `undefined` until it is first needed. */
  #start: number | undefined;
  /** The number of remaining entries; `undefined` until it is first needed. */
  #count: number | undefined;

  /** @param text the value; several lines of a field are joined by commas, in order */
  private constructor(text: string, startOfLast: StartOfLast) {
    this.#text = text;
    this.#startOfLast = startOfLast;
    this.#end = text.length;
  }

  static plain(text: string): ListField {
    return new ListField(text, startBehindComma);
  }

  /** A list whose entries may have commas in quoted strings. */
  static quoted(text: string): ListField {
    return new ListField(text, startBehindUnquotedComma);
  }

  get isEmpty(): boolean {
    return this.#end === -1;
  }

  /** The last remaining entry, without surrounding whitespace; `undefined` if none remains. An empty entry counts. */
  get last(): string | undefined {
    return this.isEmpty ? undefined : trimWhitespace(this.#text.slice(this.#startOfEntry, this.#end));
  }

  takeLast(): void {
    if (this.isEmpty) return;
    this.#end = this.#startOfEntry - 1;
    this.#start = undefined;
    if (this.#count !== undefined) this.#count--;
  }

  /** The remaining entries as they were sent. */
  get rest(): string {
    return this.isEmpty ? '' : trimWhitespace(this.#text.slice(0, this.#end));
  }

  /** The number of remaining plain entries. */
  get count(): number {
    return (this.#count ??= this.isEmpty ? 0 : plainEntries(this.#text, this.#end));
  }

  get #startOfEntry(): number {
    return (this.#start ??= this.#startOfLast(this.#text, this.#end));
  }
}

const plainEntries = (text: string, end: number): number => {
  let count = 1;
  for (let at = 0; at < end; at++) if (text.charCodeAt(at) === COMMA) count++;
  return count;
};

const startBehindComma: StartOfLast = (text, end) => (end === 0 ? 0 : text.lastIndexOf(',', end - 1) + 1);

/**
 * Reading backwards, a quoted string begins at its closing quote and ends at the next quote without a backslash before
 * it.
 */
const startBehindUnquotedComma: StartOfLast = (text, end) => {
  let isQuoted = false;
  for (let at = end - 1; at >= 0; at--) {
    const char = text.charCodeAt(at);
    if (char === COMMA && !isQuoted) return at + 1;
    if (char === QUOTE && !(isQuoted && text.charCodeAt(at - 1) === BACKSLASH)) isQuoted = !isQuoted;
  }
  return 0;
};
