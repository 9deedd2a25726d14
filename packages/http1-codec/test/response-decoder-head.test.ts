import { describe, expect, it } from 'vitest';
import { ResponseEvent } from '../src/index.ts';
import { decode, decoderFor, latin1 } from './support/responses.ts';

const ok = 'HTTP/1.1 200 OK\r\n';
const head = (...lines: string[]): string => `${ok}${lines.map((line) => `${line}\r\n`).join('')}\r\n`;

describe('RFC 9112 4 status line', () => {
  it.each<[rule: string, line: string, first: string]>([
    ['a reason phrase', 'HTTP/1.1 200 OK', 'head 200 OK'],
    ['no reason phrase behind the second SP', 'HTTP/1.1 404 ', 'head 404 '],
    ['reason phrase with blanks inside', 'HTTP/1.1 413 Content \t Too Large', 'head 413 Content \t Too Large'],
    ['reason phrase of SP alone', 'HTTP/1.1 200  ', 'head 200  '],
    ['reason phrase with obs-text', 'HTTP/1.1 200 d\xe9j\xe0 \x80\xff', 'head 200 d\xe9j\xe0 \x80\xff'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK', 'head 200 OK'],
    ['a higher minor version is read as 1.1 (2.3)', 'HTTP/1.9 200 OK', 'head 200 OK'],
    ['a code without registration', 'HTTP/1.1 299 Odd', 'head 299 Odd'],
    ['a code of a class that does not exist', 'HTTP/1.1 999 Odd', 'head 999 Odd'],
  ])('%s: taken', (_rule, line, first) => {
    expect(decode(`${line}\r\ncontent-length: 0\r\n\r\n`)).toEqual([first, 'end']);
  });

  it.each<[rule: string, text: string, code: string]>([
    ['no SP behind the code', 'HTTP/1.1 200\r\n\r\n', 'HTTP1_STATUS_LINE_INVALID'],
    ['no SP behind the version', 'HTTP/1.1200 OK\r\n\r\n', 'HTTP1_STATUS_LINE_INVALID'],
    ['two SP behind the version', 'HTTP/1.1  200 OK\r\n\r\n', 'HTTP1_STATUS_LINE_INVALID'],
    ['HTAB behind the version', 'HTTP/1.1\t200 OK\r\n\r\n', 'HTTP1_STATUS_LINE_INVALID'],
    ['SP before the version', ' HTTP/1.1 200 OK\r\n\r\n', 'HTTP1_STATUS_LINE_INVALID'],
    ['version and no more', 'HTTP/1.1\r\n\r\n', 'HTTP1_STATUS_LINE_INVALID'],
    ['two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'HTTP1_STATUS_LINE_INVALID'],
    ['four digits', 'HTTP/1.1 2000 OK\r\n\r\n', 'HTTP1_STATUS_CODE_INVALID'],
    ['letters in the code', 'HTTP/1.1 2O0 OK\r\n\r\n', 'HTTP1_STATUS_CODE_INVALID'],
    ['a code below 100', 'HTTP/1.1 099 OK\r\n\r\n', 'HTTP1_STATUS_CODE_INVALID'],
    ['a sign before the code', 'HTTP/1.1 +20 OK\r\n\r\n', 'HTTP1_STATUS_CODE_INVALID'],
    ['HTAB behind the code', 'HTTP/1.1 200\tOK\r\n\r\n', 'HTTP1_STATUS_CODE_INVALID'],
    ['lower-case version', 'http/1.1 200 OK\r\n\r\n', 'HTTP1_VERSION_INVALID'],
    ['another protocol', 'ICY 200 OK\r\n\r\n', 'HTTP1_VERSION_INVALID'],
    ['version without minor', 'HTTP/1 200 OK\r\n\r\n', 'HTTP1_STATUS_LINE_INVALID'],
    ['version with two digits', 'HTTP/1.10 200 OK\r\n\r\n', 'HTTP1_STATUS_LINE_INVALID'],
    ['HTTP/2.0 (2.3)', 'HTTP/2.0 200 OK\r\n\r\n', 'HTTP1_VERSION_NOT_SUPPORTED'],
    ['HTTP/0.9 (2.3)', 'HTTP/0.9 200 OK\r\n\r\n', 'HTTP1_VERSION_NOT_SUPPORTED'],
    ['a TLS record', '\x15\x03\x01\x00\x02\x02\x46', 'HTTP1_VERSION_INVALID'],
    ['NUL in the reason phrase', 'HTTP/1.1 200 O\0K\r\n\r\n', 'HTTP1_REASON_PHRASE_INVALID'],
    ['DEL in the reason phrase', 'HTTP/1.1 200 O\x7fK\r\n\r\n', 'HTTP1_REASON_PHRASE_INVALID'],
    ['bare LF behind the reason phrase (2.2)', 'HTTP/1.1 200 OK\n\r\n', 'HTTP1_LINE_ENDING_INVALID'],
    ['bare LF behind the code (2.2)', 'HTTP/1.1 200\n\r\n', 'HTTP1_LINE_ENDING_INVALID'],
    ['bare CR in the reason phrase (2.2)', 'HTTP/1.1 200 O\rK\r\n\r\n', 'HTTP1_LINE_ENDING_INVALID'],
  ])('%s: refused', (_rule, text, code) => {
    expect(decode(text)).toEqual([`error ${code}`]);
  });

  it.each([
    ['X', 'HTTP1_VERSION_INVALID'],
    ['HTTP/2.0', 'HTTP1_VERSION_NOT_SUPPORTED'],
    ['HTTP/1.1 x', 'HTTP1_STATUS_CODE_INVALID'],
    ['\0'.repeat(100), 'HTTP1_VERSION_INVALID'],
  ])('the beginning %j is judged without waiting for the line: %s', (text, code) => {
    const decoder = decoderFor();
    decoder.push(latin1(text));
    expect(() => decoder.read()).toThrow(expect.objectContaining({ code }));
  });

  it.each(['H', 'HTTP/2', 'HTTP/1.1 200'])('the beginning "%s" may become one: no error', (text) => {
    const decoder = decoderFor();
    decoder.push(latin1(text));
    expect(decoder.read()).toBe(ResponseEvent.needData);
  });
});

describe('a status line that comes byte by byte', () => {
  it.each([
    ['HTTP/1.1 2x', 'HTTP1_STATUS_CODE_INVALID'],
    ['HTTP/1.1 200 O\0', 'HTTP1_REASON_PHRASE_INVALID'],
    ['HTTP/1.1 200 OK\rX', 'HTTP1_LINE_ENDING_INVALID'],
  ])('%j is refused at its last byte, not before and not later', (text, code) => {
    const decoder = decoderFor();
    for (const character of text.slice(0, -1)) {
      decoder.push(latin1(character));
      expect(decoder.read()).toBe(ResponseEvent.needData);
    }
    decoder.push(latin1(text.slice(-1)));
    expect(() => decoder.read()).toThrow(expect.objectContaining({ code }));
  });
});

describe('RFC 9112 9.2 and 2.2 empty lines', () => {
  it('CRLF before a status line: passed over', () => {
    expect(decode(`\r\n\r\n${head('content-length: 0')}`)).toEqual(['head 200 OK', 'end']);
  });

  it('CRLF with no request waiting: passed over', () => {
    expect(decode('\r\n', { requests: [] })).toEqual([]);
  });

  it('nine of them: refused', () => {
    expect(decode('\r\n'.repeat(9))).toEqual(['error HTTP1_STATUS_LINE_INVALID']);
  });

  it('CR without LF: refused', () => {
    expect(decode(`\rX`)).toEqual(['error HTTP1_LINE_ENDING_INVALID']);
  });
});

describe('RFC 9112 5 field section', () => {
  it('names as spelled, lines in order, values without the blanks around them', () => {
    const decoder = decoderFor();
    decoder.push(
      latin1(head('Set-Cookie: a=1', 'X-Odd:\t v\xe9 w \t', 'set-cookie:b=2', 'Empty:', 'Content-Length: 0')),
    );
    expect(decoder.read()).toBe(ResponseEvent.head);
    const { headers, minorVersion } = decoder.head!;
    expect([...headers]).toEqual([
      ['Set-Cookie', 'a=1'],
      ['X-Odd', 'v\xe9 w'],
      ['set-cookie', 'b=2'],
      ['Empty', ''],
      ['Content-Length', '0'],
    ]);
    expect(headers.getAll('SET-COOKIE')).toEqual(['a=1', 'b=2']);
    expect(minorVersion).toBe(1);
  });

  it.each<[rule: string, line: string, code: string]>([
    ['no colon', 'nothing', 'HTTP1_FIELD_LINE_INVALID'],
    ['blank before the colon (5.1)', 'a : b', 'HTTP1_FIELD_NAME_INVALID'],
    ['empty name', ': b', 'HTTP1_FIELD_NAME_INVALID'],
    ['folded line (5.2)', 'a: b\r\n c', 'HTTP1_FIELD_FOLDED'],
    ['NUL in a value', 'a: b\0', 'HTTP1_FIELD_VALUE_INVALID'],
    ['bare LF', 'a: b\nc: d', 'HTTP1_LINE_ENDING_INVALID'],
    ['bare CR', 'a: b\rc: d', 'HTTP1_LINE_ENDING_INVALID'],
  ])('%s: refused', (_rule, line, code) => {
    expect(decode(head(line))).toEqual([`error ${code}`]);
  });

  it('a head stays as it was when more responses have been read', () => {
    const decoder = decoderFor({ requests: ['GET', 'GET'] });
    decoder.push(latin1(head('a: first', 'content-length: 0') + head('b: second', 'content-length: 0')));
    decoder.read();
    const first = decoder.head!;
    decoder.read();
    decoder.read();
    expect([first.headers.get('a'), decoder.head!.headers.get('b')]).toEqual(['first', 'second']);
  });
});
