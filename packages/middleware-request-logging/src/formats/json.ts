import type { RequestLogEntry } from '../request-log-entry.ts';

/** Characters that JSON allows and that affect a terminal or viewer: controls, format characters, line separators. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** An entry as one line of JSON. Members without a value are omitted. */
export const jsonLine = (entry: RequestLogEntry): string => JSON.stringify(entry).replaceAll(unsafe, escaped);

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at))}`).join('');

const hex = (unit: number): string => unit.toString(16).padStart(4, '0');
