import { describe, expect, it } from 'vitest';
import { Http1Error, RequestDecoder, RequestEvent } from '../src/index.ts';

/** A head of which the value ends with these bytes, with so much else that it is read four bytes at once. */
const largeHead = (value: string, before: number): Buffer =>
  Buffer.from(
    `GET / HTTP/1.1\r\nHost: a\r\nFiller: ${'f'.repeat(600)}\r\nX:${'v'.repeat(before)}${value}\r\n\r\n`,
    'latin1',
  );

const readValue = (head: Buffer): string | undefined => {
  const decoder = new RequestDecoder();
  decoder.push(head);
  expect(decoder.read()).toBe(RequestEvent.head);
  return decoder.head!.field('x');
};

describe('RFC 9110 5.5: every byte in a value of a large head, at every place of a word', () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const isAllowed = (byte: number): boolean => byte === 0x09 || (byte >= 0x20 && byte !== 0x7f);

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('%d bytes before it', (before) => {
    for (const byte of bytes) {
      // With a visible character behind it, no byte is whitespace at the end.
      const value = `${String.fromCharCode(byte)}ab`;
      if (isAllowed(byte)) {
        const whole = 'v'.repeat(before) + value;
        expect(readValue(largeHead(value, before)), `byte ${byte}`).toBe(whole.replace(/^[\t ]+/, ''));
      } else {
        expect(() => readValue(largeHead(value, before)), `byte ${byte}`).toThrow(Http1Error);
      }
    }
  });

  it('two odd bytes in one word do not hide each other', () => {
    for (const first of [0x00, 0x1f, 0x7f, 0x80, 0xff]) {
      for (const second of [0x00, 0x1f, 0x7f, 0x80, 0xff]) {
        const value = String.fromCharCode(first, second);
        const read = (): unknown => readValue(largeHead(`${value}x`, 4));
        if (isAllowed(first) && isAllowed(second)) expect(read()).toBe(`vvvv${value}x`);
        else expect(read, `${first} ${second}`).toThrow(Http1Error);
      }
    }
  });
});
