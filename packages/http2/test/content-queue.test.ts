import { describe, expect, it } from 'vitest';
import { ContentQueue } from '../src/exchange/content-queue.ts';

describe('content queue', () => {
  it.each([2048, 4000, 16_000])('copies %d bytes of a larger read into memory that holds nothing else', (size) => {
    const read = new Uint8Array(64 * 1024 + 1).fill(7);
    const queue = new ContentQueue();
    queue.add(read.subarray(100, 100 + size));
    const piece = queue.take()!;
    expect(piece.buffer.byteLength).toBe(size);
    expect(piece).toEqual(Buffer.alloc(size, 7));
  });

  it('keeps a piece that is a large share of its memory as it is', () => {
    const read = new Uint8Array(4096);
    const queue = new ContentQueue();
    queue.add(read);
    expect(queue.take()).toBe(read);
  });
});
