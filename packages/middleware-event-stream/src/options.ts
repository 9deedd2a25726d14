import { longestTimer, resolveOptions } from '@windhover/http';
import { EventStreamError } from './errors.ts';

/** Calls back periodically: system timers, or a fake clock in tests. */
export interface EventStreamClock {
  /** @returns a function that stops the calls */
  every(milliseconds: number, callback: () => void): () => void;
}

/** Options of `eventStream`. */
export interface ResolvedEventStreamOptions {
  /** Milliseconds between comments that keep the connection open through proxies; `null` for none. */
  readonly keepAliveInterval: number | null;
  /** Bytes that may be queued for a client; a stream with more is reset. `null` for no limit. */
  readonly maxBufferSize: number | null;
  readonly clock: EventStreamClock;
}

/** The options as the caller passes them: all are optional. See `ResolvedEventStreamOptions` for their meaning. */
export type EventStreamOptions = Partial<ResolvedEventStreamOptions>;

const systemClock: EventStreamClock = {
  every(milliseconds, callback) {
    const timer = setInterval(callback, milliseconds).unref();
    return () => clearInterval(timer);
  },
};

export const eventStreamDefaults: ResolvedEventStreamOptions = {
  keepAliveInterval: 15_000, // milliseconds; as the HTML standard suggests
  maxBufferSize: 1_048_576, // bytes
  clock: systemClock,
};

/** @throws EventStreamError `EVENT_STREAM_OPTION_INVALID` */
export const resolveEventStreamOptions = (given: EventStreamOptions): ResolvedEventStreamOptions => {
  const options = resolveOptions('eventStream', eventStreamDefaults, given);
  const { keepAliveInterval, maxBufferSize } = options;
  checkOption({ keepAliveInterval }, keepAliveInterval, longestTimer);
  checkOption({ maxBufferSize }, maxBufferSize, Number.MAX_SAFE_INTEGER);
  return options;
};

/** @param received the option by its name */
const checkOption = (received: object, value: number | null, most: number): void => {
  if (value === null || (Number.isSafeInteger(value) && value >= 1 && value <= most)) return;
  throw new EventStreamError('EVENT_STREAM_OPTION_INVALID', received);
};
