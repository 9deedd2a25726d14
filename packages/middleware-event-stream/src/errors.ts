import { receivedText } from '@windhover/http';

/** Every code of an `EventStreamError`, with the beginning of its message. */
export const eventStreamErrors = {
  EVENT_STREAM_FIELD_INVALID: 'event and id must not have line breaks, and an id must not have NUL',
  EVENT_STREAM_RETRY_INVALID: 'retry must be an integer of at least 0, in milliseconds',
  EVENT_STREAM_DATA_INVALID: 'data must be text, or a value that JSON can express',
  EVENT_STREAM_OPTION_INVALID:
    'keepAliveInterval must be an integer from 1 to 2147483647, and maxBufferSize of at least 1; both may be null',
  EVENT_STREAM_CLIENT_SLOW: 'the client does not read as fast as events are sent; the stream has been reset',
} as const satisfies Record<`EVENT_STREAM_${string}`, string>;

export type EventStreamErrorCode = keyof typeof eventStreamErrors;

/** An event that cannot be sent, an invalid option, or the reason of a stream that was reset. Branch on `code`. */
export class EventStreamError extends Error {
  override readonly name = 'EventStreamError';
  readonly code: EventStreamErrorCode;

  constructor(code: EventStreamErrorCode, given?: unknown) {
    super(
      given === undefined ? eventStreamErrors[code] : `${eventStreamErrors[code]}; received ${receivedText(given)}`,
    );
    this.code = code;
  }
}
