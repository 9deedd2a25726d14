import { describe, expect, it } from 'vitest';
import { GrowingBytes } from '../src/growing-bytes.ts';

describe('GrowingBytes', () => {
  it('a single piece is not copied', () => {
    const piece = new Uint8Array([1, 2, 3]);
    expect(new GrowingBytes(piece).bytes.buffer).toBe(piece.buffer);
  });

  it('pieces follow each other', () => {
    const growing = new GrowingBytes(new Uint8Array([1]));
    growing.append(new Uint8Array([2, 3]));
    growing.append(new Uint8Array(0));
    growing.append(new Uint8Array([4]));
    expect([...growing.bytes]).toEqual([1, 2, 3, 4]);
  });

  it('the first piece stays as it was', () => {
    const first = new Uint8Array([1, 2, 3, 4]).subarray(0, 2);
    const growing = new GrowingBytes(first);
    growing.append(new Uint8Array([9]));
    expect([...new Uint8Array(first.buffer)]).toEqual([1, 2, 3, 4]);
  });

  it.each([0, 1, 2, 4095, 4096, 4097, 8192, 10_000])('%i pieces of a byte', (count) => {
    const growing = new GrowingBytes(new Uint8Array(0));
    for (let n = 0; n < count; n++) growing.append(new Uint8Array([n % 251]));
    expect(growing.bytes).toHaveLength(count);
    expect(growing.bytes.every((byte, n) => byte === n % 251)).toBe(true);
  });

  it('a piece larger than twice the capacity fits', () => {
    const growing = new GrowingBytes(new Uint8Array([1]));
    growing.append(new Uint8Array(100_000).fill(2));
    expect([growing.bytes.length, growing.bytes[0], growing.bytes[1], growing.bytes.at(-1)]).toEqual([
      100_001, 1, 2, 2,
    ]);
  });

  it('bytes taken earlier do not change', () => {
    const growing = new GrowingBytes(new Uint8Array([1]));
    growing.append(new Uint8Array([2]));
    const before = growing.bytes;
    growing.append(new Uint8Array(10_000));
    expect([...before]).toEqual([1, 2]);
  });

  it('a byte at a time costs less than its square', () => {
    const growing = new GrowingBytes(new Uint8Array(0));
    const piece = new Uint8Array(1);
    const buffers = new Set<ArrayBufferLike>();
    for (let n = 0; n < 100_000; n++) {
      growing.append(piece);
      buffers.add(growing.bytes.buffer);
    }
    expect(buffers.size).toBeLessThan(10);
  });
});
