import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { afterEach, describe, expect, it } from 'vitest';
import { FrameClient } from './support/frame-client.ts';
import { TestServer } from './support/test-server.ts';

const mebibyte = 1024 * 1024;

/** `LARGE_MIB=1024` and `CONNECTIONS=10000` are the full run; the defaults show the same in seconds. */
const size = Number(process.env['LARGE_MIB'] ?? 128) * mebibyte;
const connections = Number(process.env['CONNECTIONS'] ?? 1000);

const piece = Buffer.alloc(mebibyte / 4, 'x');

/** Memory may grow by so much: windows, queues, and garbage that is not collected yet. */
const mostGrowth = 96 * mebibyte;

let test: TestServer | undefined;
let session: ClientHttp2Session | undefined;
afterEach(async () => {
  session?.destroy();
  await test?.[Symbol.asyncDispose]();
});

/** Follows the memory of the process, which has both the server and its client. */
class MemoryWatch {
  readonly #before = process.memoryUsage().rss;
  growth = 0;

  look(): void {
    this.growth = Math.max(this.growth, process.memoryUsage().rss - this.#before);
  }
}

describe('large content through one stream', () => {
  it('down: memory does not grow with it', async () => {
    test = await TestServer.start('tcp', async ({ response }) => {
      for (let sent = 0; sent < size; sent += piece.length) await response.write(piece);
    });
    session = test.connect();
    const memory = new MemoryWatch();
    let received = 0;
    for await (const each of session.request({ ':path': '/' }) as ClientHttp2Stream & AsyncIterable<Buffer>) {
      received += each.length;
      memory.look();
    }
    expect(received).toBe(size);
    expect(memory.growth).toBeLessThan(mostGrowth);
  });

  it('up: memory does not grow with it', async () => {
    const limits = { maxRequestBodySize: null };
    const memory = new MemoryWatch();
    const handler: Parameters<typeof TestServer.start>[1] = async ({ request, response }) => {
      let received = 0;
      for await (const each of request.body) {
        received += each.length;
        memory.look();
      }
      response.send(String(received));
    };
    test = await TestServer.start('tcp', handler, { limits });
    session = test.connect();
    const stream = session.request({ ':method': 'POST' });
    for (let sent = 0; sent < size; sent += piece.length) {
      if (!stream.write(piece)) await once(stream, 'drain');
    }
    stream.end();
    stream.setEncoding('latin1');
    expect(await once(stream, 'data')).toEqual([String(size)]);
    expect(memory.growth).toBeLessThan(mostGrowth);
  });
});

describe('many connections', () => {
  it('with one stream each, all open at once: every one is answered', async () => {
    const waiting: (() => void)[] = [];
    test = await TestServer.start('memory', ({ response }) =>
      new Promise<void>((resolve) => waiting.push(resolve)).then(() => response.send('hello')),
    );
    const clients = Array.from({ length: connections }, () => new FrameClient(test!.open()));
    for (const client of clients) client.send('PREFACE\nSETTINGS\nHEADERS END_HEADERS,END_STREAM 1: GET');
    while (waiting.length < clients.length) await new Promise((resolve) => setImmediate(resolve));
    for (const each of waiting) each();
    const answers = await Promise.all(clients.map((client) => client.next(['DATA'])));
    expect(new Set(answers)).toEqual(new Set(['DATA 1 "hello" end']));
    for (const client of clients) client.close();
  });
});
