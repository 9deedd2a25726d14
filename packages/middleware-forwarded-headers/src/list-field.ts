import { trimWhitespace } from '@windhover/http';

/** Where the last entry of the text before `end` begins. */
type StartOfLast = (text: string, end: number) => number;

const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const QUOTE = 0x22;

/**
 * A list whose entries are taken from the right, where the nearest proxy has put its own. What stands further left may
 * have been made up by a client, so it is not even looked at unless asked for: a quote that is never closed there closes nothing here.
 */
export class ListField {
  readonly #text: string;
  readonly #startOfLast: StartOfLast;
  /** The offset after the last remaining entry; -1 if no entry remains. */
  #end: number;
  /** The offset of the last remaining entry; `undefined` until it is first needed. */
  #start: number | undefined;
  /** Counted once, and kept by `takeLast`: each hop of a chain asks for it. */
  #count: number | undefined;

  /** @param text the value; several lines of a field joined by commas, in their order */
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

  /** The last entry that is left, without the whitespace around it. Empty entries are entries. */
  get last(): string | undefined {
    return this.isEmpty ? undefined : trimWhitespace(this.#text.slice(this.#startOfEntry, this.#end));
  }

  takeLast(): void {
    if (this.isEmpty) return;
    this.#end = this.#startOfEntry - 1;
    this.#start = undefined;
    if (this.#count !== undefined) this.#count--;
  }

  /** What is left, as it was sent. */
  get rest(): string {
    return this.isEmpty ? '' : trimWhitespace(this.#text.slice(0, this.#end));
  }

  /** The number of plain entries that are left. */
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

/** Read backwards, a quoted string begins at its closing quote and ends at the next one without a backslash before it. */
const startBehindUnquotedComma: StartOfLast = (text, end) => {
  let isQuoted = false;
  for (let at = end - 1; at >= 0; at--) {
    const char = text.charCodeAt(at);
    if (char === COMMA && !isQuoted) return at + 1;
    if (char === QUOTE && !(isQuoted && text.charCodeAt(at - 1) === BACKSLASH)) isQuoted = !isQuoted;
  }
  return 0;
};
