import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { modifiedAt } from '../src/files/found-file.ts';
import { staticFiles } from '../src/index.ts';
import { folderWith } from './support/folder.ts';

const now = Date.UTC(2026, 0, 2);

it.each([
  ['the past', now - 5, now - 5],
  ['the future', now + 5, now],
  ['year 10000', Date.UTC(10_000, 0), now],
  ['a time that no Date can have', 9e18, now],
  ['before 1970', -1, 0],
  ['before the year 0', -1e14, 0],
])('a file of %s has a valid date', (_title, mtimeMs, expected) => {
  expect(modifiedAt({ mtimeMs }, now)).toBe(expected);
});

it('a file of the future: Last-Modified is not after Date, and the folder can be listed', async () => {
  const root = folderWith({ 'a.txt': 'a' });
  mkdirSync(join(root, 'b'));
  writeFileSync(join(root, 'b', 'later.txt'), 'later');
  utimesSync(join(root, 'b', 'later.txt'), new Date(), new Date(Date.UTC(2400, 0)));
  const http = MemoryHttp.of([staticFiles(root, { listing: true })], () => 'passed on');
  const { status, fields, content } = await http.get('/b/later.txt');
  expect([status, content]).toEqual([200, 'later']);
  expect(Date.parse(fields['last-modified']!)).toBeLessThanOrEqual(Date.now());
  const page = await http.get('/b/');
  expect(page.status).toBe(200);
  expect(page.content).not.toContain('2400-');
});
