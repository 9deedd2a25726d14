import { combinedLine, commonLine } from './combined.ts';
import type { RequestLogEntry } from '../request-log-entry.ts';
import { jsonLine } from './json.ts';
import { textLine } from './text.ts';
import { w3cHead, w3cLine } from './w3c.ts';

/** A format of a log file. */
export interface LineFormat {
  /** One entry, without a line break. */
  readonly line: (entry: RequestLogEntry) => string;
  /** Lines at the beginning, each with its line break. */
  readonly head?: (now: Date) => string;
}

/** Names of the formats. */
export type NamedFormat = 'json' | 'text' | 'common' | 'combined' | 'w3c';

export const namedFormats: Readonly<Record<NamedFormat, LineFormat>> = {
  json: { line: jsonLine },
  text: { line: textLine },
  common: { line: commonLine },
  combined: { line: combinedLine },
  w3c: { line: w3cLine, head: w3cHead },
};

/** A format of an application. Line breaks, e.g. in text from a client, are replaced. */
export const customFormat = (line: (entry: RequestLogEntry) => string): LineFormat => ({
  line: (entry) => line(entry).replaceAll(/[\r\n\u2028\u2029\u0085]+/g, ' '),
});
