import { FieldSection } from '@windhover/http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Http1EncodeError,
  type ResponseHeadInit,
  ResponseHeadWriter,
  encodeChunk,
  encodeLastChunk,
  encodeResponseHead,
} from '../src/index.ts';
import { latin1, transcript } from './support/responses.ts';

const init = (given: Partial<ResponseHeadInit>): ResponseHeadInit => ({ statusCode: 200, headers: [], ...given });

const codeOf = (given: Partial<ResponseHeadInit>): string | undefined => {
  try {
    encodeResponseHead(init(given));
  } catch (error) {
    if (error instanceof Http1EncodeError) return error.code;
    throw error;
  }
  return undefined;
};

describe('encodeResponseHead (RFC 9112 4)', () => {
  it.each<[string, Partial<ResponseHeadInit>, string, unknown]>([
    ['a registered reason phrase', {}, 'HTTP/1.1 200 OK\r\n\r\n', 'untilClose'],
    ['no registered one', { statusCode: 299 }, 'HTTP/1.1 299 \r\n\r\n', 'untilClose'],
    ['one of its own', { reasonPhrase: 'd\xe9j\xe0 vu' }, 'HTTP/1.1 200 d\xe9j\xe0 vu\r\n\r\n', 'untilClose'],
    [
      'fields in order, as spelled',
      {
        headers: [
          ['X-B', '2'],
          ['x-a', 1],
        ],
      },
      'HTTP/1.1 200 OK\r\nX-B: 2\r\nx-a: 1\r\n\r\n',
      'untilClose',
    ],
    ['a length', { content: 5 }, 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n', 5],
    [
      'a length among the fields',
      { headers: [['Content-Length', 5]] },
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
      5,
    ],
    ['chunks', { content: 'chunked' }, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', 'chunked'],
    ['HEAD with a length', { content: 5, method: 'HEAD' }, 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n', 0],
    ['304 with a length', { statusCode: 304, content: 5 }, 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n', 0],
    ['204', { statusCode: 204 }, 'HTTP/1.1 204 No Content\r\n\r\n', 0],
    ['103', { statusCode: 103, headers: [['link', '<a>']] }, 'HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n', 0],
    ['101', { statusCode: 101 }, 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 0],
    ['200 to CONNECT', { method: 'CONNECT' }, 'HTTP/1.1 200 OK\r\n\r\n', 0],
    [
      '404 to CONNECT',
      { statusCode: 404, method: 'CONNECT', content: 3 },
      'HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\n\r\n',
      3,
    ],
  ])('%s', (_name, given, text, content) => {
    expect(encodeResponseHead(init(given))).toEqual({ text, content });
  });

  it.each<[string, Partial<ResponseHeadInit>]>([
    ['HTTP1_STATUS_CODE_INVALID', { statusCode: 99 }],
    ['HTTP1_STATUS_CODE_INVALID', { statusCode: 1000 }],
    ['HTTP1_STATUS_CODE_INVALID', { statusCode: 200.5 }],
    ['HTTP1_STATUS_CODE_INVALID', { statusCode: Number.NaN }],
    ['HTTP1_REASON_PHRASE_INVALID', { reasonPhrase: 'a\r\nX: 1' }],
    ['HTTP1_REASON_PHRASE_INVALID', { reasonPhrase: '\u0100' }],
    ['HTTP1_CONTENT_LENGTH_INVALID', { content: -1 }],
    ['HTTP1_CONTENT_LENGTH_INVALID', { content: 1.5 }],
    ['HTTP1_CONTENT_LENGTH_INVALID', { headers: [['Content-Length', '+5']] }],
    ['HTTP1_CONTENT_LENGTH_DUPLICATE', { headers: [['Content-Length', 5]], content: 5 }],
    ['HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING', { headers: [['Content-Length', 5]], content: 'chunked' }],
    ['HTTP1_TRANSFER_CODING_INVALID', { headers: [['Transfer-Encoding', 'chunked']], content: 'chunked' }],
    ['HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED', { headers: [['Transfer-Encoding', 'gzip']] }],
    ['HTTP1_FRAMING_NOT_ALLOWED', { statusCode: 204, content: 0 }],
    ['HTTP1_FRAMING_NOT_ALLOWED', { statusCode: 103, headers: [['Content-Length', 0]] }],
    ['HTTP1_FRAMING_NOT_ALLOWED', { statusCode: 101, content: 'chunked' }],
    ['HTTP1_FRAMING_NOT_ALLOWED', { method: 'CONNECT', headers: [['Transfer-Encoding', 'chunked']] }],
  ])('%s: %j', (code, given) => expect(codeOf(given)).toBe(code));

  it('the fields that were passed do not change', () => {
    const headers = new FieldSection();
    encodeResponseHead({ statusCode: 200, headers, content: 5 });
    expect(headers.size).toBe(0);
  });

  it('what it writes is what ResponseDecoder reads', () => {
    const value = fc.stringMatching(/^(?:[!-~\xa0-\xff](?:[\t -~]{0,20}[!-~])?)?$/);
    const name = fc.stringMatching(/^X-[!#$%&'*+.^_`|~0-9A-Za-z-]{0,12}$/);
    const pieces = fc.array(fc.stringMatching(/^[\x01-\xff]{1,30}$/), { maxLength: 4 });
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 999 }),
        fc.array(fc.tuple(name, value)),
        pieces,
        fc.boolean(),
        (statusCode, headers, content, isChunked) => {
          fc.pre(statusCode !== 204 && statusCode !== 304);
          const whole = content.join('');
          const head = encodeResponseHead({ statusCode, headers, content: isChunked ? 'chunked' : whole.length });
          const body = isChunked ? `${content.map((piece) => encodeChunk(piece)).join('')}${encodeLastChunk()}` : whole;
          const lines = transcript([latin1(head.text + body)]);
          expect(lines[0]).toMatch(new RegExp(`^head ${statusCode} `));
          expect(lines.slice(1)).toEqual(whole === '' ? ['end'] : [`content ${whole}`, 'end']);
        },
      ),
    );
  });
});

describe('ResponseHeadWriter', () => {
  let now = Date.UTC(2026, 0, 2, 3, 4, 5);
  const writer = (serverHeader: string | null = 'w', dateHeader = true): ResponseHeadWriter => {
    const made = new ResponseHeadWriter({ serverHeader, dateHeader, wallClock: () => now });
    made.refresh();
    return made;
  };
  const date = 'date: Fri, 02 Jan 2026 03:04:05 GMT\r\n';

  it.each<[string, Parameters<ResponseHeadWriter['write']>, string]>([
    ['no fields', [200, '', undefined, '', 3], `HTTP/1.1 200 OK\r\n${date}server: w\r\ncontent-length: 3\r\n\r\n`],
    [
      'a long length',
      [200, '', undefined, '', 5000],
      `HTTP/1.1 200 OK\r\n${date}server: w\r\ncontent-length: 5000\r\n\r\n`,
    ],
    [
      'a reason phrase',
      [200, 'Fine', undefined, 'close', undefined],
      `HTTP/1.1 200 Fine\r\n${date}server: w\r\nconnection: close\r\n\r\n`,
    ],
    [
      'chunks',
      [404, '', undefined, 'keep-alive', 'chunked'],
      `HTTP/1.1 404 Not Found\r\n${date}server: w\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n`,
    ],
  ])('%s', (_name, given, text) => expect(writer().write(...given)).toBe(text));

  it.each([
    ['Date', `HTTP/1.1 200 OK\r\nserver: w\r\nDate: x\r\n\r\n`],
    ['Server', `HTTP/1.1 200 OK\r\n${date}Server: x\r\n\r\n`],
  ])('%s of the response takes the place of that of the server', (name, text) => {
    const fields = FieldSection.ofReceived([[name, 'x']]);
    expect(writer().write(200, '', fields, '', undefined)).toBe(text);
  });

  it('neither Date nor Server, when they are off', () =>
    expect(writer(null, false).write(200, '', undefined, '', undefined)).toBe('HTTP/1.1 200 OK\r\n\r\n'));

  it('the date is read by refresh, and by nothing else', () => {
    const heads = writer(null);
    now += 1000;
    expect(heads.write(200, '', undefined, '', undefined)).toContain(':05 GMT');
    heads.refresh();
    expect(heads.write(200, '', undefined, '', undefined)).toContain(':06 GMT');
  });
});
