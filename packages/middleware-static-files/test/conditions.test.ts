import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { staticFiles } from '../src/index.ts';
import { folderWith } from './support/folder.ts';

const date = 'Mon, 06 May 2024 07:08:09 GMT';
const before = 'Mon, 06 May 2024 07:08:08 GMT';
const after = 'Mon, 06 May 2024 07:08:10 GMT';

let http: MemoryHttp;
let etag: string;

// The time of the last change of the i-node cannot be set: the clock moves on instead, until the file is an old one.
beforeEach(async () => {
  const root = folderWith({ 'a.txt': '0123456789' });
  vi.spyOn(Date, 'now').mockReturnValue(performance.timeOrigin + performance.now() + 10_000);
  http = MemoryHttp.of([staticFiles(root)], ({ response }) => response.send('passed on'));
  etag = (await http.get('/a.txt')).fields['etag']!;
  return () => vi.restoreAllMocks();
});

/** The response to field lines in which ETAG is replaced by the entity tag. */
const ask = (fields: string, method = 'GET'): Promise<Answer> =>
  http.answer(
    `${method} /a.txt HTTP/1.1\r\nHost: a\r\n${fields.replaceAll('ETAG', etag).replaceAll('\n', '\r\n')}\r\n`,
  );

it('a file that has not changed for a while has a strong entity tag', () => {
  expect(etag).toMatch(/^"a-[\da-z]+"$/);
});

describe('RFC 9110 13.1 conditions', () => {
  it.each<[fields: string, status: number]>([
    ['If-None-Match: ETAG\n', 304],
    ['If-None-Match: W/ETAG\n', 304],
    ['If-None-Match: *\n', 304],
    ['If-None-Match: "other", ETAG\n', 304],
    ['If-None-Match: "a,b",W/"c" , ETAG,\n', 304],
    ['If-None-Match: "other"\nIf-None-Match: ETAG\n', 304],
    ['If-None-Match: "other"\n', 200],
    ['If-None-Match: other\n', 200],
    ['If-None-Match: \n', 200],
    [`If-None-Match: "other"\nIf-Modified-Since: ${date}\n`, 200],
    [`If-Modified-Since: ${date}\n`, 304],
    [`If-Modified-Since: ${after}\n`, 304],
    [`If-Modified-Since: ${before}\n`, 200],
    ['If-Modified-Since: Monday, 06-May-24 07:08:09 GMT\n', 304],
    ['If-Modified-Since: Mon May  6 07:08:09 2024\n', 304],
    ['If-Modified-Since: Mon May  6 07:08:08 2024\n', 200],
    ['If-Modified-Since: 2024-05-06T07:08:09Z\n', 200],
    ['If-Modified-Since: 1e99\n', 200],
    ['If-Modified-Since: \n', 200],
    ['If-Match: ETAG\n', 200],
    ['If-Match: *\n', 200],
    ['If-Match: "other", ETAG\n', 200],
    ['If-Match: W/ETAG\n', 412],
    ['If-Match: "other"\n', 412],
    [`If-Match: ETAG\nIf-Unmodified-Since: ${before}\n`, 200],
    [`If-Unmodified-Since: ${date}\n`, 200],
    [`If-Unmodified-Since: ${before}\n`, 412],
    ['If-Unmodified-Since: never\n', 200],
    ['If-Match: ETAG\nIf-None-Match: ETAG\n', 304],
    ['If-Match: "other"\nIf-None-Match: ETAG\n', 412],
    ['If-None-Match: ETAG\nRange: bytes=0-1\n', 304],
    ['If-Match: "other"\nRange: bytes=0-1\n', 412],
  ])('%j: %i', async (fields, status) => {
    expect((await ask(fields)).status).toBe(status);
    expect((await ask(fields, 'HEAD')).status).toBe(status);
  });

  it('a 304 has the fields of a 200 that caches need, and no content', async () => {
    const { fields, content } = await ask('If-None-Match: ETAG\n');
    expect(content).toBe('');
    expect(fields).toEqual({ etag, 'last-modified': date, 'cache-control': 'no-cache' });
  });

  it('a 412 has no fields of the file', async () => {
    expect((await ask('If-Match: "other"\n')).fields).not.toHaveProperty('etag');
  });
});

describe('RFC 9110 14.2 ranges', () => {
  it.each<[range: string, content: string, contentRange: string]>([
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=0-4', '01234', 'bytes 0-4/10'],
    ['bytes=3-', '3456789', 'bytes 3-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-100', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
    ['bytes=9-9', '9', 'bytes 9-9/10'],
    ['bytes=0-99999999999999999999999', '0123456789', 'bytes 0-9/10'],
    ['BYTES=1-2', '12', 'bytes 1-2/10'],
    ['bytes= 1-2 ', '12', 'bytes 1-2/10'],
  ])('%s: 206', async (range, content, contentRange) => {
    const answer = await ask(`Range: ${range}\n`);
    expect(answer).toMatchObject({ status: 206, content });
    expect(answer.fields).toMatchObject({ 'content-range': contentRange, 'content-length': String(content.length) });
  });

  it.each(['bytes=10-', 'bytes=10-20', 'bytes=99999999999999999999-', 'bytes=-0'])('%s: 416', async (range) => {
    const { status, fields } = await ask(`Range: ${range}\n`);
    expect([status, fields['content-range']]).toEqual([416, 'bytes */10']);
    expect(fields).not.toHaveProperty('etag');
  });

  it.each([
    'bytes=0-1,3-4',
    'bytes=0-1, -1',
    'bytes=5-4',
    'bytes=-',
    'bytes=',
    'bytes',
    'bytes=a-b',
    'bytes=1',
    'bytes=--1',
    'bytes=0x1-2',
    'items=0-1',
    'bytes 0-1',
    'bytes=1-2-3',
    '',
  ])('%j, which is several ranges or none: the whole file', async (range) => {
    expect(await ask(`Range: ${range}\n`)).toMatchObject({ status: 200, content: '0123456789' });
  });

  it('HEAD with a range: 200', async () => {
    expect(await ask('Range: bytes=0-1\n', 'HEAD')).toMatchObject({ status: 200, fields: { 'content-length': '10' } });
  });
});

describe('RFC 9110 13.1.5 If-Range', () => {
  it.each<[ifRange: string, status: number]>([
    ['ETAG', 206],
    ['W/ETAG', 200],
    ['"other"', 200],
    ['ETAG, "other"', 200],
    ['*', 200],
    [date, 206],
    [after, 200],
    [before, 200],
    ['Monday, 06-May-24 07:08:09 GMT', 206],
    ['nonsense', 200],
    ['', 200],
  ])('%s: %i', async (ifRange, status) => {
    expect((await ask(`If-Range: ${ifRange}\nRange: bytes=0-1\n`)).status).toBe(status);
  });

  it('a range that cannot be met of a file that has changed: the whole file', async () => {
    expect((await ask('If-Range: "other"\nRange: bytes=99-\n')).status).toBe(200);
  });
});

it('a weak entity tag never matches strongly', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(performance.timeOrigin + performance.now());
  http = MemoryHttp.of([staticFiles(folderWith({ 'a.txt': 'new' }))], ({ response }) => response.send(''));
  etag = (await http.get('/a.txt')).fields['etag']!;
  expect(etag).toMatch(/^W\//);
  expect((await ask('If-Match: ETAG\n')).status).toBe(412);
  expect((await ask('If-None-Match: ETAG\n')).status).toBe(304);
  expect((await ask('If-Range: ETAG\nRange: bytes=0-0\n')).status).toBe(200);
});
