import { Http2Error } from '../codec/errors.ts';

/** What a connection begins with, and the most it can have. */
const largest = 1000;
/** What comes back each second. */
const perSecond = 100;
/** What one request allows: honest clients send a few control frames for each. */
const perRequest = 4;

/**
 * Keeps control frames in proportion to requests and content. Each PING, SETTINGS, PRIORITY, PRIORITY_UPDATE, WINDOW_UPDATE,
 * RST_STREAM, empty DATA, unknown frame and refused stream costs one unit; requests, DATA in either direction and time
 * bring units back. A client that sends nothing but frames without use runs out of them.
 *
 * WINDOW_UPDATE answers our DATA, RST_STREAM a request, PING of a client that measures its bandwidth DATA: what honest
 * clients spend they have earned.
 *
 * Source: RFC 9113 section 10.5
 */
export class WorkAllowance {
  #units = largest;

  /** A frame has cost work and brought nothing. @throws Http2Error `HTTP2_CONTROL_FRAME_FLOOD` */
  spend(): void {
    if (--this.#units < 0) throw new Http2Error('HTTP2_CONTROL_FRAME_FLOOD');
  }

  /** A request has been accepted. */
  earnRequest(): void {
    this.#units = Math.min(largest, this.#units + perRequest);
  }

  /** A frame of content was sent, or received. */
  earnContent(): void {
    if (this.#units < largest) this.#units += 2;
  }

  /** A second has passed. */
  earnSecond(): void {
    this.#units = Math.min(largest, this.#units + perSecond);
  }
}
