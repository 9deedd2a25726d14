import { Buffer } from 'node:buffer';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Http1ResponseError, RequestDecoder, RequestEvent, ResponseDecoder, ResponseEvent } from '../src/index.ts';
import { statusLineParse } from '../src/response/status-line.ts';
import { fieldLines } from '../src/grammar/field-lines.ts';
import { latin1Text } from '../src/grammar/latin1.ts';
import { ReceivedBytes } from '../src/grammar/received-bytes.ts';
import { bytesOf, chunked, head } from './support/requests.ts';

/** Pushes the text byte by byte, reading each time. @returns the events, and how often field lines were parsed */
const drip = (decoder: RequestDecoder, text: string): { events: RequestEvent[]; parses: number } => {
  const before = fieldLines.generation;
  const events: RequestEvent[] = [];
  for (const byte of bytesOf(text)) {
    decoder.push(Buffer.of(byte));
    for (let event = decoder.read(); event !== RequestEvent.needData; event = decoder.read()) events.push(event);
  }
  return { events, parses: fieldLines.generation - before };
};

describe('work for bytes that come one by one', () => {
  it('a long field line: parsed where something is decided, not for each byte', () => {
    const { events, parses } = drip(new RequestDecoder(), head('GET / HTTP/1.1', `X: ${'a'.repeat(30_000)}`));
    expect(events).toEqual([RequestEvent.head, RequestEvent.end]);
    expect(parses).toBeLessThan(20);
  });

  it('many field lines: a few parses for each, none of which begins at the first line', () => {
    const lines = Array.from({ length: 90 }, (_, index) => `X-${index}: ${'a'.repeat(200)}`);
    const { events, parses } = drip(new RequestDecoder(), head('GET / HTTP/1.1', ...lines));
    expect(events).toEqual([RequestEvent.head, RequestEvent.end]);
    expect(parses).toBeLessThan(91 * 6);
  });

  it('a long request line: no field lines are looked for before it ends', () => {
    const { parses } = drip(new RequestDecoder(), `GET /${'a'.repeat(8000)}`);
    expect(parses).toBe(0);
  });

  it('a long trailer section: as a header section', () => {
    const decoder = new RequestDecoder();
    drip(decoder, chunked('0\r\n'));
    const { events, parses } = drip(decoder, `X: ${'a'.repeat(20_000)}\r\nY: b\r\n\r\n`);
    expect(events).toEqual([RequestEvent.end]);
    expect(parses).toBeLessThan(30);
  });
});

describe('memory for bytes that come one by one', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('a long field line: allocated a few times, not for each byte', () => {
    const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow');
    drip(new RequestDecoder(), head('GET / HTTP/1.1', `X: ${'a'.repeat(30_000)}`));
    expect(allocate.mock.calls.length).toBeLessThan(20);
  });

  it.each([
    ['after a head in two pieces', ['POST / HTTP/1.1\r\nHost: a\r\nContent-Len', 'gth: 3\r\n\r\nabc']],
    ['gathered with the head', Array.from('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc')],
    ['chunked, in pieces', Array.from(chunked('3\r\nabc\r\n0\r\n\r\n'))],
  ])('content %s: its memory has nothing that other clients have sent', (_, parts) => {
    vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation((size) => Buffer.alloc(size, 0xaa));
    const decoder = new RequestDecoder();
    let content = '';
    const read = (): void => {
      for (let event = decoder.read(); event !== RequestEvent.needData; event = decoder.read()) {
        if (event !== RequestEvent.content) continue;
        content += Buffer.from(decoder.content!).toString();
        expect(Buffer.from(decoder.content!.buffer).includes(0xaa)).toBe(false);
      }
    };
    for (const part of parts) decoder.push(bytesOf(part));
    read();
    expect(content).toBe('abc');
  });
});

describe('work for a response that comes byte by byte', () => {
  const original = Object.getOwnPropertyDescriptor(statusLineParse, 'open')!;
  afterEach(() => void Object.defineProperty(statusLineParse, 'open', original));

  /** Counts how often the parser leaves a status line unfinished. */
  const countUnfinished = (): { times: number } => {
    const count = { times: 0 };
    let open = statusLineParse.open;
    const set = (bytes: Uint8Array): void => {
      count.times++;
      open = bytes;
    };
    Object.defineProperty(statusLineParse, 'open', { configurable: true, get: () => open, set });
    return count;
  };

  it('a long reason phrase and a long field line: parsed where something is decided, not for each byte', () => {
    const unfinished = countUnfinished();
    const before = fieldLines.generation;
    const decoder = new ResponseDecoder();
    decoder.expect('GET');
    const events: ResponseEvent[] = [];
    const head = `HTTP/1.1 200 ${'r'.repeat(8000)}\r\na: ${'b'.repeat(30_000)}\r\ncontent-length: 0\r\n\r\n`;
    for (const byte of bytesOf(head)) {
      decoder.push(Buffer.of(byte));
      for (let event = decoder.read(); event !== ResponseEvent.needData; event = decoder.read()) events.push(event);
    }
    expect(events).toEqual([ResponseEvent.head, ResponseEvent.end]);
    expect(unfinished.times).toBeGreaterThan(0);
    expect(unfinished.times).toBeLessThan(30);
    expect(fieldLines.generation - before).toBeLessThan(60);
  });
});

describe('memory for chunks that wait', () => {
  const text = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString('latin1');

  it('100,000 chunks of one byte: a handful of pieces, and not much more room than bytes', () => {
    const received = new ReceivedBytes();
    for (let index = 0; index < 100_000; index++) received.push(Buffer.of(index & 0xff));
    expect(received.size).toBe(100_000);
    const pieces = received.takeAll();
    expect(pieces.length).toBeLessThan(10);
    expect(pieces.reduce((room, piece) => room + piece.buffer.byteLength, 0)).toBeLessThan(300_000);
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(Array.from({ length: 100_000 }, (_, index) => index & 0xff)));
  });

  it('small and large chunks in turn: in order, and the large ones are not copied', () => {
    const received = new ReceivedBytes();
    const large = Buffer.alloc(5000, 'L');
    for (const piece of ['first', 'a', 'b']) received.push(bytesOf(piece));
    received.push(large);
    for (const piece of ['c', 'd']) received.push(bytesOf(piece));
    expect(received.size).toBe(5009);
    const pieces = received.takeAll();
    expect(text(pieces)).toBe(`firstab${'L'.repeat(5000)}cd`);
    expect(pieces.some((piece) => piece.buffer === large.buffer)).toBe(true);
    expect(received.size).toBe(0);
  });

  it('chunks that wait are read one after the other', () => {
    const received = new ReceivedBytes();
    for (const piece of ['1', '2', 'x'.repeat(2000), '3']) received.push(bytesOf(piece));
    const seen: string[] = [];
    do seen.push(latin1Text(received.bytes, received.start, received.end));
    while (received.next());
    expect(seen).toEqual(['1', '2', 'x'.repeat(2000), '3']);
    received.push(bytesOf('again'));
    expect(latin1Text(received.bytes, received.start, received.end)).toBe('again');
  });

  it('what is left is put in front of what comes next', () => {
    const received = new ReceivedBytes();
    received.push(bytesOf('abc'));
    received.start = 1;
    expect(received.join()).toBe(false);
    for (const piece of ['d', 'e'.repeat(3000), 'f']) received.push(bytesOf(piece));
    while (received.join());
    expect(latin1Text(received.bytes, received.start, received.end)).toBe(`bcd${'e'.repeat(3000)}f`);
  });

  it('nothing is held once all is read', () => {
    const received = new ReceivedBytes();
    received.push(Buffer.alloc(100_000));
    received.start = received.end;
    expect(received.next()).toBe(false);
    expect(received.bytes).toHaveLength(0);
  });
});

describe('fields of a response with many blanks in a value', () => {
  // Work that grows with the square of the length would take minutes.
  it.each([
    ['Transfer-Encoding', 'HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING'],
    ['Connection', undefined],
  ])('%s: linear time, within the limit of the header section', (name, code) => {
    const decoder = new ResponseDecoder({ maxResponseHeadersTotalSize: 2_000_000 });
    decoder.expect('GET');
    decoder.push(bytesOf(`HTTP/1.1 200 OK\r\n${name}: x${' '.repeat(1_000_000)}y\r\nContent-Length: 0\r\n\r\n`));
    let refused: string | undefined;
    try {
      decoder.read();
    } catch (error) {
      refused = (error as Http1ResponseError).code;
    }
    expect(refused).toBe(code);
  });
});
