import type { RequestLogEntry } from '../request-log-entry.ts';
import { quotable, wordOf } from './printable.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * An entry in the Common Log Format, in UTC:
 * `192.0.2.1 - - [31/Jan/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 512`.
 *
 * Source: Apache httpd `LogFormat … common`
 */
export const commonLine = (entry: RequestLogEntry): string => {
  const { remoteAddress, time, method, path, query, protocol, status, responseBytes } = entry;
  const request = `${wordOf(method)} ${wordOf(path + query)} ${protocol}`;
  return `${wordOf(remoteAddress)} - - [${timeText(time)}] "${request}" ${status} ${responseBytes || '-'}`;
};

/** Like `commonLine`, followed by the Referer and User-Agent fields. Source: Apache httpd `LogFormat … combined` */
export const combinedLine = (entry: RequestLogEntry): string => {
  const { referer, 'user-agent': userAgent } = entry.requestHeaders ?? {};
  return `${commonLine(entry)} "${quotable(referer ?? '-')}" "${quotable(userAgent ?? '-')}"`;
};

const timeText = (time: Date): string => {
  const [year, month, rest] = time.toISOString().split('-');
  return `${rest!.slice(0, 2)}/${months[Number(month) - 1]}/${year}:${rest!.slice(3, 11)} +0000`;
};
