import { describe, expect, it } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { type Answer, MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { Encoder, isAvailable } from '../src/coding/encoder.ts';
import { Turns } from '../src/coding/pool-turns.ts';
import { CompressionError, type CompressionOptions, compression, isCompressible } from '../src/index.ts';

interface Sent {
  readonly status?: number;
  readonly fields?: Readonly<Record<string, string>>;
  readonly length?: number;
}

/** The answer to a request for text that compresses well. */
const ask = (accept: string | undefined, sent: Sent = {}, options: CompressionOptions = {}): Promise<Answer> => {
  const { status = 200, fields = {}, length = 5000 } = sent;
  const http = MemoryHttp.of([compression(options)], ({ response }) => {
    response.statusCode = status;
    response.contentType = 'text/plain';
    for (const [name, value] of Object.entries(fields)) response.headers.set(name, value);
    if (status === 204 || status === 304) response.end();
    else response.send('x'.repeat(length));
  });
  return http.get('/', accept === undefined ? '' : `Accept-Encoding: ${accept}\r\n`);
};

it.each<[accept: string | undefined, coding: string | undefined]>([
  [undefined, undefined],
  ['', undefined],
  ['identity', undefined],
  [`gzip${', br'.repeat(255)}`, 'br'],
  [`gzip${', br'.repeat(256)}`, undefined], // above 1024 characters
  ['deflate', undefined],
  ['gzip', 'gzip'],
  ['x-gzip', undefined],
  ['br', 'br'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate', 'gzip'],
  ['gzip;q=1, br;q=0.5', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['*', 'br'],
  ['*;q=0', undefined],
  ['*;q=0, gzip', 'gzip'],
  ['identity;q=0', undefined],
  ['identity;q=0, gzip', 'gzip'],
  ['identity;q=0, *', 'br'],
  ['br;q=0.0, *;q=0.1', isAvailable('zstd') ? 'zstd' : 'gzip'],
  ['GZIP', 'gzip'],
  ['gzip;q=0.5, identity', undefined],
  ['gzip;q=nonsense', undefined],
])('RFC 9110 12.5.3 Accept-Encoding: %s: %s', async (accept, coding) => {
  const { fields } = await ask(accept);
  expect(fields['content-encoding']).toBe(coding);
  expect(fields['vary']).toBe('accept-encoding');
});

describe('a response is unchanged, and has no Vary', () => {
  it.each<[title: string, sent: Sent]>([
    ['with status 206', { status: 206, fields: { 'content-range': 'bytes 0-4999/10000' } }],
    ['with status 204', { status: 204 }],
    ['with status 304 and no-transform', { status: 304, fields: { etag: '"a"', 'cache-control': 'no-transform' } }],
    ['with Content-Encoding', { fields: { 'content-encoding': 'x-own' } }],
    ['with no-transform', { fields: { 'cache-control': 'public, No-Transform' } }],
    ['with a digest of the content', { fields: { 'repr-digest': 'sha-256=:AA==:' } }],
    ['that is short', { length: 1023 }],
    ['of a type that does not compress', { fields: { 'content-type': 'image/png' } }],
    ['that is empty', { length: 0 }],
  ])('%s', async (_title, sent) => {
    const { fields } = await ask('br', { ...sent, fields: { etag: '"a"', ...sent.fields } });
    expect(fields['content-encoding']).toBe(sent.fields?.['content-encoding']);
    expect(fields['etag']).toBe('"a"');
    expect(fields).not.toHaveProperty('vary');
  });
});

it('threshold counts bytes, and content of that length is compressed', async () => {
  expect((await ask('br', { length: 1024 })).fields['content-encoding']).toBe('br');
  expect((await ask('br', { length: 10 }, { threshold: 0 })).fields['content-encoding']).toBe('br');
});

it('keeps a weak entity tag, and a strong one if nothing is compressed', async () => {
  expect((await ask('br', { fields: { etag: 'W/"a"' } })).fields['etag']).toBe('W/"a"');
  expect((await ask(undefined, { fields: { etag: '"a"' } })).fields['etag']).toBe('"a"');
});

it.each<[ifNoneMatch: string, etag: string]>([
  ['"a"', '"a"'],
  ['"b", "a"', '"a"'],
  ['W/"a"', 'W/"a"'],
  ['"a", W/"a"', 'W/"a"'],
  ['*', 'W/"a"'],
])('RFC 9110 15.4.5 304 to If-None-Match: %s has the tag that the client has: %s', async (ifNoneMatch, etag) => {
  const http = MemoryHttp.of([compression()], ({ response }) => {
    response.statusCode = 304;
    response.headers.set('etag', '"a"');
  });
  const { fields } = await http.get('/', `Accept-Encoding: br\r\nIf-None-Match: ${ifNoneMatch}\r\n`);
  expect(fields).toMatchObject({ etag, vary: 'accept-encoding' });
});

it('a name in Vary stays beside accept-encoding', async () => {
  expect((await ask('br', { fields: { vary: 'Origin' } })).fields['vary']).toBe('Origin, accept-encoding');
});

it('the length that the handler has declared is removed', async () => {
  const { fields } = await ask('gzip', { fields: { 'content-length': '5000' } });
  expect(Number(fields['content-length'] ?? 0)).toBeLessThan(200);
});

it('codings that are not offered are not used', async () => {
  expect((await ask('br, gzip', {}, { codings: ['gzip'] })).fields['content-encoding']).toBe('gzip');
  expect((await ask('br', {}, { codings: ['gzip'] })).fields['content-encoding']).toBeUndefined();
});

it('responses over https are compressed with enableForHttps only', async () => {
  const over = (options: CompressionOptions): MemoryHttp =>
    MemoryHttp.of(
      [
        (context, next) => {
          context.request.scheme = 'https';
          return next(context);
        },
        compression(options),
      ],
      ({ response }) => response.send('x'.repeat(5000)),
    );
  const secure = 'Accept-Encoding: br\r\n';
  expect((await over({}).get('/', secure)).fields).not.toHaveProperty('content-encoding');
  expect((await over({ enableForHttps: true }).get('/', secure)).fields['content-encoding']).toBe('br');
});

it.each<[mediaType: string, compressible: boolean]>([
  ['text/html', true],
  ['text/event-stream', true],
  ['application/json', true],
  ['application/problem+json', true],
  ['application/atom+xml', true],
  ['image/svg+xml', true],
  ['text/javascript', true],
  ['application/wasm', true],
  ['image/png', false],
  ['video/mp4', false],
  ['application/zip', false],
  ['application/gzip', false],
  ['font/woff2', false],
  ['application/octet-stream', false],
  ['', false],
])('%s: compressible %s', (mediaType, compressible) => {
  expect(isCompressible(mediaType)).toBe(compressible);
});

it.each<[options: object]>([
  [{ codings: ['deflate'] }],
  [{ threshold: -1 }],
  [{ threshold: Number.NaN }],
  [{ levels: { br: 12 } }],
  [{ levels: { gzip: 0 } }],
  [{ levels: { zstd: 2.5 } }],
])('%j: COMPRESSION_OPTION_INVALID', (options) => {
  expect(() => compression(options)).toThrow(CompressionError);
});

describe('the thread pool', () => {
  it('gives its places in the order of the requests', async () => {
    const places = new Turns(2);
    const order: number[] = [];
    const take = async (number: number): Promise<() => void> => {
      const release = await places.take();
      order.push(number);
      return release;
    };
    const [first] = await Promise.all([take(1), take(2)]);
    const waiting = [take(3), take(4)];
    await turns(3);
    expect(order).toEqual([1, 2]);
    first();
    (await waiting[0]!)();
    await waiting[1];
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('releases its places when encoders are closed during their work', async () => {
    const closed = Array.from({ length: 20 }, () => new Encoder('br', 11, () => undefined));
    const works = closed.map((encoder) => encoder.write(new Uint8Array(200_000)));
    for (const encoder of closed) encoder.close();
    await Promise.all(works);
    const pieces: Uint8Array[] = [];
    const encoder = new Encoder('gzip', 6, (coded) => {
      pieces.push(coded);
      return undefined;
    });
    await encoder.end(new TextEncoder().encode('still there'));
    expect(gunzipSync(Buffer.concat(pieces)).toString()).toBe('still there');
  });
});

it('content shorter than its Content-Length, ended at once: 500', async () => {
  const http = MemoryHttp.of([compression()], ({ response }) => {
    response.contentType = 'text/plain';
    response.headers.set('content-length', 5000);
    void response.write('x'.repeat(2000));
    response.end();
  });
  expect((await http.get('/', 'Accept-Encoding: gzip\r\n')).status).toBe(500);
  expect(http.applicationErrors).toEqual([expect.objectContaining({ code: 'HTTP_CONTENT_LENGTH_MISMATCH' })]);
});
