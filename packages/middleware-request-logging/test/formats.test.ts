import { describe, expect, it } from 'vitest';
import { namedFormats } from '../src/formats/named-formats.ts';
import type { RequestLogEntry } from '../src/index.ts';

const entry: RequestLogEntry = {
  time: new Date('2026-01-31T12:34:56.789Z'),
  duration: 1.234,
  method: 'GET',
  path: '/users/7',
  query: '?page=2',
  protocol: 'HTTP/1.1',
  scheme: 'http',
  host: 'shop.example',
  status: 200,
  route: '/users/:id',
  requestBytes: 0,
  responseBytes: 512,
  aborted: undefined,
  remoteAddress: '192.0.2.1',
  remotePort: 50_000,
  localAddress: '192.0.2.9',
  localPort: 80,
  connectionId: 'C-1',
  requestId: 'C-1:00000001',
  traceId: undefined,
  parentSpanId: undefined,
  requestHeaders: { 'user-agent': 'curl/8 (x)', referer: 'https://a.example/' },
  responseHeaders: undefined,
};

describe('the formats of a request log', () => {
  it('json: every member that has a value', () => {
    const { aborted: _, traceId: __, parentSpanId: ___, responseHeaders: ____, ...present } = entry;
    expect(JSON.parse(namedFormats.json.line(entry))).toEqual({ ...present, time: '2026-01-31T12:34:56.789Z' });
  });

  it.each([
    ['text', {}, '2026-01-31T12:34:56.789Z 192.0.2.1 GET /users/7?page=2 200 512 B 1.234 ms'],
    [
      'text',
      { aborted: true, traceId: 'a'.repeat(32), remoteAddress: undefined },
      `2026-01-31T12:34:56.789Z - GET /users/7?page=2 200 512 B 1.234 ms aborted ${'a'.repeat(32)}`,
    ],
    ['common', {}, '192.0.2.1 - - [31/Jan/2026:12:34:56 +0000] "GET /users/7?page=2 HTTP/1.1" 200 512'],
    [
      'common',
      { remoteAddress: undefined, responseBytes: 0, status: 304 },
      '- - - [31/Jan/2026:12:34:56 +0000] "GET /users/7?page=2 HTTP/1.1" 304 -',
    ],
    [
      'combined',
      {},
      '192.0.2.1 - - [31/Jan/2026:12:34:56 +0000] "GET /users/7?page=2 HTTP/1.1" 200 512 "https://a.example/" "curl/8 (x)"',
    ],
    [
      'combined',
      { requestHeaders: undefined },
      '192.0.2.1 - - [31/Jan/2026:12:34:56 +0000] "GET /users/7?page=2 HTTP/1.1" 200 512 "-" "-"',
    ],
    [
      'w3c',
      {},
      '2026-01-31 12:34:56 192.0.2.1 192.0.2.9 80 GET /users/7 page=2 200 512 0 1.234 HTTP/1.1 shop.example curl/8+(x) https://a.example/ -',
    ],
  ] as const)('%s %o', (format, changes, line) => {
    expect(namedFormats[format].line({ ...entry, ...changes })).toBe(line);
  });

  it('w3c: the directives name as many fields as a line has', () => {
    const head = namedFormats.w3c.head!(entry.time);
    expect(head).toMatch(/^#Version: 1\.0\n#Start-Date: 2026-01-31 12:34:56\n#Fields: date time c-ip .*\n$/);
    const fields = head.split('\n')[2]!.split(' ').slice(1);
    expect(namedFormats.w3c.line(entry).split(' ')).toHaveLength(fields.length);
  });
});

describe('text of a client in a request log', () => {
  const hostile = [
    ['a line break', 'a\r\nb'],
    ['the end of a quoted text', 'a" 200 0 "b'],
    ['a backslash before the end', 'a\\'],
    ['blanks', 'a  b'],
    ['a control sequence of a terminal', '\u001b]0;owned\u0007\u009b2J'],
    ['a NUL', 'a\0b'],
    ['text from right to left', 'a\u202eb'],
    ['line separators', 'a\u2028b\u2029c\u0085d'],
    ['a lone surrogate', 'a\ud800b'],
    ['a letter of another alphabet', 'а\u{1f600}'],
  ] as const;

  it.each(hostile)('%s: one line, as many fields, no terminal control characters', (_name, text) => {
    const changed: RequestLogEntry = {
      ...entry,
      method: text,
      path: `/${text}`,
      query: `?${text}`,
      host: text,
      requestHeaders: { 'user-agent': text, referer: text },
    };
    for (const { line } of Object.values(namedFormats)) {
      expect(line(changed)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }
    expect(JSON.parse(namedFormats.json.line(changed))).toMatchObject({ method: text, host: text });
    expect(namedFormats.w3c.line(changed).split(' ')).toHaveLength(namedFormats.w3c.line(entry).split(' ').length);
    expect(namedFormats.text.line(changed).split(' ')).toHaveLength(namedFormats.text.line(entry).split(' ').length);
    const quoted = namedFormats.combined.line(changed).match(/"(?:[^"\\]|\\.)*"/g);
    expect(quoted).toHaveLength(3);
    expect(namedFormats.combined.line(changed)).toMatch(
      /^\S+ - - \[[^\]]*\] "(?:[^"\\]|\\.)*" 200 512 "(?:[^"\\]|\\.)*" "(?:[^"\\]|\\.)*"$/,
    );
  });
});
