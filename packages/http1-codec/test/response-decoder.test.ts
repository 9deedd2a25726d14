import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { ResponseEvent } from '../src/index.ts';
import { type ResponseCase, decode, decoderFor, latin1 } from './support/responses.ts';

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

describe('RFC 9112 6.3 message body length', () => {
  it.each<[rule: string, text: string, lines: string[], given?: ResponseCase]>([
    ['1: HEAD has no content', head('content-length: 5'), ['head 200 OK', 'end'], { requests: ['HEAD'] }],
    ['1: HEAD, chunked', head('transfer-encoding: chunked'), ['head 200 OK', 'end'], { requests: ['HEAD'] }],
    ['1: HEAD without length', head(), ['head 200 OK', 'end'], { requests: ['HEAD'] }],
    [
      '1: head is not HEAD',
      head('content-length: 1') + 'x',
      ['head 200 OK', 'content x', 'end'],
      { requests: ['head'] },
    ],
    ['1: 204', 'HTTP/1.1 204 No Content\r\n\r\n', ['head 204 No Content', 'end']],
    ['1: 204 with length', 'HTTP/1.1 204 \r\ncontent-length: 5\r\n\r\n', ['head 204 ', 'end']],
    ['1: 304 with length', 'HTTP/1.1 304 \r\ncontent-length: 5\r\n\r\n', ['head 304 ', 'end']],
    ['1: 304, chunked', 'HTTP/1.1 304 \r\ntransfer-encoding: chunked\r\n\r\n', ['head 304 ', 'end']],
    ['1: 205 has a length like others', 'HTTP/1.1 205 \r\ncontent-length: 0\r\n\r\n', ['head 205 ', 'end']],
    ['2: CONNECT 200', head() + 'raw', ['head 200 OK', 'switched raw'], { requests: ['CONNECT'] }],
    ['2: CONNECT 204', 'HTTP/1.1 204 \r\n\r\nraw', ['head 204 ', 'switched raw'], { requests: ['CONNECT'] }],
    ['2: CONNECT 299', 'HTTP/1.1 299 \r\n\r\n', ['head 299 ', 'switched '], { requests: ['CONNECT'] }],
    [
      '2: CONNECT 200 ignores framing fields, wrong ones as well',
      head('content-length: x', 'content-length: 2', 'transfer-encoding: gzip') + 'raw',
      ['head 200 OK', 'switched raw'],
      { requests: ['CONNECT'] },
    ],
    [
      '2: CONNECT refused has content',
      'HTTP/1.1 407 \r\ncontent-length: 2\r\n\r\nno',
      ['head 407 ', 'content no', 'end'],
      { requests: ['CONNECT'] },
    ],
    ['4: chunked', head('transfer-encoding: Chunked') + '2\r\nhi\r\n0\r\n\r\n', ['head 200 OK', 'content hi', 'end']],
    ['6: Content-Length', head('content-length: 5') + 'hello', ['head 200 OK', 'content hello', 'end']],
    ['6: Content-Length 0', head('content-length: 0'), ['head 200 OK', 'end']],
    ['6: leading zeros', head('content-length: 0002') + 'hi', ['head 200 OK', 'content hi', 'end']],
    ['8: neither, until the end', head() + 'to the end', ['head 200 OK', 'content to the end', 'end'], { ends: true }],
    ['8: neither, nothing', head(), ['head 200 OK', 'end'], { ends: true }],
    ['8: HTTP/1.0', 'HTTP/1.0 200 \r\n\r\nold', ['head 200 ', 'content old', 'end'], { ends: true }],
    ['8: not before the end', head() + 'x', ['head 200 OK', 'content x']],
  ])('%s', (_rule, text, lines, given) => {
    expect(decode(text, given)).toEqual(lines);
  });

  it.each<[rule: string, lines: string[], code: string]>([
    ['3: both', ['content-length: 1', 'transfer-encoding: chunked'], 'HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING'],
    ['4: gzip alone', ['transfer-encoding: gzip'], 'HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED'],
    ['4: identity', ['transfer-encoding: identity'], 'HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED'],
    ['4: gzip, chunked', ['transfer-encoding: gzip, chunked'], 'HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED'],
    [
      '4: two lines',
      ['transfer-encoding: gzip', 'transfer-encoding: chunked'],
      'HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED',
    ],
    ['4: chunked twice', ['transfer-encoding: chunked, chunked'], 'HTTP1_TRANSFER_CODING_INVALID'],
    ['4: chunked not last', ['transfer-encoding: chunked, gzip'], 'HTTP1_TRANSFER_CODING_INVALID'],
    ['4: chunked with a parameter', ['transfer-encoding: chunked;a=b'], 'HTTP1_TRANSFER_CODING_INVALID'],
    ['4: chunked with a blank and a parameter', ['transfer-encoding: chunked ;a=b'], 'HTTP1_TRANSFER_CODING_INVALID'],
    ['4: empty', ['transfer-encoding:'], 'HTTP1_TRANSFER_CODING_INVALID'],
    ['4: empty member', ['transfer-encoding: ,chunked'], 'HTTP1_TRANSFER_CODING_INVALID'],
    ['4: a word like chunked', ['transfer-encoding: xchunked'], 'HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED'],
    ['5: several that differ', ['content-length: 1', 'content-length: 2'], 'HTTP1_CONTENT_LENGTH_DUPLICATE'],
    ['5: several that agree', ['content-length: 1', 'Content-Length: 1'], 'HTTP1_CONTENT_LENGTH_DUPLICATE'],
    ['5: a list', ['content-length: 1, 1'], 'HTTP1_CONTENT_LENGTH_INVALID'],
    ['5: a sign', ['content-length: +1'], 'HTTP1_CONTENT_LENGTH_INVALID'],
    ['5: negative', ['content-length: -1'], 'HTTP1_CONTENT_LENGTH_INVALID'],
    ['5: hexadecimal', ['content-length: 0x1'], 'HTTP1_CONTENT_LENGTH_INVALID'],
    ['5: a fraction', ['content-length: 1.0'], 'HTTP1_CONTENT_LENGTH_INVALID'],
    ['5: empty', ['content-length:'], 'HTTP1_CONTENT_LENGTH_INVALID'],
    ['5: a digit of another script', ['content-length: \xb2'], 'HTTP1_CONTENT_LENGTH_INVALID'],
    ['6: above 2^53', ['content-length: 9007199254740992'], 'HTTP1_CONTENT_TOO_LARGE'],
    ['6: without end', [`content-length: ${'9'.repeat(400)}`], 'HTTP1_CONTENT_TOO_LARGE'],
  ])('%s: refused, for GET, HEAD and 304', (_rule, lines, code) => {
    expect(decode(head(...lines))).toEqual([`error ${code}`]);
    expect(decode(head(...lines), { requests: ['HEAD'] })).toEqual([`error ${code}`]);
    expect(decode(head(...lines).replace('200 OK', '304 '))).toEqual([`error ${code}`]);
  });

  it('6.1: Transfer-Encoding in HTTP/1.0: refused', () => {
    expect(decode('HTTP/1.0 200 \r\ntransfer-encoding: chunked\r\n\r\n')).toEqual([
      'error HTTP1_TRANSFER_ENCODING_IN_HTTP10',
    ]);
  });

  it('each response is framed by the method of its own request', () => {
    const text = head('content-length: 2') + head('content-length: 2') + 'hi' + head('content-length: 1') + 'x';
    expect(decode(text, { requests: ['HEAD', 'GET', 'POST'] })).toEqual([
      'head 200 OK',
      'end',
      'head 200 OK',
      'content hi',
      'end',
      'head 200 OK',
      'content x',
      'end',
    ]);
  });
});

describe('RFC 9110 15.2 informational responses', () => {
  const early = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n';

  it('any 1xx but 101 comes before the final one, which they do not frame', () => {
    const text = `HTTP/1.1 100 Continue\r\ncontent-length: 9\r\n\r\n${early}${early}HTTP/1.1 199 \r\n\r\n${head('content-length: 1')}x`;
    expect(decode(text)).toEqual([
      '1xx 100 Continue',
      '1xx 103 Early Hints',
      '1xx 103 Early Hints',
      '1xx 199 ',
      'head 200 OK',
      'content x',
      'end',
    ]);
  });

  it('they are counted for each final response', () => {
    const final = head('content-length: 0');
    const given = { requests: ['GET', 'GET'], limits: { maxInformationalResponses: 2 } };
    expect(decode(early + early + final + early + early + final, given).filter((line) => line === 'end')).toHaveLength(
      2,
    );
    expect(decode(early + early + early, given).at(-1)).toBe('error HTTP1_TOO_MANY_INFORMATIONAL');
  });

  it('100 with Connection: close does not end the connection', () => {
    const text = `HTTP/1.1 100 \r\nconnection: close\r\n\r\n${head('content-length: 0')}`;
    const decoder = decoderFor();
    decoder.push(latin1(text));
    for (const event of [ResponseEvent.informational, ResponseEvent.head, ResponseEvent.end]) {
      expect(decoder.read()).toBe(event);
    }
    expect(decoder.keepAlive).toBe(true);
  });
});

describe('RFC 9110 7.8 upgrade', () => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n';

  it('101 to a request that offers one: HTTP is over, the rest is the new protocol', () => {
    const decoder = decoderFor({ requests: ['GET+'] });
    decoder.push(latin1(`${switching}HTTP/1.1 200`));
    decoder.push(latin1(' OK'));
    expect(decoder.read()).toBe(ResponseEvent.head);
    expect(decoder.head!.headers.get('upgrade')).toBe('x');
    expect(decoder.read()).toBe(ResponseEvent.switched);
    expect(decoder.read()).toBe(ResponseEvent.switched);
    expect(decoder.keepAlive).toBe(false);
    expect(decoder.isInMessage).toBe(false);
    expect(Buffer.concat(decoder.takeRemaining()).toString()).toBe('HTTP/1.1 200 OK');
    expect(decoder.buffered).toBe(0);
    decoder.end();
    expect(decoder.read()).toBe(ResponseEvent.switched);
  });

  it('101 at every split', () => {
    expect(decode(`HTTP/1.1 100 \r\n\r\n${switching}`, { requests: ['GET+'] })).toEqual([
      '1xx 100 ',
      'head 101 Switching Protocols',
      'switched ',
    ]);
  });

  it('101 to a request that offers none: refused', () => {
    expect(decode(switching)).toEqual(['error HTTP1_SWITCH_NOT_OFFERED']);
  });

  it('another answer to the offer is an ordinary response', () => {
    expect(decode(`${head('content-length: 1')}x`, { requests: ['GET+'] })).toEqual([
      'head 200 OK',
      'content x',
      'end',
    ]);
  });
});

describe('RFC 9112 9.3 persistence', () => {
  const v11 = 'HTTP/1.1 200 \r\ncontent-length: 0\r\n';
  const v10 = 'HTTP/1.0 200 \r\ncontent-length: 0\r\n';

  it.each<[rule: string, head: string, keepAlive: boolean]>([
    ['1.1', v11, true],
    ['1.1 close', `${v11}connection: close\r\n`, false],
    ['1.1 Close among others', `${v11}connection: foo , Close\r\n`, false],
    ['1.1 close on a second line', `${v11}connection: keep-alive\r\nconnection: close\r\n`, false],
    ['1.1 a word with close in it', `${v11}connection: closed\r\n`, true],
    ['1.0', v10, false],
    ['1.0 keep-alive', `${v10}connection: Keep-Alive\r\n`, true],
    ['1.0 keep-alive and close', `${v10}connection: keep-alive, close\r\n`, false],
    ['1.1 that lasts until close', 'HTTP/1.1 200 \r\n', false],
    ['1.0 keep-alive that lasts until close', 'HTTP/1.0 200 \r\nconnection: keep-alive\r\n', false],
  ])('%s', (_rule, text, keepAlive) => {
    const decoder = decoderFor();
    expect(decoder.keepAlive).toBe(true);
    decoder.push(latin1(`${text}\r\n`));
    expect(decoder.read()).toBe(ResponseEvent.head);
    expect(decoder.keepAlive).toBe(keepAlive);
  });

  it('9.6: bytes behind the last response: refused', () => {
    const last = head('content-length: 0', 'connection: close');
    expect(decode(last + head('content-length: 0'), { requests: ['GET', 'GET'] })).toEqual([
      'head 200 OK',
      'end',
      'error HTTP1_RESPONSE_UNEXPECTED',
    ]);
  });

  it('9.2: a response without a request is refused', () => {
    expect(decode(head('content-length: 0').repeat(2))).toEqual([
      'head 200 OK',
      'end',
      'error HTTP1_RESPONSE_UNEXPECTED',
    ]);
    expect(decode('HTTP/1.1 408 \r\n\r\n', { requests: [] })).toEqual(['error HTTP1_RESPONSE_UNEXPECTED']);
  });

  it('outstanding counts the requests without a final response', () => {
    const decoder = decoderFor({ requests: ['GET', 'GET'] });
    decoder.push(latin1(`HTTP/1.1 100 \r\n\r\n${head('content-length: 0')}`));
    decoder.read();
    expect(decoder.outstanding).toBe(2);
    decoder.read();
    expect(decoder.outstanding).toBe(1);
  });
});

describe('RFC 9112 8 incomplete messages', () => {
  const chunked = head('transfer-encoding: chunked');

  it.each<[rule: string, text: string, lines: string[], given?: ResponseCase]>([
    ['nothing asked, nothing sent', '', [], { requests: [] }],
    ['between two responses', head('content-length: 0'), ['head 200 OK', 'end']],
    ['before the answer', '', ['error HTTP1_RESPONSE_MISSING']],
    [
      'before the second answer',
      head('content-length: 0'),
      ['head 200 OK', 'end', 'error HTTP1_RESPONSE_MISSING'],
      { requests: ['GET', 'GET'] },
    ],
    [
      'behind a last response with more asked',
      head('content-length: 0', 'connection: close'),
      ['head 200 OK', 'end', 'error HTTP1_RESPONSE_MISSING'],
      { requests: ['GET', 'GET'] },
    ],
    ['in the status line', 'HTTP/1.1 20', ['error HTTP1_RESPONSE_INCOMPLETE']],
    ['in the field section', `${ok}a: b\r\n`, ['error HTTP1_RESPONSE_INCOMPLETE']],
    ['behind a 1xx', 'HTTP/1.1 100 \r\n\r\n', ['1xx 100 ', 'error HTTP1_RESPONSE_INCOMPLETE']],
    [
      'in content of a known length',
      `${head('content-length: 5')}hell`,
      ['head 200 OK', 'content hell', 'error HTTP1_RESPONSE_INCOMPLETE'],
    ],
    ['before content of a known length', head('content-length: 5'), ['head 200 OK', 'error HTTP1_RESPONSE_INCOMPLETE']],
    ['before the first chunk', chunked, ['head 200 OK', 'error HTTP1_RESPONSE_INCOMPLETE']],
    ['before the last chunk', `${chunked}1\r\nx\r\n`, ['head 200 OK', 'content x', 'error HTTP1_RESPONSE_INCOMPLETE']],
    [
      'before the empty line behind the last chunk',
      `${chunked}1\r\nx\r\n0\r\n`,
      ['head 200 OK', 'content x', 'error HTTP1_RESPONSE_INCOMPLETE'],
    ],
  ])('the server ends %s', (_rule, text, lines, given) => {
    expect(decode(text, { ...given, ends: true })).toEqual(lines);
  });

  it('content until close is complete, and the next request has no answer', () => {
    const given = { requests: ['GET', 'GET'], ends: true };
    expect(decode(`${head()}x`, given)).toEqual(['head 200 OK', 'content x', 'end', 'error HTTP1_RESPONSE_MISSING']);
  });

  it('isInMessage from the first byte to the end event', () => {
    const decoder = decoderFor();
    expect(decoder.isInMessage).toBe(false);
    decoder.push(latin1('H'));
    expect(decoder.isInMessage).toBe(true);
    decoder.push(latin1(head('content-length: 1').slice(1)));
    decoder.read();
    decoder.read();
    expect(decoder.isInMessage).toBe(true);
    decoder.push(latin1('x'));
    expect(decoder.read()).toBe(ResponseEvent.content);
    expect(decoder.isInMessage).toBe(true);
    expect(decoder.read()).toBe(ResponseEvent.end);
    expect(decoder.isInMessage).toBe(false);
    expect(decoder.content).toBeUndefined();
  });
});

describe('ResponseDecoder', () => {
  it('a violation is thrown again by every read, whatever is pushed', () => {
    const decoder = decoderFor();
    decoder.push(latin1('nonsense\r\n\r\n'));
    const refused = expect.objectContaining({ name: 'Http1ResponseError', code: 'HTTP1_VERSION_INVALID' });
    expect(() => decoder.read()).toThrow(refused);
    decoder.push(latin1(head('content-length: 0')));
    expect(() => decoder.read()).toThrow(refused);
    expect(decoder.keepAlive).toBe(false);
  });

  it('bytes left over stay, as buffered and in takeRemaining', () => {
    const decoder = decoderFor();
    decoder.push(latin1(`${head('content-length: 2')}hirest`));
    decoder.push(latin1('more'));
    for (const event of [ResponseEvent.head, ResponseEvent.content, ResponseEvent.end])
      expect(decoder.read()).toBe(event);
    expect(decoder.buffered).toBe(8);
    expect(Buffer.concat(decoder.takeRemaining()).toString()).toBe('restmore');
  });

  it('content is a view of what was pushed, not a copy', () => {
    const decoder = decoderFor();
    const bytes = latin1(`${head('content-length: 2')}hi`);
    decoder.push(bytes);
    decoder.read();
    decoder.read();
    expect(decoder.content!.buffer).toBe(bytes.buffer);
  });

  it('after the end of the server nothing more is to be sent', () => {
    const decoder = decoderFor({ requests: [] });
    decoder.end();
    expect(decoder.read()).toBe(ResponseEvent.needData);
    expect(decoder.keepAlive).toBe(false);
  });
});
