import { readdirSync, readlinkSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { HttpResponseBodyFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { type SendFileOptions, sendFile } from '../src/index.ts';
import { folderWith } from './support/folder.ts';

const sending = (path: string, options?: SendFileOptions): MemoryHttp =>
  new MemoryHttp((context) => sendFile(context, path, options));

/** Paths of the files that this process has open. */
const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((number) => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`);
    } catch {
      // Closed meanwhile.
      return [];
    }
  });

describe('sendFile', () => {
  it.each([[undefined], [''], [null], [5]])(
    'with the root %j: STATIC_FILES_ROOT_INVALID, because the path would lead to every file',
    async (root) => {
      const path = join(folderWith({ 'a.txt': 'text' }), 'a.txt');
      const http = sending(path, { root } as SendFileOptions);
      expect((await http.get('/')).status).toBe(500);
      expect(http.applicationErrors).toEqual([expect.objectContaining({ code: 'STATIC_FILES_ROOT_INVALID' })]);
    },
  );

  it('an unknown option: TypeError that names it', async () => {
    const http = sending('a.txt', { cachecontrol: 'private' } as SendFileOptions);
    expect((await http.get('/')).status).toBe(500);
    expect(http.applicationErrors).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^sendFile has no option "cachecontrol"/) as string }),
    ]);
  });

  it('answers with the file, its type, conditions and ranges', async () => {
    const http = sending(join(folderWith({ 'a.csv': '0123456789' }), 'a.csv'));
    const { status, fields, content } = await http.get('/');
    expect([status, content]).toEqual([200, '0123456789']);
    expect(fields).toMatchObject({ 'content-type': 'text/csv; charset=utf-8', 'accept-ranges': 'bytes' });
    expect(fields).not.toHaveProperty('content-disposition');
    expect((await http.get('/', `If-None-Match: ${fields['etag']}\r\n`)).status).toBe(304);
    expect(await http.get('/', 'Range: bytes=-2\r\n')).toMatchObject({ status: 206, content: '89' });
  });

  it('download, contentType and cacheControl set their fields', async () => {
    const options = { download: 'Übersicht.csv', contentType: 'text/x-own', cacheControl: 'private' };
    const { fields } = await sending(join(folderWith({ 'a.csv': '' }), 'a.csv'), options).get('/');
    expect(fields).toMatchObject({
      'content-disposition': `attachment; filename="?bersicht.csv"; filename*=UTF-8''%C3%9Cbersicht.csv`,
      'content-type': 'text/x-own',
      'cache-control': 'private',
    });
  });

  it.runIf(process.platform === 'linux')('closes the file where a field cannot be set any more', async () => {
    const path = realpathSync(join(folderWith({ 'a.txt': 'text' }), 'a.txt'));
    const errors: unknown[] = [];
    const http = new MemoryHttp(async (context) => {
      context.features.require(HttpResponseBodyFeature).start();
      await sendFile(context, path, { download: 'a.txt' }).catch((error: unknown) => errors.push(error));
    });
    await http.exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(errors).toMatchObject([{ code: 'HTTP_RESPONSE_STARTED' }]);
    expect(openFiles()).not.toContain(path);
  });

  it('answers a POST with the whole file, whatever its conditions', async () => {
    const http = sending(join(folderWith({ 'a.txt': '0123' }), 'a.txt'));
    const request = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nIf-None-Match: *\r\nRange: bytes=0-0\r\n\r\n';
    expect(await http.answer(request)).toMatchObject({ status: 200, content: '0123' });
  });

  it.each([
    'missing.txt',
    '.',
    'folder',
    '../outside.txt',
    '/../outside.txt',
    'a\0.txt',
    '.hidden',
    'link.txt',
    '..\\outside.txt',
    '',
  ])('%j below a root: 404 STATIC_FILES_NOT_FOUND, and nothing is logged as an error of the client', async (path) => {
    const folder = folderWith({ 'root/folder/a': '', 'outside.txt': '', 'root/.hidden': '' });
    symlinkSync('../outside.txt', join(folder, 'root/link.txt'));
    let code: unknown;
    const http = new MemoryHttp(async (context) => {
      try {
        await sendFile(context, path, { root: join(folder, 'root'), download: 'a' });
      } catch (error) {
        ({ code } = error as { code: unknown });
        throw error;
      }
    });
    const { status, fields } = await http.get('/');
    expect([status, code]).toEqual([404, 'STATIC_FILES_NOT_FOUND']);
    expect(fields).not.toHaveProperty('content-disposition');
  });

  it.each(['a.txt', '/a.txt', 'sub/b.txt'])('%s below a root is sent', async (path) => {
    const root = folderWith({ 'a.txt': 'text', 'sub/b.txt': 'text' });
    expect(await sending(path, { root }).get('/')).toMatchObject({ status: 200, content: 'text' });
  });
});

everyHost((host) => {
  it('sendFile in middleware answers the request', async () => {
    const file = join(folderWith({ 'a.bin': new Uint8Array(200_000).fill(7) }), 'a.bin');
    const { client } = await host.serve([(context) => sendFile(context, file)]);
    const { status, bytes } = await client.get('/');
    expect([status, bytes.length, bytes.every((byte) => byte === 7)]).toEqual([200, 200_000, true]);
  });
});
