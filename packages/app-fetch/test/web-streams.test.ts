import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { webStreams } from '../src/web-streams.ts';

const start = () => {
  const [near, far] = duplexPair();
  near.on('error', () => {});
  far.on('error', () => {});
  return { near, far, ...webStreams(near) };
};

describe('the readable side', () => {
  it('ends with the peer, while the writable side is open', async () => {
    const { far, readable, writable } = start();
    far.end('hello');
    const pieces: Uint8Array[] = [];
    for await (const piece of readable) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('hello');
    const writer = writable.getWriter();
    void writer.write(Buffer.from('bye'));
    expect(String(await once(far, 'data'))).toBe('bye');
  });

  it('does not read before it is asked', () => {
    const { near, far } = start();
    far.write('hello');
    expect(near.readableFlowing).toBeNull();
  });

  it('that is cancelled destroys the stream', async () => {
    const { near, readable } = start();
    const closed = new Promise((resolve) => near.once('close', resolve));
    await readable.cancel();
    await closed;
    expect(near.errored?.name).toBe('AbortError');
  });

  it('rejects when the stream fails', async () => {
    const { near, readable } = start();
    const reading = readable.getReader().read();
    near.destroy(new Error('boom'));
    await expect(reading).rejects.toThrow('boom');
  });
});

describe('the writable side', () => {
  it('closes while the readable side is open', async () => {
    const { far, writable } = start();
    far.resume();
    await writable.close();
    expect(far.readableEnded).toBe(true);
  });

  it('waits for a peer that does not read', async () => {
    const { near, writable } = start();
    const writer = writable.getWriter();
    await writer.ready;
    void writer.write(Buffer.alloc(near.writableHighWaterMark * 2)).catch(() => {});
    expect(writer.desiredSize).toBe(0);
  });

  it('rejects when the stream fails, without a write', async () => {
    const { near, writable } = start();
    const writer = writable.getWriter();
    near.destroy(new Error('boom'));
    await expect(writer.closed).rejects.toThrow('boom');
  });
});
