export { EventStreamError, type EventStreamErrorCode, eventStreamErrors } from './errors.ts';
export { type EventStream, eventStream } from './event-stream.ts';
export type { ServerSentEvent } from './event-text.ts';
export {
  type EventStreamClock,
  type EventStreamOptions,
  type ResolvedEventStreamOptions,
  eventStreamDefaults,
} from './options.ts';
