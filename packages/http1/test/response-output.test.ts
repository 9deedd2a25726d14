import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { get, serve, settled } from './support/exchange-harness.ts';

describe('one write for each batch of received bytes', () => {
  it('pipelined requests are answered in order, in one write', () => {
    const harness = serve(({ request, response }) => response.send(request.target));
    harness.receive(get('/1') + get('/2') + get('/3'));
    expect(harness.connection.sentChunks).toHaveLength(1);
    expect(harness.sent().match(/(?<=\r\n\r\n)\/\d/g)).toEqual(['/1', '/2', '/3']);
  });

  it('the same for async handlers that have nothing to wait for', async () => {
    const harness = serve(async ({ request, response }) => {
      await Promise.resolve();
      response.send(request.target);
    });
    harness.receive(get('/1') + get('/2') + get('/3'));
    await settled();
    expect(harness.connection.sentChunks).toHaveLength(1);
    expect(harness.sent().match(/(?<=\r\n\r\n)\/\d/g)).toEqual(['/1', '/2', '/3']);
  });

  it('large content is not copied into text, and order is kept', async () => {
    const large = Buffer.alloc(100_000, 'x');
    const harness = serve(({ response }) => response.send(large));
    harness.receive(get() + get());
    await settled();
    const bodies = harness.connection.sentChunks.filter((chunk) => chunk.length === large.length);
    expect(bodies).toHaveLength(2);
    expect(harness.sent().length).toBeGreaterThan(200_000);
  });
});

describe('streams as content', () => {
  it.each([
    ['Node', () => Readable.from(['a', 'bc'])],
    ['web', () => new ReadableStream({ start: (c) => (c.enqueue('a'), c.enqueue('bc'), c.close()) })],
  ])('a %s stream is sent chunk by chunk', async (_name, make) => {
    const harness = serve(({ response }) => response.send(make() as AsyncIterable<string>));
    harness.receive(get());
    await settled();
    await settled();
    expect(harness.sent()).toMatch(/\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n$/);
  });

  it('a peer that does not read makes the stream wait, and one that goes ends it', async () => {
    let produced = 0;
    let isClosed = false;
    const harness = serve(async ({ response }) => {
      const endless = async function* (): AsyncGenerator<Uint8Array> {
        try {
          for (;;) {
            produced++;
            yield Buffer.alloc(10_000);
          }
        } finally {
          isClosed = true;
        }
      };
      await response.send(endless());
    });
    harness.connection.takesMore = false;
    harness.receive(get());
    await settled();
    await settled();
    const before = produced;
    expect(before).toBeLessThan(4);
    harness.connection.receiver.drained();
    await settled();
    expect(produced).toBeGreaterThan(before);
    harness.connection.close(new Error('gone'));
    await settled();
    expect(isClosed).toBe(true);
    expect(harness.applicationErrors).toEqual([]);
  });
});
