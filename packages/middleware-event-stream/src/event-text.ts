import { EventStreamError } from './errors.ts';

/** An event. Source: HTML standard, section "Server-sent events" */
export interface ServerSentEvent {
  /** Text, with one or more lines, or a value that is sent as JSON. */
  readonly data?: unknown;
  /** Type of the event; browsers dispatch `message` without it. */
  readonly event?: string;
  /** Id that a client sends as Last-Event-ID when it reconnects. An empty string resets it. */
  readonly id?: string;
  /** Milliseconds that a client waits before it reconnects. */
  readonly retry?: number;
}

/** The lines of an event. @throws EventStreamError `EVENT_STREAM_FIELD_INVALID`, `…_RETRY_INVALID`, `…_DATA_INVALID` */
export const eventText = ({ data, event, id, retry }: ServerSentEvent): string => {
  if (event !== undefined && hasLineBreak.test(event)) throw new EventStreamError('EVENT_STREAM_FIELD_INVALID');
  if (id !== undefined && (hasLineBreak.test(id) || id.includes('\0'))) {
    throw new EventStreamError('EVENT_STREAM_FIELD_INVALID');
  }
  if (retry !== undefined && !(Number.isSafeInteger(retry) && retry >= 0)) {
    throw new EventStreamError('EVENT_STREAM_RETRY_INVALID', retry);
  }
  let text = '';
  if (event !== undefined) text += `event: ${event}\n`;
  if (id !== undefined) text += `id: ${id}\n`;
  if (retry !== undefined) text += `retry: ${retry}\n`;
  if (data !== undefined) for (const line of dataText(data).split(lineBreak)) text += `data: ${line}\n`;
  return `${text}\n`;
};

/** A comment, which clients ignore. */
export const commentText = (text: string): string =>
  `${text
    .split(lineBreak)
    .map((line) => `: ${line}\n`)
    .join('')}\n`;

const hasLineBreak = /[\r\n]/;
const lineBreak = /\r\n|\r|\n/;

const dataText = (data: unknown): string => {
  if (typeof data === 'string') return data;
  const text = JSON.stringify(data) as string | undefined;
  if (text === undefined) throw new EventStreamError('EVENT_STREAM_DATA_INVALID', typeof data);
  return text;
};
