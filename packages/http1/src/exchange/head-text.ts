import { Buffer } from 'node:buffer';
import { reasonPhrases } from '@windhover/http';

const statusLines: string[] = [];

/** `HTTP/1.1 200 OK` and CRLF. The version is ours, whatever the request's (RFC 9110 6.2). */
export const statusLine = (statusCode: number, reasonPhrase: string): string => {
  if (reasonPhrase !== '') return `HTTP/1.1 ${statusCode} ${reasonPhrase}\r\n`;
  return (statusLines[statusCode] ??= `HTTP/1.1 ${statusCode} ${reasonPhrases[statusCode] ?? ''}\r\n`);
};

const contentLengthEnds: string[] = [];

/** `content-length: n` as the last field line, with the empty line that ends the head. */
export const contentLengthEnd = (length: number): string =>
  length < 4096
    ? (contentLengthEnds[length] ??= `content-length: ${length}\r\n\r\n`)
    : `content-length: ${length}\r\n\r\n`;

/** One run of bytes instead of the tree of parts that V8 keeps for a concatenation: for what is sent many times. */
export const flat = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

/**
 * What the heads of all responses of a server begin with: the status line, Date (RFC 9110 6.6.1) and Server. Made once
 * a second for each status in use.
 */
export class CommonLines {
  readonly #serverLine: string;
  readonly #wallClock: () => number;
  readonly #hasDate: boolean;
  #second = Number.NaN;
  #dateLine = '';
  #beginnings: string[] = [];

  constructor(serverHeader: string | null, dateHeader: boolean, wallClock: () => number) {
    this.#serverLine = serverHeader === null ? '' : `server: ${serverHeader}\r\n`;
    this.#wallClock = wallClock;
    this.#hasDate = dateHeader;
  }

  /** Status line, Date and Server, for a response with neither of these of its own. */
  beginning(statusCode: number): string {
    return (this.#beginnings[statusCode] ??= flat(statusLine(statusCode, '') + this.#dateLine + this.#serverLine));
  }

  /** The same for a response with a reason phrase of its own, or one of the fields. */
  beginningWithout(statusCode: number, reasonPhrase: string, hasDate: boolean, hasServer: boolean): string {
    const date = hasDate ? '' : this.#dateLine;
    return statusLine(statusCode, reasonPhrase) + date + (hasServer ? '' : this.#serverLine);
  }

  /** Looks at the clock: called once for each chunk or turn, not for each response. */
  refresh(): void {
    const second = Math.floor(this.#wallClock() / 1000);
    if (second === this.#second) return;
    this.#second = second;
    if (this.#hasDate) this.#dateLine = `date: ${new Date(second * 1000).toUTCString()}\r\n`;
    this.#beginnings = [];
  }
}
