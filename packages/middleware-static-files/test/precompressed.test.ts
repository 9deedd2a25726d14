import { expect, it, vi } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { type ResolvedStaticFilesOptions, staticFiles } from '../src/index.ts';
import { folderWith } from './support/folder.ts';

const files = {
  'app.js': 'plain',
  'app.js.br': 'br',
  'app.js.zst': 'zstd',
  'app.js.gz': 'gzip',
  'only.js.br': 'br without a plain file',
  'none.js': 'plain',
  'index.html': 'plain',
  'index.html.gz': 'gzip',
};

const serving = (precompressed: ResolvedStaticFilesOptions['precompressed'] = true): MemoryHttp =>
  MemoryHttp.of([staticFiles(folderWith(files), { precompressed })], ({ response }) => response.send('passed on'));

const field = (accept: string | undefined): string => (accept === undefined ? '' : `Accept-Encoding: ${accept}\r\n`);

it.each<[accept: string | undefined, content: string]>([
  [undefined, 'plain'],
  ['', 'plain'],
  ['identity', 'plain'],
  [`gzip${', br'.repeat(255)}`, 'br'],
  [`gzip${', br'.repeat(256)}`, 'plain'], // above 1024 characters
  ['deflate', 'plain'],
  ['br', 'br'],
  ['zstd', 'zstd'],
  ['gzip', 'gzip'],
  ['gzip, deflate, br, zstd', 'br'],
  ['GZIP', 'gzip'],
  ['gzip;q=0.5, zstd;q=0.8, br;q=0.1', 'zstd'],
  ['gzip;q=1.0, br;q=0.9', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0', 'plain'],
  ['*', 'br'],
  ['*;q=0', 'plain'],
  ['br;q=0, *', 'zstd'],
  ['gzip;q=0.5, identity', 'plain'],
  ['identity;q=0, gzip;q=0.1', 'gzip'],
  ['identity;q=0', 'plain'],
  ['x-unknown, gzip', 'gzip'],
])('RFC 9110 12.5.3 Accept-Encoding: %s: %s', async (accept, content) => {
  const answer = await serving().get('/app.js', field(accept));
  expect(answer).toMatchObject({ status: 200, content });
  expect(answer.fields).toMatchObject({ vary: 'accept-encoding', 'content-type': 'text/javascript; charset=utf-8' });
  expect(answer.fields['content-encoding']).toBe(content === 'plain' ? undefined : content);
});

it('Vary is sent only where another coding exists', async () => {
  const http = serving();
  expect((await http.get('/none.js', field('br'))).fields).not.toHaveProperty('vary');
  expect((await http.get('/app.js.br', field('br'))).fields).not.toHaveProperty('vary');
});

it('codings that are not listed are not looked for', async () => {
  expect((await serving(['gzip']).get('/app.js', field('br, gzip;q=0.1'))).content).toBe('gzip');
  expect((await serving(false).get('/app.js', field('br'))).fields).not.toHaveProperty('vary');
});

it('a compressed file alone does not stand for a plain one', async () => {
  expect((await serving().get('/only.js', field('br'))).content).toBe('passed on');
});

it('the index file may be compressed', async () => {
  const answer = await serving().get('/', field('gzip'));
  expect(answer).toMatchObject({ content: 'gzip', fields: { 'content-type': 'text/html; charset=utf-8' } });
});

it('a compressed file that is asked for by its name has no Content-Encoding', async () => {
  const { fields } = await serving().get('/app.js.gz', field('gzip'));
  expect(fields).toMatchObject({ 'content-type': 'application/gzip' });
  expect(fields).not.toHaveProperty('content-encoding');
});

it('each coding has its entity tag, and its ranges', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
  const http = serving();
  const tags = new Set<string>();
  for (const accept of ['identity', 'br', 'zstd', 'gzip']) {
    const { fields } = await http.get('/app.js', field(accept));
    tags.add(fields['etag']!);
    const unchanged = await http.get('/app.js', `${field(accept)}If-None-Match: ${fields['etag']}\r\n`);
    expect(unchanged).toMatchObject({ status: 304, fields: { vary: 'accept-encoding' } });
    const range = await http.get('/app.js', `${field(accept)}If-Range: ${fields['etag']}\r\nRange: bytes=1-1\r\n`);
    expect(range.status).toBe(206);
  }
  expect(tags.size).toBe(4);
  vi.restoreAllMocks();
});
