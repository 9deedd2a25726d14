import { Http2Error } from '../codec/errors.ts';

/** Units of a new connection, and the maximum. */
const largest = 1000;
/** Units regained per second. */
const perSecond = 100;
/** Units gained per request: normal clients send a few control frames for each. */
const perRequest = 4;
/**
 * Bytes from which WINDOW_UPDATE is free. Go's client opens the windows of stream and connection for every 4 KiB that the
 * application has read, also after the last DATA. Such frames cost no more to handle than to send.
 */
const freeIncrement = 1024;

/**
 * Limits control frames in proportion to requests and content. Each PING, SETTINGS, PRIORITY, PRIORITY_UPDATE, small
 * WINDOW_UPDATE, RST_STREAM, empty DATA, late HEADERS, unknown frame and stream error costs one unit; requests, DATA in
 * either direction and time add units. Dropped DATA adds none. A client that sends only useless frames runs out of units.
 *
 * Normal clients earn what they spend: a small WINDOW_UPDATE follows DATA of the server, RST_STREAM a request, and the
 * PING of a bandwidth measurement DATA.
 *
 * Source: RFC 9113 section 10.5
 */
export class WorkAllowance {
  #units = largest;

  /** Charges a frame that carried nothing useful. @throws Http2Error `HTTP2_CONTROL_FRAME_FLOOD` */
  spend(): void {
    if (!this.#take()) throw flood();
  }

  /** Charges a WINDOW_UPDATE with a small increment. @throws Http2Error `HTTP2_CONTROL_FRAME_FLOOD` */
  spendOnWindow(increment: number): void {
    if (increment < freeIncrement) this.spend();
  }

  /**
   * Charges a stream error, which is answered with RST_STREAM and reported.
   *
   * @returns the error to handle: this one, or the connection error `HTTP2_CONTROL_FRAME_FLOOD`
   */
  charged(error: Http2Error): Http2Error {
    return error.isConnectionError || this.#take() ? error : flood();
  }

  #take(): boolean {
    return --this.#units >= 0;
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

const flood = (): Http2Error => new Http2Error('HTTP2_CONTROL_FRAME_FLOOD');
