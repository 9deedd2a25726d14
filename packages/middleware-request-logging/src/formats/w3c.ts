import { Buffer } from 'node:buffer';
import type { RequestLogEntry } from '../request-log-entry.ts';

/** The fields in order, each with its text. Source: W3C Extended Log File Format; ASP.NET Core `W3CLogger`; `x-` for our own */
const columns: readonly (readonly [field: string, value: (entry: RequestLogEntry) => string | number | undefined])[] = [
  ['date', ({ time }) => time.toISOString().slice(0, 10)],
  ['time', ({ time }) => time.toISOString().slice(11, 19)],
  ['c-ip', ({ remoteAddress }) => remoteAddress],
  ['s-ip', ({ localAddress }) => localAddress],
  ['s-port', ({ localPort }) => localPort],
  ['cs-method', ({ method }) => method],
  ['cs-uri-stem', ({ path }) => path],
  ['cs-uri-query', ({ query }) => query.slice(1)],
  ['sc-status', ({ status }) => status],
  ['sc-bytes', ({ responseBytes }) => responseBytes],
  ['cs-bytes', ({ requestBytes }) => requestBytes],
  ['time-taken', ({ duration }) => duration],
  ['cs-version', ({ protocol }) => protocol],
  ['cs-host', ({ host }) => host],
  ['cs(User-Agent)', ({ requestHeaders }) => requestHeaders?.['user-agent']],
  ['cs(Referer)', ({ requestHeaders }) => requestHeaders?.['referer']],
  ['x-trace-id', ({ traceId }) => traceId],
];

/** The directives at the beginning of a log. */
export const w3cHead = (now: Date): string => {
  const [date, time] = now.toISOString().split('T');
  const fields = columns.map(([field]) => field).join(' ');
  return `#Version: 1.0\n#Start-Date: ${date} ${time!.slice(0, 8)}\n#Fields: ${fields}\n`;
};

/**
 * An entry in the W3C Extended Log File Format. `time-taken` is in milliseconds, as in ASP.NET Core and IIS. Spaces
 * become `+`; characters other than printable ASCII are percent-encoded; a field without a value is `-`.
 */
export const w3cLine = (entry: RequestLogEntry): string =>
  columns
    .map(([, value]) => {
      const text = value(entry);
      return text === undefined || text === '' ? '-' : String(text).replaceAll(/[^!-~]/gu, encoded);
    })
    .join(' ');

const encoded = (character: string): string =>
  character === ' '
    ? '+'
    : Buffer.from(character)
        .toString('hex')
        .replaceAll(/../g, (byte) => `%${byte.toUpperCase()}`);
