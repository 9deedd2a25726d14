import { readdirSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { until } from '../../../tools/test-support/until.ts';
import { FileSource } from '../src/files/file-source.ts';
import { sendFile, staticFiles } from '../src/index.ts';
import { folderWith, writeSparseFile } from './support/folder.ts';

/** A source for which all files are old enough to be kept. */
const source = (root: string, cacheSize: number): FileSource =>
  new FileSource(root, { outsideLinks: false, cacheSize, now: () => Date.now() + 60_000 });

describe('files in memory', () => {
  it('a small file is read once', async () => {
    const files = source(folderWith({ 'a.txt': 'text' }), 100_000);
    const [first, second] = [await files.find('/a.txt'), await files.find('/a.txt')];
    expect(first).toHaveProperty('bytes');
    expect(second).toBe(first);
  });

  it('a file that has just been changed is not kept', async () => {
    const root = folderWith({ 'a.txt': 'text' });
    const files = new FileSource(root, { outsideLinks: false, cacheSize: 100_000 });
    expect(await files.find('/a.txt')).not.toBe(await files.find('/a.txt'));
    expect(files.cachedBytes).toBe(0);
  });

  it('2,000 small files never take more than cacheSize', async () => {
    const names = Array.from({ length: 2000 }, (_, number) => `${number % 100}/${number}.txt`);
    const files = source(folderWith(Object.fromEntries(names.map((name) => [name, name.repeat(10)]))), 200_000);
    let most = 0;
    for (const name of names) {
      const found = await files.find(`/${name}`);
      expect(String(found !== undefined && found !== 'folder' && 'bytes' in found && found.bytes)).toBe(
        name.repeat(10),
      );
      most = Math.max(most, files.cachedBytes);
    }
    expect(most).toBeLessThanOrEqual(200_000);
    expect(most).toBeGreaterThan(180_000);
  });

  it('the file that was not used for the longest time leaves first', async () => {
    const content = 'x'.repeat(1024);
    const files = source(folderWith({ a: content, b: content, c: content }), 5000);
    const a = await files.find('/a');
    const b = await files.find('/b');
    await files.find('/a');
    await files.find('/c');
    expect(await files.find('/a')).toBe(a);
    expect(await files.find('/b')).not.toBe(b);
  });

  it('cacheSize 0 keeps nothing', async () => {
    const files = source(folderWith({ 'a.txt': 'text' }), 0);
    await files.find('/a.txt');
    expect(files.cachedBytes).toBe(0);
  });
});

/** How often this process has a file open. Linux only. */
const openDescriptors = (file: string): number =>
  readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === file;
    } catch {
      return false;
    }
  }).length;

describe.skipIf(process.platform !== 'linux')('descriptors', () => {
  everyHost((host) => {
    it.each(['staticFiles', 'sendFile'])('%s closes the file when the client leaves midway', async (way) => {
      const file = join(folderWith({}), 'large.bin');
      writeSparseFile(file, 20_000_000);
      const { client, applicationErrors } = await host.serve([
        way === 'staticFiles' ? staticFiles(dirname(file)) : (context) => sendFile(context, file),
      ]);
      const { status, leave } = await client.open({ path: '/large.bin' });
      expect(status).toBe(200);
      await until(() => openDescriptors(file) === 1);
      leave();
      await until(() => openDescriptors(file) === 0);
      expect(applicationErrors).toEqual([]);
    });
  });

  it('no answer leaves a file open', async () => {
    const root = folderWith({ 'large.bin': new Uint8Array(200_000), 'large.bin.br': new Uint8Array(100_000) });
    const file = join(root, 'large.bin');
    const { MemoryHttp } = await import('../../../tools/test-support/memory-http.ts');
    const http = MemoryHttp.of([staticFiles(root, { precompressed: true })], ({ response }) => response.send(''));
    const fields = [
      '',
      'Range: bytes=0-10\r\n',
      'Range: bytes=999999-\r\n',
      'If-None-Match: *\r\n',
      'If-Match: "other"\r\n',
      'Accept-Encoding: br\r\n',
    ];
    for (const each of fields) await http.get('/large.bin', each);
    await http.answer('HEAD /large.bin HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(openDescriptors(file)).toBe(0);
    expect(openDescriptors(`${file}.br`)).toBe(0);
  });
});
