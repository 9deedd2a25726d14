import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { createServer } from '../src/index.ts';
import { whileListening } from './support/while-listening.ts';

const mebibyte = 2 ** 20;

/** `LARGE_MIB=1024` is the full run; the default shows the same in a second. */
const size = Number(process.env['LARGE_MIB'] ?? 64) * mebibyte;
const piece = Buffer.alloc(mebibyte / 4, 'x');

/** Memory may grow by so much: queues, and garbage that is not collected yet. Client and server are one process. */
const mostGrowth = 96 * mebibyte;

function* pieces(): Generator<Buffer> {
  for (let sent = 0; sent < size; sent += piece.length) yield piece;
}

const app = express();
app.get('/down', (_request, response) => pipeline(Readable.from(pieces()), response));
app.post('/up', (request, response) => {
  let received = 0;
  request.on('data', (bytes: Buffer) => (received += bytes.length));
  request.on('end', () => response.json(received));
});
app.post('/echo', (request, response) => void request.pipe(response));

/** One request. @returns size of the content of the response, its beginning, and by how much memory has grown */
const exchange = async (method: string, path: string) => {
  const server = createServer(app);
  return whileListening(server, async (port) => {
    const before = process.memoryUsage().rss;
    const sent = httpRequest({ port, method, path });
    const upload = method === 'POST' ? pipeline(Readable.from(pieces()), sent) : sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    let received = 0;
    let beginning = '';
    let growth = 0;
    for await (const bytes of response as AsyncIterable<Buffer>) {
      if (received === 0) beginning = bytes.toString('latin1', 0, 20);
      received += bytes.length;
      growth = Math.max(growth, process.memoryUsage().rss - before);
    }
    await upload;
    return { received, beginning, growth: Math.max(growth, process.memoryUsage().rss - before) };
  });
};

describe('large content through Express', () => {
  it.each([
    ['GET', '/down'],
    ['POST', '/echo'],
  ])('%s %s: memory does not grow with it', async (method, path) => {
    const { received, growth } = await exchange(method, path);
    expect(received).toBe(size);
    expect(growth).toBeLessThan(mostGrowth);
  });

  it('POST /up: memory does not grow with it', async () => {
    const { beginning, growth } = await exchange('POST', '/up');
    expect(beginning).toBe(String(size));
    expect(growth).toBeLessThan(mostGrowth);
  });
});
