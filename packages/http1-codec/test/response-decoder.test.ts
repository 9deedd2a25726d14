import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { ResponseEvent } from '../src/index.ts';
import { type ResponseCase, decode, decoderFor, latin1 } from './support/responses.ts';

const ok = 'HTTP/1.1 200 OK\r\n';
const head = (...lines: string[]): string => `${ok}${lines.map((line) => `${line}\r\n`).join('')}\r\n`;

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
