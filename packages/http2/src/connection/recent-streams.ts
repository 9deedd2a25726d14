const kept = 64;

/**
 * The last streams that are over, and how: a frame that comes late is ignored where we have reset the stream, and an error
 * where the client has closed it. Streams before them are forgotten; what comes for those is ignored.
 *
 * Source: RFC 9113 section 5.1, closed
 */
export class RecentStreams {
  /** Stream identifiers, negative for the streams that we have reset; the oldest is replaced first. */
  readonly #ids: number[] = [];
  #next = 0;

  /** The client has ended its side or reset the stream, and we ours. */
  closed(streamId: number): void {
    this.#add(streamId);
  }

  /** We have reset the stream: the client may not know yet. */
  reset(streamId: number): void {
    this.#add(-streamId);
  }

  /** Whether a frame other than PRIORITY, RST_STREAM and WINDOW_UPDATE on the stream is an error. */
  isClosed(streamId: number): boolean {
    return this.#ids.includes(streamId);
  }

  /** Whether we have reset the stream a short while ago. */
  isReset(streamId: number): boolean {
    return this.#ids.includes(-streamId);
  }

  /** Whether more streams are over than are remembered, so that an unknown one may be any. */
  get isFull(): boolean {
    return this.#ids.length === kept;
  }

  #add(entry: number): void {
    this.#ids[this.#next] = entry;
    this.#next = (this.#next + 1) % kept;
  }
}
