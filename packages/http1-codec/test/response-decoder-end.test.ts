import { describe, expect, it } from 'vitest';
import { ResponseEvent } from '../src/index.ts';
import { type ResponseCase, decode, decoderFor, latin1 } from './support/responses.ts';

const ok = 'HTTP/1.1 200 OK\r\n';
const head = (...lines: string[]): string => `${ok}${lines.map((line) => `${line}\r\n`).join('')}\r\n`;

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
