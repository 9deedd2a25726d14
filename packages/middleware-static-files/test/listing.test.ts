import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Features } from '@windhover/features';
import { ApplicationBuilder } from '@windhover/http';
import { expect, it } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { staticFiles } from '../src/index.ts';
import { maxEntries } from '../src/listing/folder-entries.ts';
import { readableSize } from '../src/listing/listing-page.ts';
import { folderWith } from './support/folder.ts';

const listing = (root: string): MemoryHttp =>
  MemoryHttp.of([staticFiles(root, { listing: true })], ({ response }) => response.send('passed on'));

const links = (page: string): string[] =>
  [...page.matchAll(/href="([^"]*)"/g)].map(([, link]) => link!.replaceAll('&#39;', "'"));

it('lists folders first, in the order of names and numbers, without dotfiles', async () => {
  const root = folderWith({
    'b10.txt': '',
    'b9.txt': 'x'.repeat(1536),
    'z/a': '',
    'A.txt': '',
    '.hidden': '',
    'y/.a': '',
  });
  const { status, fields, content } = await listing(root).get('/');
  expect(status).toBe(200);
  expect(fields).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
  expect(links(content)).toEqual(['./y/', './z/', './A.txt', './b9.txt', './b10.txt']);
  expect(content).toContain('1.5 KiB');
  expect(content).toContain('2024-05-06 07:08');
});

it('every link leads to its file', async () => {
  const names = [
    'a b.txt',
    'a&b.txt',
    '100%.txt',
    '#?.txt',
    '<i>.txt',
    '"quoted".txt',
    "it's.txt",
    'ü.txt',
    'x=1;y.txt',
  ];
  const http = listing(folderWith(Object.fromEntries(names.map((name) => [name, name]))));
  const { content } = await http.get('/');
  expect(links(content)).toHaveLength(names.length);
  const contents = await Promise.all(links(content).map(async (link) => (await http.get(`/${link}`)).content));
  expect(contents.toSorted()).toEqual(names.toSorted());
});

it('names and paths are escaped', async () => {
  const root = folderWith({ '<img src=x onerror=alert(1)>/"><script>.txt': '' });
  const { content } = await listing(root).get('/%3Cimg%20src=x%20onerror=alert(1)%3E/');
  expect(content).not.toMatch(/<img|<script/);
  expect(content).toContain('&#60;img src=x');
});

it('the policy of the page allows its style, and nothing else', async () => {
  const { content, fields } = await listing(folderWith({ a: '' })).get('/');
  const style = /<style>(.*?)<\/style>/s.exec(content)![1]!;
  const hash = createHash('sha256').update(style).digest('base64');
  expect(fields['content-security-policy']).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
});

it('a folder below the root links to its parent; the root does not', async () => {
  const http = listing(folderWith({ 'sub/a.txt': '' }));
  expect(links((await http.get('/sub/')).content)).toEqual(['../', './a.txt']);
  expect(links((await http.get('/')).content)).toEqual(['./sub/']);
  expect(await http.get('/sub')).toMatchObject({ status: 301, fields: { location: './sub/' } });
});

it('an empty folder says so, a missing one and a file are not listed', async () => {
  const root = folderWith({ 'a.txt': '' });
  mkdirSync(join(root, 'empty'));
  const http = listing(root);
  expect((await http.get('/empty/')).content).toContain('This folder has no files to show.');
  expect((await http.get('/missing/')).content).toBe('passed on');
  expect((await http.get('/a.txt/')).content).toBe('passed on');
});

it('HEAD: the fields of the list alone', async () => {
  const answer = await listing(folderWith({ a: '' })).answer('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(answer).toMatchObject({ status: 200, content: '' });
});

it('under map, the heading is the whole path', async () => {
  const root = folderWith({ 'sub/a.txt': '' });
  const app = new ApplicationBuilder(new Features()).map('/files', (branch) =>
    branch.use(staticFiles(root, { listing: true })),
  );
  expect((await new MemoryHttp(app.toApplication()).get('/files/sub/')).content).toContain('<h1>/files/sub/</h1>');
});

it(`lists ${maxEntries} entries at most, and says that there are more`, async () => {
  const root = folderWith({});
  for (let number = 0; number <= maxEntries; number++) writeFileSync(join(root, `${number}.txt`), '');
  const { content } = await listing(root).get('/');
  expect(links(content)).toHaveLength(maxEntries);
  expect(content).toContain('There are more files');
});

it.skipIf(process.platform !== 'linux')('a name that is not UTF-8 does not break the page', async () => {
  const root = folderWith({ 'a.txt': '' });
  writeFileSync(Buffer.concat([Buffer.from(join(root, 'b')), Buffer.of(0xff)]), '');
  expect(links((await listing(root).get('/')).content)).toContain('./a.txt');
});

it.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1024, '1.0 KiB'],
  [1_500_000, '1.4 MiB'],
  [200 * 1024 ** 3, '200 GiB'],
  [2 ** 80, '1073741824 PiB'],
])('%i: %s', (bytes, text) => {
  expect(readableSize(bytes)).toBe(text);
});
