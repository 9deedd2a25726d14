import { once } from 'node:events';
import { ConnectionCountersFeature } from '@windhover/server';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { until } from '../../../tools/test-support/until.ts';
import { Hosted } from './hosted.ts';

/** MiB through the echo; `FETCH_ECHO_MIB=1024` for the full size. */
const size = Number(process.env['FETCH_ECHO_MIB'] ?? 32) * 2 ** 20;
const piece = new Uint8Array(2 ** 16);
/** Bytes that streams and connections of both directions may hold together. */
const held = 2 ** 21;

const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n`;
const headEnd = Buffer.from('\r\n\r\n');

describe('large bodies', () => {
  it('a client that vanishes midway: the response stream is cancelled, and the connection does not stay', async () => {
    const cancelled = deferred();
    const reading = deferred();
    await using server = await Hosted.start({
      fetch: (request: Request) => {
        void request
          .body!.getReader()
          .read()
          .then(() => reading.resolve());
        return new Response(new ReadableStream({ cancel: () => cancelled.resolve() }));
      },
    });
    const client = server.connect();
    client.write(head);
    client.write(piece);
    await reading.promise;
    client.destroy(new Error('gone'));
    await cancelled.promise;
    const numbers = server.host.features.require(ConnectionCountersFeature);
    await until(() => numbers.counters.current === 0);
    expect(numbers.counters.total).toBe(1);
    expect(server.errors).toEqual([]);
  });

  it('an echo of them holds a bounded number of bytes', async () => {
    await using server = await Hosted.start({
      fetch: (request: Request) => new Response(request.body, { headers: { 'content-length': String(size) } }),
    });
    const client = server.connect();
    let received = 0;
    let isHeadReceived = false;
    let most = 0;
    let written = 0;
    client.on('data', (bytes: Buffer) => {
      received += isHeadReceived ? bytes.length : bytes.length - bytes.indexOf(headEnd) - headEnd.length;
      isHeadReceived = true;
      most = Math.max(most, written - received);
    });
    const ended = once(client, 'end');
    client.write(head);
    for (; written < size; written += piece.length) if (!client.write(piece)) await once(client, 'drain');
    await ended;
    expect(received).toBe(size);
    expect(most).toBeLessThan(held);
  });
});
