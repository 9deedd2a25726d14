import { type FieldLimits, fieldLines, parseFieldLines } from './field-lines.ts';
import { noByte } from './grammar.ts';
import type { ReceivedBytes } from './received-bytes.ts';

/**
 * The line, and the field section, that is not finished at the end of the received bytes. It remembers what has been
 * looked at, so that no byte is read again for each that comes. A decoder has one: two things are never unfinished at
 * once. All offsets count from the first byte not yet decoded.
 */
export class UnfinishedLine {
  readonly #received: ReceivedBytes;
  readonly #limits: FieldLimits;
  /** Bytes that have been looked at; 0 when nothing is unfinished. */
  seen = 0;
  /** Bytes that may follow without deciding anything, */
  #open: Uint8Array = noByte;
  /** up to so many in all. */
  #openSize = 0;
  /** In a field section: where it starts, */
  #sectionAt = 0;
  /** where its first incomplete line starts, 0 outside of one; */
  #lineAt = 0;
  /** and the lines before that one. */
  #lineCount = 0;

  constructor(received: ReceivedBytes, limits: FieldLimits) {
    this.#received = received;
    this.#limits = limits;
  }

  /**
   * Leaves a line of its own unfinished.
   *
   * @param open the bytes that may follow without deciding anything
   * @param openSize up to so many bytes of the line in all
   */
  suspend(open: Uint8Array, openSize: number): void {
    this.#lineAt = 0;
    this.#suspend(open, openSize);
  }

  /** Leaves the field section unfinished that has just been parsed. @param sectionAt where it starts */
  suspendFields(sectionAt: number): void {
    this.#sectionAt = sectionAt;
    this.#lineAt = fieldLines.resumeAt - this.#received.start;
    this.#lineCount = fieldLines.count;
    // Behind the limit there may still be the CRLF of the empty line.
    this.#suspend(fieldLines.open, sectionAt + this.#limits.maxRequestHeadersTotalSize + 2);
  }

  #suspend(open: Uint8Array, openSize: number): void {
    this.seen = this.#received.end - this.#received.start;
    this.#open = open;
    this.#openSize = openSize;
  }

  /** Whether all that has come since the last look leaves the line as open as it was. */
  isStillOpen(): boolean {
    const { bytes, start, end } = this.#received;
    if (end - start >= this.#openSize) return false;
    const open = this.#open;
    for (let i = start + this.seen; i < end; i++) if (open[bytes[i]!] !== 1) return false;
    this.seen = end - start;
    return true;
  }

  /** Goes on with an unfinished field section. @returns whether its end is there, or there is none */
  resumeFields(): boolean {
    if (this.#lineAt === 0) return true;
    const { bytes, start, end } = this.#received;
    const from = start + this.#lineAt;
    if (parseFieldLines(bytes, from, end, start + this.#sectionAt, this.#lineCount, this.#limits) !== -1) return true;
    this.suspendFields(this.#sectionAt);
    return false;
  }
}
