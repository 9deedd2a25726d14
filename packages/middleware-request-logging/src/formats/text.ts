import type { RequestLogEntry } from '../request-log-entry.ts';
import { wordOf } from './printable.ts';

/** A readable entry: `2026-01-31T12:00:00.000Z 192.0.2.1 GET /users/7?page=Redacted 200 512 B 1.234 ms`. */
export const textLine = (entry: RequestLogEntry): string => {
  const { time, remoteAddress, method, path, query, status, responseBytes, duration, aborted, traceId } = entry;
  const request = `${wordOf(method)} ${wordOf(path + query)}`;
  const facts = [
    time.toISOString(),
    wordOf(remoteAddress),
    request,
    `${status} ${responseBytes} B ${duration} ms`,
    ...(aborted === true ? ['aborted'] : []),
    ...(traceId === undefined ? [] : [traceId]),
  ];
  return facts.join(' ');
};
