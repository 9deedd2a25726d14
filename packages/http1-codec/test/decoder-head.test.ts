import { describe, expect, it } from 'vitest';
import { RequestDecoder, RequestEvent, type RequestHead } from '../src/index.ts';
import { tokenByte } from '../src/grammar/grammar.ts';
import { bytesOf, head } from './support/requests.ts';

const headOf = (text: string): RequestHead => {
  const decoder = new RequestDecoder();
  decoder.push(bytesOf(text));
  expect(decoder.read()).toBe(RequestEvent.head);
  return decoder.head!;
};

describe('the fields of a head by name', () => {
  const parsed = headOf(
    head('GET / HTTP/1.1', 'X_Y: 1', 'x^y: 2', 'x~y: 3', 'Accept: a', 'ACCEPT: b', 'Cookie: c=1', 'cookie: d=2', 'E:'),
  );

  it.each<[string, string | undefined, string[]]>([
    ['x_y', '1', ['1']],
    ['x^y', '2', ['2']],
    ['x~y', '3', ['3']],
    ['accept', 'a, b', ['a', 'b']],
    ['cookie', 'c=1; d=2', ['c=1', 'd=2']],
    ['e', '', ['']],
    ['xy', undefined, []],
    ['x-y', undefined, []],
    ['', undefined, []],
    ['accep', undefined, []],
    ['acceptx', undefined, []],
  ])('%s', (name, value, values) => {
    expect(parsed.field(name)).toBe(value);
    expect(parsed.fieldValues(name)).toEqual(values);
  });
});

describe('a name of any token bytes', () => {
  const token = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => tokenByte[byte] === 1);

  it.each(token)('with byte %i: found in its own spelling and case, and no other', (byte) => {
    const name = `x${String.fromCharCode(byte)}y`;
    const others = token.map((other) => `x${String.fromCharCode(other)}y`).filter((other) => other !== name);
    const parsed = headOf(head('GET / HTTP/1.1', `${name}: 1`, `${name.toUpperCase()}: 2`));
    expect(parsed.field(name.toLowerCase())).toBe('1, 2');
    const found = others.filter((other) => parsed.field(other.toLowerCase()) !== undefined);
    expect(found.every((other) => other.toLowerCase() === name.toLowerCase())).toBe(true);
  });
});

describe('the size of the field section, which counts towards the limit of the trailers', () => {
  it.each<[string, string]>([
    ['plain lines', 'Host: a\r\nX: b\r\n'],
    ['whitespace after the last value', 'Host: a\r\nX: b \t \r\n'],
    ['an empty last value', 'Host: a\r\nX:   \r\n'],
  ])('%s: every byte up to the empty line', (_, section) => {
    expect(headOf(`GET / HTTP/1.1\r\n${section}\r\n`).fieldsSize).toBe(section.length);
  });

  it('no field: 0', () => expect(headOf('GET / HTTP/1.0\r\n\r\n').fieldsSize).toBe(0));
});

describe('a head that is read after others have been parsed', () => {
  it('two decoders in turn: each keeps its own', () => {
    const first = headOf(head('GET /1 HTTP/1.1', 'A: first', 'B: 1'));
    const second = headOf('PATCH /2 HTTP/1.0\r\nA: second\r\n\r\n');
    for (let again = 0; again < 3; again++) {
      expect(first.field('a')).toBe('first');
      expect(second.field('a')).toBe('second');
      expect(second.fieldLine(0)).toEqual(['A', 'second']);
      expect(first.fieldLine(2)).toEqual(['B', '1']);
      expect([first.method, first.target, first.fieldCount]).toEqual(['GET', '/1', 3]);
      expect([second.method, second.target, second.fieldCount]).toEqual(['PATCH', '/2', 1]);
    }
  });

  it('a decoder in the middle of a head: neither disturbs the other', () => {
    const text = head('GET /slow HTTP/1.1', 'A: 1', 'B: 2');
    const slow = new RequestDecoder();
    for (const character of text) {
      slow.push(bytesOf(character));
      const event = slow.read();
      const other = headOf(head('GET /other HTTP/1.1', 'X: y', 'Z: z', 'W: w'));
      expect(other.field('x')).toBe('y');
      if (event === RequestEvent.head) break;
      expect(event).toBe(RequestEvent.needData);
    }
    expect(slow.head!.fieldLine(2)).toEqual(['B', '2']);
    expect(slow.head!.field('a')).toBe('1');
  });

  it('trailers in between: the head still has its own fields', () => {
    const decoder = new RequestDecoder();
    decoder.push(bytesOf(head('POST / HTTP/1.1', 'Transfer-Encoding: chunked', 'A: head')));
    expect(decoder.read()).toBe(RequestEvent.head);
    const { head: parsed } = decoder;
    decoder.push(bytesOf('0\r\nA: trailer\r\nB: trailer\r\n\r\n'));
    expect(decoder.read()).toBe(RequestEvent.end);
    expect(parsed!.field('a')).toBe('head');
    expect(decoder.trailers!.get('a')).toBe('trailer');
  });

  it('content that has been moved together behind it: the head is untouched', () => {
    const decoder = new RequestDecoder();
    decoder.push(
      bytesOf(`${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n`),
    );
    decoder.read();
    const { head: parsed } = decoder;
    expect(decoder.read()).toBe(RequestEvent.content);
    expect(Buffer.from(decoder.content!).toString()).toBe('abc');
    headOf(head('GET / HTTP/1.1'));
    expect(parsed!.field('transfer-encoding')).toBe('chunked');
  });
});
