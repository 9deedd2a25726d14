import { describe, expect, it } from 'vitest';
import { type Http1Error, RequestDecoder, RequestEvent } from '../src/index.ts';

/** A head of which the value ends with these bytes, with so much else that it is read four bytes at once. */
const largeHead = (value: string, before: number): Buffer =>
  Buffer.from(
    `GET / HTTP/1.1\r\nHost: a\r\nFiller: ${'f'.repeat(600)}\r\nX:${'v'.repeat(before)}${value}\r\n\r\n`,
    'latin1',
  );

/** The value as it is read, or the code of its refusal. */
const outcome = (value: string, before: number): string | undefined => {
  const decoder = new RequestDecoder();
  decoder.push(largeHead(value, before));
  try {
    return decoder.read() === RequestEvent.head ? decoder.head!.field('x') : 'incomplete';
  } catch (error) {
    return (error as Http1Error).code;
  }
};

const isAllowed = (byte: number): boolean => byte === 0x09 || (byte >= 0x20 && byte !== 0x7f);

const refusal = (byte: number): string => (byte === 0x0a ? 'HTTP1_LINE_ENDING_INVALID' : 'HTTP1_FIELD_VALUE_INVALID');

describe('RFC 9110 5.5: every byte in a value of a large head, at every place of a word', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])('%d bytes before it', (before) => {
    for (let byte = 0; byte < 256; byte++) {
      // A CR begins a line ending, which is another rule.
      if (byte === 0x0d) continue;
      // With visible characters behind it, no byte is whitespace at the end.
      const value = `${String.fromCharCode(byte)}ab`;
      const whole = ('v'.repeat(before) + value).replace(/^[\t ]+/, '');
      expect(outcome(value, before), `byte ${byte}`).toBe(isAllowed(byte) ? whole : refusal(byte));
    }
  });

  it('two odd bytes in one word do not hide each other', () => {
    const odd = [0x00, 0x1f, 0x7f, 0x80, 0xff];
    for (const first of odd) {
      for (const second of odd) {
        const value = `${String.fromCharCode(first, second)}x`;
        const wrong = [first, second].find((byte) => !isAllowed(byte));
        const expected = wrong === undefined ? `vvvv${value}` : refusal(wrong);
        expect(outcome(value, 4), `${first} ${second}`).toBe(expected);
      }
    }
  });
});
