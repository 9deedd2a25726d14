import { describe, expect, it } from 'vitest';
import type { Http1ErrorCode } from '../src/index.ts';
import { Reader, bytesOf, decode, expectRefusal, expectRequest, head, next } from './support/requests.ts';

const post = (...fields: string[]): string => head('POST / HTTP/1.1', ...fields);
const hello = '5\r\nhello\r\n0\r\n\r\n';
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

describe('RFC 9112 6.3 step 7, neither field', () => {
  it.each(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('%s without either: no content', (method) =>
    expectRequest(head(`${method} / HTTP/1.1`), { framing: 0, content: '' }),
  );

  it.each(['POST', 'PUT'])('%s in HTTP/1.0: 411', (method) =>
    expectRefusal(head(`${method} / HTTP/1.0`), 'HTTP1_LENGTH_REQUIRED'),
  );

  it.each(['GET', 'DELETE', 'PATCH', 'post'])('%s in HTTP/1.0: no content', (method) =>
    expectRequest(head(`${method} / HTTP/1.0`), { framing: 0 }),
  );
});

describe('RFC 9110 8.6 Content-Length', () => {
  it.each<[string, string, number, string]>([
    ['zero', 'Content-Length: 0', 0, ''],
    ['five', 'Content-Length: 5', 5, 'hello'],
    ['lower case', 'content-length: 5', 5, 'hello'],
    ['upper case', 'CONTENT-LENGTH: 5', 5, 'hello'],
    ['no space', 'Content-Length:5', 5, 'hello'],
    ['whitespace around', 'Content-Length: \t 5 \t', 5, 'hello'],
    ['leading zeros', 'Content-Length: 0000000000000000000000005', 5, 'hello'],
    ['leading zero before nine is not octal', 'Content-Length: 09', 9, 'hello, hi'],
    ['zeros', 'Content-Length: 000', 0, ''],
  ])('%s: so many bytes', (_, field, framing, content) => {
    expectRequest(post(field) + content, { framing, content });
    expectRequest(head('GET / HTTP/1.1', field) + content, { framing, content });
    expectRequest(head('POST / HTTP/1.0', field) + content, { framing, content, version: '1.0' });
  });

  it.each([
    '+5',
    '-5',
    '-0',
    '+0',
    '0x5',
    '5h',
    'A',
    'five',
    '5 5',
    '5\t5',
    '5;',
    '5.',
    '.5',
    '5.0',
    '5e0',
    '5_0',
    "'5'",
    '"5"',
    '(5)',
    '5,5',
    '5, 5',
    '5,',
    ',5',
    '5, 6',
    '0,5',
    '5, 05',
    '',
    '5 ;',
    '\xa05',
    '\xb2',
    '5%',
    '$5',
    '5-',
    '1,000',
    'Infinity',
    'NaN',
    '0b101',
    '0o5',
    '%35',
  ])('%j: 400', (value) => {
    expectRefusal(post(`Content-Length: ${value}`) + smuggled, 'HTTP1_CONTENT_LENGTH_INVALID');
    expectRefusal(head('GET / HTTP/1.0', `Content-Length: ${value}`), 'HTTP1_CONTENT_LENGTH_INVALID');
  });

  it.each(['\x005', '5\0', '\x0b5', '\x0c5', '5\x7f'])('%j, no field value at all: 400', (value) =>
    expectRefusal(post(`Content-Length: ${value}`), 'HTTP1_FIELD_VALUE_INVALID'),
  );

  it.each([
    ['5', '6'],
    ['5', '5'],
    ['0', '5'],
    ['5', '0'],
    ['5', '05'],
    ['0', '0'],
  ])('%s and %s in two lines: 400', (one, two) =>
    expectRefusal(
      post(`Content-Length: ${one}`, 'X: y', `content-length: ${two}`) + smuggled,
      'HTTP1_CONTENT_LENGTH_DUPLICATE',
    ),
  );

  it('two lines, the second malformed: 400', () =>
    expectRefusal(post('Content-Length: 5', 'Content-Length:'), 'HTTP1_CONTENT_LENGTH_DUPLICATE'));

  it.each([
    ['2^53', '9007199254740992'],
    ['2^63 + 5', '9223372036854775813'],
    ['2^64', '18446744073709551616'],
    ['2^64 + 5', '18446744073709551621'],
    ['2^128 + 5', '340282366920938463463374607431768211461'],
    ['ninety-nine nines', '9'.repeat(99)],
  ])('%s: 413, never a smaller number', (_, value) =>
    expectRefusal(post(`Content-Length: ${value}`) + 'hello', 'HTTP1_CONTENT_TOO_LARGE', {
      limits: { maxRequestBodySize: null },
    }),
  );

  it('2^53 - 1: waited for, where there is no limit', () => {
    const { requests, error } = decode([bytesOf(`${post('Content-Length: 9007199254740991')}hello`)], {
      limits: { maxRequestBodySize: null },
    });
    expect(error).toBeUndefined();
    expect(requests).toMatchObject([{ framing: Number.MAX_SAFE_INTEGER, content: 'hello', complete: false }]);
  });

  it.each([
    'Content_Length: 3',
    'ContentLength: 3',
    'X-Content-Length: 3',
    'Content-Lengt: 3',
    'Content-Lengthx: 3',
    'Content.Length: 3',
  ])('%s beside it: another field', (field) =>
    expectRequest(`${post(field, 'Content-Length: 5')}hello`, { framing: 5, content: 'hello' }),
  );

  it.each([
    ' Content-Length: 3',
    'Content-Length : 3',
    'Content-Length\0: 3',
    'Content-Length abc: 3',
    'X: y\r\n\tContent-Length: 3',
  ])('%j, a spelling that some read and some do not: 400', (field) =>
    expect(decode([bytesOf(post(field) + smuggled)])).toMatchObject({ requests: [], error: expect.any(String) }),
  );
});

describe('RFC 9112 6.1 Transfer-Encoding', () => {
  it.each(['chunked', 'CHUNKED', 'Chunked', 'cHuNkEd', ' \tchunked\t '])('%j: chunked', (value) => {
    expectRequest(post(`Transfer-Encoding:${value}`) + hello, { framing: 'chunked', content: 'hello' });
    expectRequest(head('GET / HTTP/1.1', `TRANSFER-ENCODING: ${value}`) + hello, {
      framing: 'chunked',
      content: 'hello',
    });
  });

  it.each<[string, Http1ErrorCode]>([
    // 6.3 step 4: chunked is not last
    ['identity', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['gzip', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['cow', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked, identity', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked,gzip', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked, gzip, chunked', 'HTTP1_TRANSFER_CODING_INVALID'],
    // 7.1: chunked more than once, or with parameters
    ['chunked, chunked', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked,chunked', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['gzip, chunked, chunked', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked;a=b', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked ;a=b', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked\t;', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked;', 'HTTP1_TRANSFER_CODING_INVALID'],
    // empty members
    ['', 'HTTP1_TRANSFER_CODING_INVALID'],
    [',', 'HTTP1_TRANSFER_CODING_INVALID'],
    [', chunked', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked,', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked, ,', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['gzip,, chunked', 'HTTP1_TRANSFER_CODING_INVALID'],
    // things that resemble it
    ['xchunked', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunke', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunkedx', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked x', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked\tx', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['x chunked', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chun ked', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['"chunked"', 'HTTP1_TRANSFER_CODING_INVALID'],
    ["'chunked'", 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked\xa0', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['chunked.', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['{chunked}', 'HTTP1_TRANSFER_CODING_INVALID'],
    ['gzip;x="a, chunked"', 'HTTP1_TRANSFER_CODING_INVALID'],
    // 6.1: another coding before a final chunked
    ['gzip, chunked', 'HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED'],
    ['identity, chunked', 'HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED'],
    ['cow,chunked', 'HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED'],
    ['gzip;x="a, chunked', 'HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED'],
  ])('%j: refused', (value, code) => {
    expectRefusal(post(`Transfer-Encoding: ${value}`) + hello, code);
    expectRefusal(
      post(`Transfer-Encoding: ${value}`, 'Content-Length: 5') + smuggled,
      'HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING',
    );
    expectRefusal(head('POST / HTTP/1.0', `Transfer-Encoding: ${value}`) + hello, 'HTTP1_TRANSFER_ENCODING_IN_HTTP10');
  });

  it.each<[string[], Http1ErrorCode]>([
    [['chunked', 'chunked'], 'HTTP1_TRANSFER_CODING_INVALID'],
    [['chunked', 'cow'], 'HTTP1_TRANSFER_CODING_INVALID'],
    [['chunked', ''], 'HTTP1_TRANSFER_CODING_INVALID'],
    [['', 'chunked'], 'HTTP1_TRANSFER_CODING_INVALID'],
    [['identity', 'chunked'], 'HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED'],
    [['gzip', 'chunked', 'identity'], 'HTTP1_TRANSFER_CODING_INVALID'],
  ])('%j in lines of their own: refused', (values, code) => {
    expectRefusal(post(...values.map((value) => `Transfer-Encoding: ${value}`)) + hello, code);
    expectRefusal(post(...values.flatMap((value) => [`tRANSFER-eNCODING: ${value}`, 'X: y'])) + hello, code);
  });

  it.each(['\0chunked', '\x0bchunked', '\x0cchunked', 'chunked\0', 'chunked\x1f'])(
    '%j, no field value at all: 400',
    (value) => expectRefusal(post(`Transfer-Encoding: ${value}`) + hello, 'HTTP1_FIELD_VALUE_INVALID'),
  );

  it('in HTTP/1.0: 400', () =>
    expectRefusal(head('POST / HTTP/1.0', 'Transfer-Encoding: chunked') + hello, 'HTTP1_TRANSFER_ENCODING_IN_HTTP10'));

  it.each([
    'Transfer_Encoding: chunked',
    'TransferEncoding: chunked',
    'X-Transfer-Encoding: chunked',
    'Content-Encoding: chunked',
    'TE: chunked',
  ])('%s: another field', (field) =>
    expectRequest(`${post(field, 'Content-Length: 5')}hello`, { framing: 5, content: 'hello' }),
  );

  it.each(['Transfer-Encoding : chunked', 'Transfer-Encoding\t: chunked', 'Transfer-Encoding\0: chunked'])(
    '%j beside a Content-Length: 400',
    (field) => expectRefusal(post(field, `Content-Length: ${smuggled.length}`) + smuggled, 'HTTP1_FIELD_NAME_INVALID'),
  );

  it('hidden behind a bare LF or a folded line: 400', () => {
    expectRefusal(post('X: y\nTransfer-Encoding: chunked') + hello, 'HTTP1_LINE_ENDING_INVALID');
    expectRefusal(post('X: y\rTransfer-Encoding: chunked') + hello, 'HTTP1_LINE_ENDING_INVALID');
    expectRefusal(post('X: y\r\n Transfer-Encoding: chunked') + hello, 'HTTP1_FIELD_FOLDED');
    expectRefusal(post('Transfer-Encoding:\r\n chunked') + hello, 'HTTP1_FIELD_FOLDED');
  });
});

describe('RFC 9112 6.3 step 3, both fields', () => {
  it.each(['0', '4', '5', `${smuggled.length}`])('Content-Length %s and chunked, in either order: 400', (length) => {
    const fields = [`Content-Length: ${length}`, 'Transfer-Encoding: chunked'];
    for (const method of ['POST', 'GET', 'OPTIONS']) {
      const line = `${method} / HTTP/1.1`;
      expectRefusal(`${head(line, ...fields)}0\r\n\r\n${smuggled}`, 'HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING');
      expectRefusal(
        `${head(line, ...fields.toReversed())}0\r\n\r\n${smuggled}`,
        'HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING',
      );
    }
  });
});

describe('maxRequestBodySize with a Content-Length', () => {
  const text = `${post('Content-Length: 5')}hello`;

  it('exactly as long as the limit: accepted', () =>
    expectRequest(text, { content: 'hello' }, { limits: { maxRequestBodySize: 5 } }));

  it('one byte over: 413, before any content', () => {
    expectRefusal(text, 'HTTP1_CONTENT_TOO_LARGE', { limits: { maxRequestBodySize: 4 } });
    expectRefusal(post('Content-Length: 5'), 'HTTP1_CONTENT_TOO_LARGE', { limits: { maxRequestBodySize: 4 } });
  });

  it('no limit: accepted', () => expectRequest(text, { content: 'hello' }, { limits: { maxRequestBodySize: null } }));

  it('a limit of 0: no content passes, and none is fine', () => {
    expectRefusal(text, 'HTTP1_CONTENT_TOO_LARGE', { limits: { maxRequestBodySize: 0 } });
    expectRequest(post('Content-Length: 0'), {}, { limits: { maxRequestBodySize: 0 } });
  });

  it('changed for one request: holds for that one, up or down', () => {
    expectRequest(text, { content: 'hello' }, { limits: { maxRequestBodySize: 4 }, maxBodySize: 5 });
    expectRequest(text, { content: 'hello' }, { limits: { maxRequestBodySize: 4 }, maxBodySize: null });
    expectRefusal(text, 'HTTP1_CONTENT_TOO_LARGE', { limits: { maxRequestBodySize: null }, maxBodySize: 4 });
    expectRefusal(text, 'HTTP1_CONTENT_TOO_LARGE', { maxBodySize: 0 });
  });

  it('the next request has the limit of the server again', () => {
    const { decoder } = new Reader({ limits: { maxRequestBodySize: 10 } }).push(bytesOf(next + next));
    decoder.read();
    decoder.maxBodySize = 3;
    decoder.read();
    decoder.read();
    expect(decoder.maxBodySize).toBe(10);
  });
});
