import { afterEach, describe, expect, it, vi } from 'vitest';
import { ContentQueue } from '../src/exchange/content-queue.ts';

describe('content queue', () => {
  afterEach(() => void vi.restoreAllMocks());

  it.each([1, 3, 9])('merges %d small pieces in memory that has nothing other clients have sent', (count) => {
    vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation((size) => Buffer.alloc(size, 0xaa));
    const queue = new ContentQueue();
    for (let i = 0; i < count; i++) queue.add(Buffer.alloc(1000, 7));
    for (let piece = queue.take(); piece !== undefined; piece = queue.take()) {
      expect(Buffer.from(piece.buffer).includes(0xaa)).toBe(false);
    }
  });

  it.each([2048, 4000, 16_000])('copies %d bytes of a larger read into memory that holds nothing else', (size) => {
    const read = new Uint8Array(64 * 1024 + 1).fill(7);
    const queue = new ContentQueue();
    queue.add(read.subarray(100, 100 + size));
    const piece = queue.take()!;
    expect(piece.buffer.byteLength).toBe(size);
    expect(piece).toEqual(Buffer.alloc(size, 7));
  });

  it('keeps no more than four times its content, whatever the sizes of the pieces', () => {
    const queue = new ContentQueue();
    for (let i = 0; i < 10; i++) {
      queue.add(Buffer.alloc(1, 7));
      queue.add(Buffer.alloc(2048, 7));
    }
    const { size } = queue;
    let kept = 0;
    for (let piece = queue.take(); piece !== undefined; piece = queue.take()) kept += piece.buffer.byteLength;
    expect(kept).toBeLessThanOrEqual(4 * size);
  });

  it('keeps a piece that is a large share of its memory as it is', () => {
    const read = new Uint8Array(4096);
    const queue = new ContentQueue();
    queue.add(read);
    expect(queue.take()).toBe(read);
  });
});
