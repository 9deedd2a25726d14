import { join } from 'node:path';
import { brotliDecompressSync, createBrotliDecompress, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import type { HttpResponse } from '@windhover/http';
import { staticFiles } from '@windhover/middleware-static-files';
import { Encoder } from '../src/coding/encoder.ts';
import { compression } from '../src/index.ts';

const encoder = new TextEncoder();
const page = '<p>All work and no play makes Jack a dull boy.</p>\n'.repeat(500);
const html = { 'content-type': 'text/html' };

const decoders: readonly (readonly [coding: string, decode: (bytes: Uint8Array) => Uint8Array])[] = [
  ['br', brotliDecompressSync],
  ['gzip', gunzipSync],
  ...(typeof zstdDecompressSync === 'function' ? [['zstd', zstdDecompressSync] as const] : []),
];

const closed: Encoder[] = [];
beforeEach(() => {
  closed.length = 0;
  const { close } = Encoder.prototype;
  const spy = vi.spyOn(Encoder.prototype, 'close').mockImplementation(function (this: Encoder) {
    if (!this.isClosed) closed.push(this);
    close.call(this);
  });
  return () => spy.mockRestore();
});

everyHost((host) => {
  it.each(decoders)('%s: whole content', async (coding, decode) => {
    const { client } = await host.serve([compression()], () => ({ headers: { ...html, etag: '"a"' }, body: page }));
    const { headers, bytes } = await client.get('/', { 'accept-encoding': coding });
    expect(headers).toMatchObject({ 'content-encoding': coding, vary: 'accept-encoding', etag: 'W/"a"' });
    expect(Buffer.from(decode(bytes)).toString()).toBe(page);
    await until(() => closed.length === 1);
  });

  it.each(decoders)('%s: content piece by piece', async (coding, decode) => {
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for (let piece = 0; piece < 20; piece++) {
        yield encoder.encode(page);
        if (piece % 5 === 0) await new Promise((resolve) => void setImmediate(resolve));
      }
    };
    const { client } = await host.serve([compression()], () => ({ headers: html, body: pieces() }));
    const { headers, bytes } = await client.get('/', { 'accept-encoding': coding });
    expect(headers['content-encoding']).toBe(coding);
    expect(Buffer.from(decode(bytes)).toString()).toBe(page.repeat(20));
  });

  it('an event reaches the client before the next one is written', async () => {
    const next = deferred();
    const events = async function* (): AsyncGenerator<Uint8Array> {
      yield encoder.encode('data: one\n\n');
      await next.promise;
      yield encoder.encode('data: two\n\n');
    };
    const { client } = await host.serve([compression()], () => ({
      headers: { 'content-type': 'text/event-stream' },
      body: events(),
    }));
    const { headers, content } = await client.open({ headers: { 'accept-encoding': 'br' } });
    expect(headers['content-encoding']).toBe('br');
    const decoded = content.pipe(createBrotliDecompress()).setEncoding('utf8');
    let text = '';
    decoded.on('data', (piece: string) => (text += piece));
    await until(() => text === 'data: one\n\n');
    next.resolve();
    await until(() => text === 'data: one\n\ndata: two\n\n');
  });

  it('a client that leaves midway closes the coder and the source', async () => {
    let isSourceClosed = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield crypto.getRandomValues(new Uint8Array(16_384));
          await new Promise((resolve) => void setImmediate(resolve));
        }
      } finally {
        isSourceClosed = true;
      }
    };
    const { client, applicationErrors } = await host.serve([compression()], () => ({ headers: html, body: endless() }));
    const { leave } = await client.open({ headers: { 'accept-encoding': 'gzip' } });
    leave();
    await until(() => isSourceClosed && closed.length === 1);
    expect(applicationErrors).toEqual([]);
  });

  it('a client that does not read holds the handler back', async () => {
    let written = 0;
    const piece = crypto.getRandomValues(new Uint8Array(32_768));
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for (; written < 1000; written++) yield piece;
    };
    const { client } = await host.serve([compression({ levels: { gzip: 1 } })], () => ({
      headers: html,
      body: pieces(),
    }));
    const { content, leave } = await client.open({ headers: { 'accept-encoding': 'gzip' } });
    content.pause();
    let before = -1;
    // No piece was taken in so many turns: the source is held back.
    for (let still = 0; still < 50; still = written === before ? still + 1 : 0) {
      before = written;
      await new Promise((resolve) => void setTimeout(resolve));
    }
    expect(written).toBeLessThan(1000);
    leave();
  });

  it('HEAD: the fields of GET without a length, and no coder', async () => {
    const { client } = await host.serve([compression()], () => ({ headers: { ...html, etag: '"a"' }, body: page }));
    const get = await client.get('/', { 'accept-encoding': 'br' });
    closed.length = 0;
    const head = await client.request({ method: 'HEAD', headers: { 'accept-encoding': 'br' } });
    expect(head.bytes).toHaveLength(0);
    for (const name of ['content-encoding', 'vary', 'etag', 'content-type']) {
      expect(head.headers[name]).toBe(get.headers[name]);
    }
    expect(head.headers).not.toHaveProperty('content-length');
    expect(closed).toEqual([]);
  });

  it('a short response in pieces has its length, and no coding', async () => {
    const { client } = await host.serve([
      compression(),
      ({ response }) => {
        response.contentType = 'text/plain';
        void response.write('short ');
        response.send('text');
      },
    ]);
    const { headers, text } = await client.get('/', { 'accept-encoding': 'br' });
    expect([text, headers['content-length'], headers['content-encoding']]).toEqual(['short text', '10', undefined]);
  });

  it('an error after content of the same turn is answered without coding', async () => {
    const { client } = await host.serve([
      compression(),
      ({ response }) => {
        response.contentType = 'text/html';
        response.send(page);
        throw new Error('failed');
      },
    ]);
    const { status, headers, text } = await client.get('/', { 'accept-encoding': 'br' });
    expect([status, text, headers['content-encoding']]).toEqual([500, '500 Internal Server Error\n', undefined]);
  });

  it.each<[title: string, more: (response: HttpResponse) => unknown]>([
    ['and the handler writes and ends', (response) => (response.write('second'), response.end())],
    ['and the handler ends', (response) => response.end()],
    ['and the handler returns', () => undefined],
  ])('a start that fails after the first content, %s: the error is the answer', async (_title, more) => {
    const { client, applicationErrors } = await host.serve([
      compression(),
      async ({ response }) => {
        response.contentType = 'text/html';
        response.onStarting(() => {
          throw new Error('no start');
        });
        void response.write('first');
        await turns(3);
        more(response);
      },
    ]);
    const { status, text } = await client.get('/', { 'accept-encoding': 'gzip' });
    expect([status, text]).toEqual([500, '500 Internal Server Error\n']);
    expect(applicationErrors).toMatchObject([{ message: 'no start' }]);
  });

  it('a response that is left open is compressed to its end', async () => {
    const { client } = await host.serve([
      compression(),
      async ({ response }) => {
        response.contentType = 'text/html';
        await response.write(page);
        await new Promise((resolve) => void setImmediate(resolve));
        await response.write(page);
      },
    ]);
    const { bytes } = await client.get('/', { 'accept-encoding': 'gzip' });
    expect(gunzipSync(bytes).toString()).toBe(page + page);
  });
});

describe('before static files', () => {
  everyHost((host) => {
    it('compresses whole files, and leaves ranges as they are', async () => {
      const { client } = await host.serve([compression(), staticFiles(join(import.meta.dirname, '..'))]);
      const whole = await client.get('/README.md', { 'accept-encoding': 'gzip' });
      expect(whole.headers).toMatchObject({ 'content-encoding': 'gzip' });
      expect(whole.headers).not.toHaveProperty('accept-ranges');
      expect(gunzipSync(whole.bytes).toString()).toContain('# @windhover/middleware-compression');
      const range = await client.get('/README.md', { 'accept-encoding': 'gzip', range: 'bytes=0-5' });
      expect([range.status, range.text, range.headers['content-encoding']]).toEqual([206, '# @win', undefined]);
      const { etag = '' } = whole.headers;
      const unchanged = await client.get('/README.md', { 'accept-encoding': 'gzip', 'if-none-match': etag });
      expect(unchanged).toMatchObject({ status: 304, headers: { etag, vary: 'accept-encoding' } });
      const strong = etag.replace('W/', '');
      const plain = await client.get('/README.md', { 'accept-encoding': 'gzip', 'if-none-match': strong });
      expect(plain).toMatchObject({ status: 304, headers: { etag: strong, vary: 'accept-encoding' } });
    });
  });
});
