import { Buffer } from 'node:buffer';
import { reasonPhrases } from '@windhover/http';

const statusLines: string[] = [];

/** `HTTP/1.1 200 OK` and CRLF. The version is ours, whatever the request's (RFC 9110 6.2). */
export const statusLine = (statusCode: number, reasonPhrase: string): string => {
  if (reasonPhrase !== '') return `HTTP/1.1 ${statusCode} ${reasonPhrase}\r\n`;
  return (statusLines[statusCode] ??= `HTTP/1.1 ${statusCode} ${reasonPhrases[statusCode] ?? ''}\r\n`);
};

const contentLengthLines: string[] = [];

/** `content-length: n` and CRLF. */
export const contentLengthLine = (length: number): string =>
  length < 4096 ? (contentLengthLines[length] ??= `content-length: ${length}\r\n`) : `content-length: ${length}\r\n`;

/**
 * The lines that every response of a server has, made once a second: Date (RFC 9110 6.6.1), Server, and the empty
 * line that ends the head.
 */
export class CommonLines {
  readonly #serverLine: string;
  readonly #wallClock: () => number;
  readonly #hasDate: boolean;
  #second = Number.NaN;
  #dateLine = '';
  #all = '\r\n';

  constructor(serverHeader: string | null, dateHeader: boolean, wallClock: () => number) {
    this.#serverLine = serverHeader === null ? '' : `server: ${serverHeader}\r\n`;
    this.#wallClock = wallClock;
    this.#hasDate = dateHeader;
  }

  /** The end of a head that has neither field of its own. */
  get end(): string {
    return this.#all;
  }

  /** The end of a head that may have its own. */
  endWithout(hasDate: boolean, hasServer: boolean): string {
    return `${hasDate ? '' : this.#dateLine}${hasServer ? '' : this.#serverLine}\r\n`;
  }

  /** Looks at the clock: called once for each chunk or turn, not for each response. */
  refresh(): void {
    const second = Math.floor(this.#wallClock() / 1000);
    if (second === this.#second) return;
    this.#second = second;
    if (this.#hasDate) this.#dateLine = `date: ${new Date(second * 1000).toUTCString()}\r\n`;
    // One run of bytes, not a tree of parts.
    this.#all = Buffer.from(`${this.#dateLine}${this.#serverLine}\r\n`, 'latin1').toString('latin1');
  }
}
