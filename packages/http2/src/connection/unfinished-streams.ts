import { ErrorCode } from '../codec/error-code.ts';
import type { Http2Stream } from './http2-stream.ts';

/** Milliseconds for a client that still sends content to read the complete response. */
const readingTime = 1000;

/**
 * Streams whose response is complete while the client still sends content. RST_STREAM asks the client to stop (RFC 9113
 * 8.1), but only after some time for reading the response, because some clients (curl 7) treat even NO_ERROR as a
 * failure while they send. Until then, flow control stops them.
 */
export class UnfinishedStreams {
  #streams: Http2Stream[] = [];

  /** @param now milliseconds of the heartbeat */
  add(stream: Http2Stream, now: number): void {
    stream.unfinishedSince = now;
    this.#streams.push(stream);
  }

  /**
   * Resets the streams whose time has passed.
   *
   * @param now milliseconds of the heartbeat; undefined resets all of them
   */
  reset(now?: number): void {
    const streams = this.#streams;
    if (streams.length === 0) return;
    this.#streams = [];
    for (const stream of streams) {
      if (stream.isClosed) continue;
      if (now !== undefined && now - stream.unfinishedSince < readingTime) this.#streams.push(stream);
      else stream.reset(ErrorCode.NO_ERROR);
    }
  }
}
