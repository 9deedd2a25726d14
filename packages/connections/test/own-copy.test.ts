import { Buffer } from 'node:buffer';
import { expect, it } from 'vitest';
import { ownCopy } from '../src/index.ts';

it.each([1, 100, 5000])('a copy of %d bytes: its memory has nothing else, and the original may change', (size) => {
  const original = Buffer.alloc(64 * 1024, 'a').subarray(7, 7 + size);
  const copy = ownCopy(original);
  original.fill('b');
  expect(copy.buffer.byteLength).toBe(size);
  expect(String(copy)).toBe('a'.repeat(size));
});
