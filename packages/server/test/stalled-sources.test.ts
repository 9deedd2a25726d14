import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { get } from './support/client.ts';
import { application, clientOf, startOnLoopback, stopServers } from './support/server.ts';

const clientCount = 300;

/** A server that accepts connections and never sends a byte. */
class SilentUpstream {
  readonly open = new Set<Socket>();
  readonly #server: Server = createServer((socket) => {
    this.open.add(socket);
    socket.on('close', () => this.open.delete(socket)).on('error', () => {});
    socket.resume();
  });

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.open) socket.destroy();
  }
}

const upstreams: SilentUpstream[] = [];

afterEach(async () => {
  await stopServers();
  for (const upstream of upstreams.splice(0)) upstream.close();
});

describe(`${clientCount} clients that reset while the source of their response has nothing to send`, () => {
  it.each<[kind: string, source: (upstream: Socket) => Readable | ReadableStream | AsyncIterable<Uint8Array>]>([
    ['a socket', (upstream) => upstream],
    ['a web stream over a socket', (upstream) => Readable.toWeb(upstream) as ReadableStream],
    [
      'an iterator over a socket',
      (upstream) => {
        const iterator = upstream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
        return {
          [Symbol.asyncIterator]: () => ({
            next: () => iterator.next(),
            return: async () => {
              upstream.destroy();
              return { done: true as const, value: undefined };
            },
          }),
        };
      },
    ],
  ])('%s is closed with each of them, and no descriptor stays', async (_kind, source) => {
    const upstream = new SilentUpstream();
    upstreams.push(upstream);
    const port = await upstream.listen();
    const { server, applicationErrors } = await startOnLoopback(
      application(({ response }) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => {});
        return response.send(source(socket) as Readable);
      }),
    );
    const clients = await Promise.all(Array.from({ length: clientCount }, () => clientOf(server)));
    for (const client of clients) client.send(get('/'));
    await until(() => upstream.open.size === clientCount);
    for (const client of clients) client.kill(true);
    await until(() => upstream.open.size === 0);
    expect(applicationErrors).toEqual([]);
  });
});
