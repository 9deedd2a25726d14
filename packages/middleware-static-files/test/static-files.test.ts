import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ApplicationBuilder, type RequestHandler } from '@windhover/http';
import { Features } from '@windhover/features';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { StaticFilesError, type StaticFilesOptions, staticFiles } from '../src/index.ts';
import { folderWith, modified, writeOldFile } from './support/folder.ts';

const passed: RequestHandler = ({ response }) => response.send('passed on');

const serving = (root: string, options: StaticFilesOptions = {}): MemoryHttp =>
  MemoryHttp.of([staticFiles(root, options)], passed);

describe('a file', () => {
  it('has length, type, entity tag, date of its last change, and may be asked for in ranges', async () => {
    const http = serving(folderWith({ 'app.js': 'let a;' }));
    const { status, content, fields } = await http.get('/app.js');
    expect([status, content]).toEqual([200, 'let a;']);
    expect(fields).toEqual({
      'accept-ranges': 'bytes',
      'cache-control': 'no-cache',
      'content-length': '6',
      'content-type': 'text/javascript; charset=utf-8',
      etag: expect.stringMatching(/^W\/"6-[\da-z]+"$/) as string,
      'last-modified': 'Mon, 06 May 2024 07:08:09 GMT',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    ['style.css', 'text/css; charset=utf-8'],
    ['PAGE.HTML', 'text/html; charset=utf-8'],
    ['data.json', 'application/json'],
    ['logo.svg', 'image/svg+xml'],
    ['app.wasm', 'application/wasm'],
    ['film.mp4', 'video/mp4'],
    ['app.mjs', 'text/javascript; charset=utf-8'],
    ['app.webmanifest', 'application/manifest+json'],
    ['unknown.xyzzy', 'application/octet-stream'],
    ['LICENSE', 'application/octet-stream'],
    ['a.constructor', 'application/octet-stream'],
    ['model.gltf', 'model/own'],
    ['archive.tar.gz', 'application/gzip'],
  ])('%s: %s', async (name, type) => {
    const http = serving(folderWith({ [name]: 'x' }), { contentTypes: { gltf: 'model/own' } });
    expect((await http.get(`/${name}`)).fields['content-type']).toBe(type);
  });

  it.each(['café.txt', 'with space.txt', '100%.txt', 'a+b.txt', "it's.txt", '日本.txt', '#1.txt', 'a&b;c.txt'])(
    '%s is found under its encoded name',
    async (name) => {
      const http = serving(folderWith({ [name]: name }));
      expect(await http.get(`/${encodeURIComponent(name)}`)).toMatchObject({ status: 200, content: name });
    },
  );

  it('an empty file: 200 without content, also for a range', async () => {
    const http = serving(folderWith({ 'empty.txt': '' }));
    expect(await http.get('/empty.txt')).toMatchObject({ status: 200, fields: { 'content-length': '0' } });
    expect(await http.get('/empty.txt', 'Range: bytes=0-10\r\n')).toMatchObject({ status: 200 });
  });

  it.each(['HEAD', 'GET'])('%s: the same fields', async (method) => {
    const root = folderWith({ 'a.txt': 'text', 'large.txt': 'x'.repeat(100_000) });
    for (const path of ['/a.txt', '/large.txt']) {
      const { fields } = await serving(root).get(path);
      const answer = await serving(root).answer(`${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      expect(answer.fields).toEqual(fields);
      expect(answer.content).toHaveLength(method === 'HEAD' ? 0 : Number(fields['content-length']));
    }
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'get'])('%s goes on to the next middleware', async (method) => {
    const http = serving(folderWith({ 'a.txt': 'text' }));
    expect((await http.answer(`${method} /a.txt HTTP/1.1\r\nHost: a\r\n\r\n`)).content).toBe('passed on');
  });

  it('prepareResponse may change fields, also of a 304', async () => {
    const http = serving(folderWith({ 'a.txt': 'text' }), {
      prepareResponse: ({ response }, { size, modified: time }) =>
        response.headers.set('x-file', `${size} ${time.toISOString()}`),
    });
    const { fields } = await http.get('/a.txt');
    expect(fields['x-file']).toBe(`4 ${modified.toISOString()}`);
    const second = await http.get('/a.txt', `If-None-Match: ${fields['etag']}\r\n`);
    expect(second).toMatchObject({ status: 304, fields: { 'x-file': fields['x-file'] } });
  });

  it('prepareResponse may be async, and its rejection is an error of the application', async () => {
    const http = serving(folderWith({ 'a.txt': 'text', 'b.txt': 'text' }), {
      prepareResponse: async ({ request, response }) => {
        await Promise.resolve();
        if (request.path === '/b.txt') throw new Error('no access');
        response.headers.set('x-file', 'prepared');
      },
    });
    expect(await http.get('/a.txt')).toMatchObject({ content: 'text', fields: { 'x-file': 'prepared' } });
    expect((await http.get('/b.txt')).status).toBe(500);
    expect(http.applicationErrors).toEqual([expect.objectContaining({ message: 'no access' })]);
  });

  it('cacheControl and immutable set the Cache-Control field', async () => {
    const root = folderWith({ 'a.html': '', 'assets/app-3f9a2c1b.js': '' });
    const options = { cacheControl: 'max-age=60', immutable: (path: string) => path.startsWith('/assets/') };
    const http = serving(root, options);
    expect((await http.get('/a.html')).fields['cache-control']).toBe('max-age=60');
    const asset = await http.get('/assets/app-3f9a2c1b.js');
    expect(asset.fields['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await serving(root, { cacheControl: '' }).get('/a.html')).fields).not.toHaveProperty('cache-control');
  });
});

describe('changes on disk', () => {
  /** Changes of a file after it was served, and the answer to the next request. */
  const changes: [title: string, change: (file: string) => void, content: string][] = [
    ['another content of the same length', (file) => writeFileSync(file, 'new!'), 'new!'],
    ['another length', (file) => writeFileSync(file, 'longer'), 'longer'],
    ['replaced by a file with the same size and times', (file) => replace(file, 'new!'), 'new!'],
    ['removed', (file) => rmSync(file), 'passed on'],
    ['replaced by a folder', (file) => (rmSync(file), mkdirSync(file)), 'passed on'],
  ];
  const replace = (file: string, content: string): void => {
    writeOldFile(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  };

  it.each(changes)('%s: seen by the next request', async (_title, change, content) => {
    const root = folderWith({ 'a.txt': 'old!' });
    // The file counts as old, so that it is cached.
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    onTestFinished(() => now.mockRestore());
    const http = MemoryHttp.of([staticFiles(root, { cacheSize: 1_000_000 })], passed);
    for (let times = 0; times < 3; times++) expect((await http.get('/a.txt')).content).toBe('old!');
    change(join(root, 'a.txt'));
    expect((await http.get('/a.txt')).content).toBe(content);
  });

  it('two changes at once, which leave the same times, are both seen', async () => {
    const root = folderWith({});
    const file = join(root, 'a.txt');
    const http = serving(root);
    for (let version = 100; version < 150; version++) {
      writeFileSync(file, String(version));
      expect((await http.get('/a.txt')).content).toBe(String(version));
    }
  });

  it('a file that was changed a moment ago has a weak entity tag', async () => {
    const root = folderWith({});
    writeFileSync(join(root, 'a.txt'), 'new');
    expect((await serving(root).get('/a.txt')).fields['etag']).toMatch(/^W\//);
  });
});

describe('folders', () => {
  const files = { 'index.html': 'home', 'docs/index.html': 'docs', 'empty/a.txt': 'a', 'a b/index.html': 'spaced' };

  it.each([
    ['/', 'home'],
    ['/docs/', 'docs'],
    ['/a%20b/', 'spaced'],
    ['/empty/', 'passed on'],
    ['/empty', 'passed on'],
    ['/missing/', 'passed on'],
    ['/docs/index.html/', 'passed on'],
  ])('%s: %s', async (path, content) => {
    expect((await serving(folderWith(files)).get(path)).content).toBe(content);
  });

  it.each([
    ['/docs', './docs/'],
    ['/docs?a=b&c', './docs/?a=b&c'],
    ['/a%20b', './a%20b/'],
    ['/x/../docs', './docs/'],
    ['http://a/docs', './docs/'],
  ])('%s without its slash: 301 to %s', async (target, location) => {
    expect(await serving(folderWith(files)).get(target)).toMatchObject({ status: 301, fields: { location } });
  });

  it.each(['//docs', '//docs/..', '/%5Cdocs', '///docs', '//evil.example/%2e%2e/docs', '/docs//', '/./../docs%2f'])(
    '%s never leads to another host',
    async (target) => {
      const { status, fields } = await serving(folderWith({ ...files, 'evil.example/index.html': '' })).get(target);
      expect(status === 301 ? fields['location'] : './docs/').toMatch(/^\.\/[^/]+\/$/);
    },
  );

  it('the first of several index files that exists answers', async () => {
    const http = serving(folderWith({ 'default.htm': 'second', 'sub/index.txt': 'first' }), {
      index: ['index.txt', 'default.htm'],
    });
    expect((await http.get('/')).content).toBe('second');
    expect((await http.get('/sub/')).content).toBe('first');
  });

  it('under map, the folder itself is redirected relative to the mapped path', async () => {
    const root = folderWith(files);
    const app = new ApplicationBuilder(new Features()).map('/site', (branch) => branch.use(staticFiles(root)));
    const http = new MemoryHttp(app.toApplication());
    expect(await http.get('/site')).toMatchObject({ status: 301, fields: { location: './site/' } });
    expect((await http.get('/site/')).content).toBe('home');
    expect(await http.get('/site/docs')).toMatchObject({ status: 301, fields: { location: './docs/' } });
  });
});

describe('the fallback file', () => {
  const root = (): string => folderWith({ 'index.html': 'app', 'a.js': 'js' });

  it.each<[path: string, fields: string, content: string]>([
    ['/users/7', '', 'app'],
    ['/users/7', 'Accept: text/html,*/*;q=0.8\r\n', 'app'],
    ['/users/7', 'Accept: */*\r\n', 'app'],
    ['/users/7', 'Sec-Fetch-Mode: navigate\r\nAccept: text/html\r\n', 'app'],
    ['/users/7', 'Sec-Fetch-Mode: cors\r\nAccept: */*\r\n', 'passed on'],
    ['/users/7', 'Accept: application/json\r\n', 'passed on'],
    ['/missing.js', '', 'passed on'],
    ['/a.b/c', '', 'app'],
    ['/a.js', '', 'js'],
    ['/.env', '', 'passed on'],
    ['/x%5Cy', '', 'passed on'],
  ])('%s with %j: %s', async (path, fields, content) => {
    expect((await serving(root(), { fallback: 'index.html' }).get(path, fields)).content).toBe(content);
  });

  it.each<[path: string, fields: string, vary: string | undefined]>([
    ['/users/7', '', 'accept, sec-fetch-mode'],
    ['/users/7', 'Accept: application/json\r\n', 'accept, sec-fetch-mode'],
    ['/missing.js', '', undefined],
    ['/a.js', '', undefined],
  ])('%s with %j: Vary is %s', async (path, fields, vary) => {
    expect((await serving(root(), { fallback: 'index.html' }).get(path, fields)).fields['vary']).toBe(vary);
  });

  it('that does not exist: the request continues', async () => {
    expect((await serving(root(), { fallback: 'none.html' }).get('/users')).content).toBe('passed on');
  });
});

describe('options', () => {
  it.each<[root: unknown, options: object, code: string]>([
    ['', {}, 'STATIC_FILES_ROOT_INVALID'],
    [undefined, {}, 'STATIC_FILES_ROOT_INVALID'],
    ['.', { index: [''] }, 'STATIC_FILES_OPTION_INVALID'],
    ['.', { index: ['/index.html'] }, 'STATIC_FILES_OPTION_INVALID'],
    ['.', { fallback: '/index.html' }, 'STATIC_FILES_OPTION_INVALID'],
    ['.', { precompressed: ['deflate'] }, 'STATIC_FILES_OPTION_INVALID'],
    ['.', { cacheSize: -1 }, 'STATIC_FILES_OPTION_INVALID'],
    ['.', { cacheSize: Number.NaN }, 'STATIC_FILES_OPTION_INVALID'],
  ])('%j with %j: %s', (root, options, code) => {
    expect(() => staticFiles(root as string, options)).toThrow(StaticFilesError);
    expect(() => staticFiles(root as string, options)).toThrow(expect.objectContaining({ code }));
  });

  it.each<[what: string, rootIn: (folder: string) => unknown, detail: RegExp]>([
    ['a folder that does not exist', (folder) => join(folder, 'publik'), /publik" does not exist; create it$/],
    [
      'a relative path of no folder',
      () => 'publik',
      /publik" does not exist; .* working directory; .*import\.meta\.dirname/,
    ],
    ['a file', (folder) => join(folder, 'a.txt'), /a\.txt" is not a folder; .*sendFile$/],
    [
      'a path below a file',
      (folder) => join(folder, 'a.txt', 'b'),
      /"[^"]*" (?:does not exist; create it|cannot be read \(ENOTDIR\))$/,
    ],
    ['a link that leads nowhere', (folder) => join(folder, 'link'), /link" does not exist; create it$/],
    ['a URL', (folder) => pathToFileURL(folder), /received a URL; .*fileURLToPath/],
    ['an empty path', () => '', /received ""$/],
    ['a null byte', (folder) => `${folder}\0`, /cannot be read \(ERR_INVALID_ARG_VALUE\)$/],
  ])('refused when the middleware is created: %s', (_, rootIn, detail) => {
    const folder = folderWith({ 'a.txt': 'a' });
    symlinkSync('nowhere', join(folder, 'link'));
    expect(() => staticFiles(rootIn(folder) as string)).toThrow(
      expect.objectContaining({
        code: 'STATIC_FILES_ROOT_INVALID',
        message: expect.stringMatching(detail) as string,
      }),
    );
  });

  it('a folder that is deleted and created again is served again', async () => {
    const root = join(folderWith({ 'site/a.txt': 'before' }), 'site');
    const http = serving(root);
    expect((await http.get('/a.txt')).content).toBe('before');
    rmSync(root, { recursive: true });
    expect((await http.get('/a.txt')).content).toBe('passed on');
    writeOldFile(join(root, 'a.txt'), 'here');
    expect((await http.get('/a.txt')).content).toBe('here');
  });

  it('a root that is a link may be switched to another folder', async () => {
    const folder = folderWith({ 'one/a.txt': 'one', 'two/a.txt': 'two' });
    const link = join(folder, 'current');
    symlinkSync('one', link);
    const http = serving(link);
    expect((await http.get('/a.txt')).content).toBe('one');
    rmSync(link);
    symlinkSync('two', link);
    utimesSync(join(folder, 'two/a.txt'), modified, modified);
    expect((await http.get('/a.txt')).content).toBe('two');
  });
});
