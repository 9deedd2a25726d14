const kept = 64;

/**
 * The last closed streams. A late frame is ignored on a stream that the server has reset, and an error on one that the
 * client has closed. Late frames on older streams are ignored.
 *
 * Source: RFC 9113 section 5.1, closed
 */
export class RecentStreams {
  /** Stream identifiers, negative for streams that the server has reset; the oldest is replaced first. */
  readonly #ids: number[] = [];
  #next = 0;

  /** Records a stream that the client has reset or that both sides have ended. */
  closed(streamId: number): void {
    this.#add(streamId);
  }

  /** Records a stream that the server has reset; the client may not know yet. */
  reset(streamId: number): void {
    this.#add(-streamId);
  }

  /** Whether a frame other than PRIORITY, RST_STREAM and WINDOW_UPDATE on the stream is an error. */
  isClosed(streamId: number): boolean {
    return this.#ids.includes(streamId);
  }

  /** Whether the server has recently reset the stream. */
  isReset(streamId: number): boolean {
    return this.#ids.includes(-streamId);
  }

  /** Whether the list is full, so that an unknown stream may be an older closed one. */
  get isFull(): boolean {
    return this.#ids.length === kept;
  }

  #add(entry: number): void {
    this.#ids[this.#next] = entry;
    this.#next = (this.#next + 1) % kept;
  }
}
