import { type FieldLimits, fieldLines, parseFieldLines } from './field-lines.ts';
import { noByte } from './grammar.ts';
import type { ReceivedBytes } from './received-bytes.ts';

/**
 * The incomplete line, and field section, at the end of the received bytes. It remembers which bytes have been
 * examined, so that no byte is read again for each new one. A decoder has one, because only one thing can be incomplete
 * at a time. All offsets count from the first byte that has not been decoded.
 */
export class UnfinishedLine {
  readonly #received: ReceivedBytes;
  readonly #limits: FieldLimits;
  /** Number of examined bytes; 0 if nothing is incomplete. */
  seen = 0;
  /** Bytes that may follow without completing or invalidating the line. */
  #open: Uint8Array = noByte;
  /** Maximum number of bytes in the line while only `#open` bytes follow. */
  #openSize = 0;
  /** Offset of the field section. */
  #sectionAt = 0;
  /** Offset of the first incomplete line of the field section; 0 outside of one. */
  #lineAt = 0;
  /** Number of lines before the incomplete line. */
  #lineCount = 0;

  constructor(received: ReceivedBytes, limits: FieldLimits) {
    this.#received = received;
    this.#limits = limits;
  }

  /**
   * Records an incomplete line outside of a field section.
   *
   * @param open bytes that may follow without completing or invalidating the line
   * @param openSize maximum number of bytes in the line meanwhile
   */
  suspend(open: Uint8Array, openSize: number): void {
    this.#lineAt = 0;
    this.#suspend(open, openSize);
  }

  /** Records that the field section parsed last is incomplete. @param sectionAt its offset */
  suspendFields(sectionAt: number): void {
    this.#sectionAt = sectionAt;
    this.#lineAt = fieldLines.resumeAt - this.#received.start;
    this.#lineCount = fieldLines.count;
    // The CRLF of the empty line may follow after the limit.
    this.#suspend(fieldLines.open, sectionAt + this.#limits.maxRequestHeadersTotalSize + 2);
  }

  #suspend(open: Uint8Array, openSize: number): void {
    this.seen = this.#received.end - this.#received.start;
    this.#open = open;
    this.#openSize = openSize;
  }

  /** Whether the bytes since the last check neither complete nor invalidate the line. */
  isStillOpen(): boolean {
    const { bytes, start, end } = this.#received;
    if (end - start >= this.#openSize) return false;
    const open = this.#open;
    for (let i = start + this.seen; i < end; i++) if (open[bytes[i]!] !== 1) return false;
    this.seen = end - start;
    return true;
  }

  /** Continues an incomplete field section. @returns whether its end has arrived, or there is none */
  resumeFields(): boolean {
    if (this.#lineAt === 0) return true;
    const { bytes, start, end } = this.#received;
    const from = start + this.#lineAt;
    if (parseFieldLines(bytes, from, end, start + this.#sectionAt, this.#lineCount, this.#limits) !== -1) return true;
    this.suspendFields(this.#sectionAt);
    return false;
  }
}
