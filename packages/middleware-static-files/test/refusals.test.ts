import { linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { isServablePath } from '../src/files/request-path.ts';
import { type StaticFilesOptions, staticFiles } from '../src/index.ts';
import { folderWith } from './support/folder.ts';

/** A folder beside which a secret lies, and the server of the folder. */
const besideSecret = (options: StaticFilesOptions = {}): { http: MemoryHttp; root: string; folder: string } => {
  const folder = folderWith({
    'secret.txt': 'secret',
    'public-not/secret.txt': 'secret',
    'public/a.txt': 'a',
    'public/.env': 'secret',
    'public/.git/config': 'secret',
    'public/sub/.htaccess': 'secret',
    'public/sub/a.txt': 'a',
    'public/sub/index.html': 'index',
  });
  const root = join(folder, 'public');
  const http = MemoryHttp.of([staticFiles(root, options)], ({ response }) => {
    response.statusCode = 404;
    response.send('passed on');
  });
  return { http, root, folder };
};

/** Spellings of a way out of the folder. */
const traversals = [
  '/../secret.txt',
  '/../../../../../../../../etc/passwd',
  '/sub/../../secret.txt',
  '/./../secret.txt',
  '/..',
  '/../',
  '/%2e%2e/secret.txt',
  '/%2E%2E/secret.txt',
  '/.%2e/secret.txt',
  '/%2e./secret.txt',
  '/..%2fsecret.txt',
  '/..%2Fsecret.txt',
  '/%2e%2e%2fsecret.txt',
  '/sub/..%2f..%2fsecret.txt',
  '/%252e%252e/secret.txt',
  '/%252e%252e%252fsecret.txt',
  '/..%252fsecret.txt',
  '/%25252e%25252e%25252fsecret.txt',
  '/..%5csecret.txt',
  '/..%5Csecret.txt',
  '/%2e%2e%5csecret.txt',
  '/..%255csecret.txt',
  '/%5c..%5csecret.txt',
  '/..\\secret.txt',
  '/..;/secret.txt',
  '/...;/secret.txt',
  '/.../secret.txt',
  '/....//secret.txt',
  '/....%2f%2fsecret.txt',
  '/..//secret.txt',
  '/../public-not/secret.txt',
  '/%c0%ae%c0%ae/secret.txt',
  '/%c0%2e%c0%2e/secret.txt',
  '/%e0%80%ae%e0%80%ae/secret.txt',
  '/..%c0%afsecret.txt',
  '/..%c1%9csecret.txt',
  '/%uff0e%uff0e/secret.txt',
  '/%ef%bc%8e%ef%bc%8e/secret.txt',
  '/%u002e%u002e/secret.txt',
  '/..%00/secret.txt',
  '/..%0d/secret.txt',
  '/%00/../../secret.txt',
  '/..%3b/secret.txt',
  '/?/../../secret.txt',
  '/sub/%2e%2e/%2e%2e/secret.txt',
  '/%2e%2e',
  '//../secret.txt',
  '///etc/passwd',
  '//etc/passwd',
  '/%2fetc/passwd',
  '/%2f%2fetc%2fpasswd',
  '/file:///etc/passwd',
  '/c:/windows/win.ini',
  '/C:%5cwindows%5cwin.ini',
  '/c:a.txt',
  '/%63%3a/a.txt',
  '/%5c%5cserver%5cshare%5ca.txt',
  '/%5c%5c%3f%5cc:%5ca.txt',
  '/a.txt::$DATA',
  '/a.txt:stream',
  '/a.txt%3a%3a$DATA',
  '/sub%5ca.txt',
  '/sub\\a.txt',
  '/a.txt%00',
  '/a.txt%00.html',
  '/%00a.txt',
  '/a.txt%2500',
  '/a.txt/',
  '/a.txt/.',
  '/a.txt/../../secret.txt',
  '/~/secret.txt',
  '/proc/self/environ',
];

/** Paths that name the folder itself after dot segments are removed. It may be listed. */
const namesRoot = new Set(['/..', '/../', '/%2e%2e', '/?/../../secret.txt']);

describe('ways out of the folder', () => {
  it.each(traversals)('%s is not served', async (target) => {
    for (const options of [{}, { dotfiles: true }, { listing: true }, { outsideLinks: true }]) {
      const { http } = besideSecret({ ...options, index: [] });
      const answer = await http.get(target);
      expect(answer.content).not.toMatch(/secret$|root:|public-not/);
      expect(answer.status === 200 && !namesRoot.has(target)).toBe(false);
      expect(http.applicationErrors).toEqual([]);
    }
  });

  it.each(['/.env', '/.git/config', '/.git/', '/.git', '/sub/.htaccess', '/%2eenv', '/%2Egit/config', '/./.env'])(
    '%s, a dotfile: not served, unless dotfiles is on',
    async (target) => {
      expect((await besideSecret({ listing: true }).http.get(target)).status).toBe(404);
      expect((await besideSecret({ listing: true, dotfiles: true }).http.get(target)).status).not.toBe(404);
    },
  );

  it('a name of 5,000 bytes: not served', async () => {
    expect((await besideSecret().http.get(`/${'a'.repeat(5000)}`)).status).toBe(404);
  });

  it.each([
    '/con',
    '/CON.txt',
    '/a/nul',
    '/aux.js',
    '/com1',
    '/lpt9.x/a',
    '/a.txt.',
    '/a.txt ',
    '/a./b',
    '/PROGRA~1',
    '/COM¹',
    '/lpt³.txt',
    '/nul .txt',
  ])('%s is another name on Windows, and refused there', (path) => {
    expect(isServablePath(path, { dotfiles: false, windows: true })).toBe(false);
    expect(isServablePath(path, { dotfiles: false, windows: false })).toBe(true);
  });

  it.each(['/console.txt', '/a.b.c', '/nuls', '/a b/c', '/~user/a', '/a~b'])('%s is served everywhere', (path) => {
    expect(isServablePath(path, { dotfiles: false, windows: true })).toBe(true);
  });
});

describe('symbolic links', () => {
  const linked = (options: StaticFilesOptions = {}): MemoryHttp => {
    const { http, root, folder } = besideSecret(options);
    symlinkSync('../secret.txt', join(root, 'relative.txt'));
    symlinkSync(join(folder, 'secret.txt'), join(root, 'absolute.txt'));
    symlinkSync('../public-not', join(root, 'folder'));
    symlinkSync('relative.txt', join(root, 'chain.txt'));
    symlinkSync('loop', join(root, 'loop'));
    symlinkSync('missing', join(root, 'broken'));
    symlinkSync('sub/a.txt', join(root, 'inside.txt'));
    symlinkSync('sub', join(root, 'inside'));
    linkSync(join(root, 'a.txt'), join(root, 'hard.txt'));
    return http;
  };

  it.each([
    '/relative.txt',
    '/absolute.txt',
    '/chain.txt',
    '/folder/secret.txt',
    '/folder',
    '/folder/',
    '/loop',
    '/broken',
  ])('%s leads out of the folder or nowhere: not served', async (path) => {
    expect((await linked({ listing: true }).get(path)).status).toBe(404);
    expect((await linked({ cacheSize: 0, index: ['secret.txt'] }).get(path)).status).toBe(404);
  });

  it.each(['/relative.txt', '/absolute.txt', '/chain.txt', '/folder/secret.txt'])(
    '%s is served with outsideLinks',
    async (path) => {
      expect(await linked({ outsideLinks: true }).get(path)).toMatchObject({ status: 200, content: 'secret' });
    },
  );

  it.each(['/inside.txt', '/inside/a.txt', '/hard.txt'])('%s stays inside: served', async (path) => {
    expect(await linked().get(path)).toMatchObject({ status: 200, content: 'a' });
  });

  it('links that lead out are not listed', async () => {
    const { content } = await linked({ listing: true, index: [] }).get('/');
    expect([...content.matchAll(/href="\.\/([^"]*)"/g)].map(([, name]) => name)).toEqual([
      'inside/',
      'sub/',
      'a.txt',
      'hard.txt',
      'inside.txt',
    ]);
  });
});

describe('other kinds of files', () => {
  it('a socket is not served', async () => {
    const { http, root } = besideSecret({ listing: true });
    const server = createServer().listen(join(root, 'socket'));
    await once(server, 'listening');
    expect((await http.get('/socket')).status).toBe(404);
    expect((await http.get('/')).content).not.toMatch(/socket/);
    server.close();
  });

  it('a device is not served', async () => {
    const http = MemoryHttp.of([staticFiles('/dev')], ({ response }) => response.send('passed on'));
    expect((await http.get('/zero')).content).toBe('passed on');
  });

  it('a folder that takes the place of an index file is passed over', async () => {
    const { http, root } = besideSecret();
    mkdirSync(join(root, 'index.html'));
    expect((await http.get('/')).status).toBe(404);
  });
});
