import { describe, expect, it } from 'vitest';
import { Http1Error, RequestDecoder, RequestEvent, http1Errors } from '../src/index.ts';
import {
  Reader,
  bytesOf,
  chunked,
  decode,
  decodeLate,
  decodedNext,
  expectDecoding,
  head,
  next,
} from './support/requests.ts';

const text = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString('latin1');

describe('pipelined requests', () => {
  it('RFC 9112 9.3.2, pipelined requests of every framing: each ends where the next begins', () => {
    const get = head('GET /a HTTP/1.1');
    const post = `${head('POST /b HTTP/1.1', 'Content-Length: 5')}hello`;
    const chunks = `${head('PUT /c HTTP/1.1', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\nT: v\r\n\r\n`;
    const { requests } = decode([bytesOf(get + post + chunks)]);
    expect(requests.map(({ target, content, complete }) => [target, content, complete])).toEqual([
      ['/a', '', true],
      ['/b', 'hello', true],
      ['/c', 'hello', true],
    ]);
    expectDecoding(get + post + chunks + get, { requests: [...requests, requests[0]!] });
  });

  it('a request inside the content of another: content', () => {
    const inner = head('GET /inner HTTP/1.1');
    for (const outer of [
      `${head('POST / HTTP/1.1', `Content-Length: ${inner.length}`)}${inner}`,
      chunked(`${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`),
    ]) {
      const { requests } = decode([bytesOf(outer)]);
      expect(requests).toMatchObject([{ content: inner, complete: true }]);
      expectDecoding(outer + next, { requests: [requests[0]!, decodedNext] });
    }
  });

  it('a refused one in the middle: those before are there, nothing behind it', () => {
    const { requests, error } = decode([bytesOf(`${next}GET / HTTP/1.1\r\nBad Name: x\r\n\r\n${next}`)]);
    expect(error).toBe('HTTP1_FIELD_NAME_INVALID');
    expect(requests).toEqual([decodedNext]);
  });

  it('1,000 in one chunk: 1,000 requests', () =>
    expect(decode([bytesOf(next.repeat(1000))]).requests).toHaveLength(1000));
});

describe('events', () => {
  it('a request without content: head, end, needData', () => {
    const decoder = new RequestDecoder();
    expect(decoder.read()).toBe(RequestEvent.needData);
    decoder.push(bytesOf(next));
    expect(decoder.isInMessage).toBe(true);
    expect(decoder.read()).toBe(RequestEvent.head);
    expect(decoder.read()).toBe(RequestEvent.end);
    expect(decoder.head).toBeDefined();
    expect(decoder.isInMessage).toBe(false);
    expect(decoder.read()).toBe(RequestEvent.needData);
    expect(decoder.head).toBeUndefined();
    expect(decoder.content).toBeUndefined();
  });

  it('content comes as views of what was pushed, and `remainingContent` counts down', () => {
    const decoder = new RequestDecoder();
    const bytes = bytesOf(`${head('POST / HTTP/1.1', 'Content-Length: 6')}abc`);
    decoder.push(bytes);
    decoder.read();
    expect(decoder.remainingContent).toBe(6);
    expect(decoder.buffered).toBe(3);
    expect(decoder.read()).toBe(RequestEvent.content);
    expect(decoder.content!.buffer).toBe(bytes.buffer);
    expect(decoder.remainingContent).toBe(3);
    expect(decoder.read()).toBe(RequestEvent.needData);
    expect(decoder.isInMessage).toBe(true);
  });

  it('chunks in one piece: one content event', () => {
    const decoder = new RequestDecoder();
    decoder.push(bytesOf(chunked('1\r\na\r\n2\r\nbc\r\n0\r\n\r\n')));
    const events = Array.from({ length: 4 }, () => decoder.read());
    expect(events).toEqual([RequestEvent.head, RequestEvent.content, RequestEvent.end, RequestEvent.needData]);
  });

  it('empty pieces: nothing', () => {
    const empty = new Uint8Array(0);
    const reader = new Reader();
    for (const character of `${head('POST / HTTP/1.1', 'Content-Length: 2')}ab`) {
      reader.push(empty).push(bytesOf(character)).push(empty).push(empty).read();
    }
    expect(reader.decoding.requests).toMatchObject([{ content: 'ab', complete: true }]);
    expect(decodeLate([empty, bytesOf('GE'), empty, empty, bytesOf(next.slice(2)), empty]).requests).toEqual([
      decodedNext,
    ]);
  });

  it('a Uint8Array that is no Buffer: read within its bounds', () => {
    const large = new Uint8Array(200).fill(0x41);
    large.set(bytesOf(next), 50);
    const decoder = new RequestDecoder();
    decoder.push(large.subarray(50, 50 + next.length));
    expect(decoder.read()).toBe(RequestEvent.head);
    expect(decoder.head!.target).toBe('/next');
  });
});

describe('takeRemaining', () => {
  it('what has not been read, in order, and nothing is left', () => {
    const decoder = new RequestDecoder();
    decoder.push(bytesOf(`${next}be`));
    for (const piece of ['hi', 'nd', 'x'.repeat(5000), 'end', '!']) decoder.push(bytesOf(piece));
    expect(decoder.read()).toBe(RequestEvent.head);
    expect(decoder.read()).toBe(RequestEvent.end);
    expect(decoder.buffered).toBe(5010);
    expect(text(decoder.takeRemaining())).toBe(`behind${'x'.repeat(5000)}end!`);
    expect(decoder.buffered).toBe(0);
    expect(decoder.takeRemaining()).toEqual([]);
  });

  it('in the middle of a head: its bytes, too', () => {
    const reader = new Reader();
    for (const character of 'GET / HT') reader.push(bytesOf(character)).read();
    expect(text(reader.decoder.takeRemaining())).toBe('GET / HT');
  });
});

describe('a refused message', () => {
  it('the same error on each read, whatever comes', () => {
    const decoder = new RequestDecoder();
    decoder.push(bytesOf('G@T / HTTP/1.1\r\n\r\n'));
    const errors = Array.from({ length: 3 }, () => {
      try {
        decoder.push(bytesOf(next));
        return decoder.read();
      } catch (error) {
        return error;
      }
    });
    for (const error of errors) {
      expect(error).toBeInstanceOf(Http1Error);
      expect(error).toMatchObject({ code: 'HTTP1_METHOD_INVALID', status: 400, name: 'Http1Error' });
    }
  });

  it('its text holds no byte of the peer', () => {
    const { error } = decode([bytesOf('GET / HTTP/1.1\r\nHost: \x1b[31mevil\r\n\r\n')]);
    expect(new Http1Error(error!).message).toBe(`${http1Errors[error!].message} (${http1Errors[error!].source})`);
  });
});
