import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Features } from '@windhover/features';
import { ApplicationBuilder } from '@windhover/http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { parseStaticCommandLine, run, staticHelpText } from '../src/static-command.ts';
import { useStaticSite } from '../src/static-site.ts';

const nothing = { folder: '.', help: false, listing: true, fallback: undefined, immutable: undefined, settings: [] };

describe('the arguments of windhover static', () => {
  it.each([
    { args: [], expected: {} },
    { args: ['dist'], expected: { folder: 'dist' } },
    { args: ['-h'], expected: { help: true } },
    { args: ['dist', '--no-listing'], expected: { folder: 'dist', listing: false } },
    { args: ['--fallback', 'index.html', 'dist'], expected: { folder: 'dist', fallback: 'index.html' } },
    { args: ['--immutable=/assets/'], expected: { immutable: '/assets/' } },
    { args: ['-u', 'http://*:80', 'dist'], expected: { folder: 'dist', settings: ['--urls', 'http://*:80'] } },
    { args: ['--drainDelay=5s'], expected: { settings: ['--drainDelay=5s'] } },
    { args: ['--verbose', 'dist'], expected: { folder: 'dist' } },
  ])('$args', ({ args, expected }) => {
    expect(parseStaticCommandLine(args)).toEqual({ ...nothing, ...expected });
  });

  it.each([
    { args: ['-x'], message: 'Unknown option "-x". See windhover --help.' },
    { args: ['dist', '--fallback'], message: '--fallback takes a file of the folder. See windhover --help.' },
    { args: ['--fallback', '-h'], message: '--fallback takes a file of the folder. See windhover --help.' },
    { args: ['--immutable='], message: '--immutable takes a path such as /assets/. See windhover --help.' },
    { args: ['a', 'b'], message: 'Only one folder can be served; remove "b". See windhover --help.' },
  ])('$args: one sentence and exit code 2', ({ args, message }) => {
    expect(() => parseStaticCommandLine(args)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  });

  it('a folder that does not exist: one sentence', async () => {
    await expect(run(['missing-folder'])).rejects.toThrow('There is no folder "missing-folder" to serve.');
  });

  it('the help fits a terminal', () => {
    expect(Math.max(...staticHelpText.split('\n').map((line) => line.length))).toBeLessThanOrEqual(88);
  });
});

describe('the site of windhover static', () => {
  const site = (options: Partial<typeof nothing> = {}): MemoryHttp => {
    const folder = mkdtempSync(join(tmpdir(), 'windhover-site-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'assets'));
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'index.html'), 'a page of the site\n'.repeat(200));
    writeFileSync(join(folder, 'assets/app.js'), '');
    writeFileSync(join(folder, '.env'), 'SECRET=1');
    const app = new ApplicationBuilder(new Features());
    useStaticSite(app, { ...nothing, ...options, folder });
    return new MemoryHttp(app.toApplication());
  };

  it('compresses, and lets clients ask again', async () => {
    const { status, fields } = await site().get('/', 'Accept-Encoding: br\r\n');
    expect([status, fields['content-encoding'], fields['cache-control']]).toEqual([200, 'br', 'no-cache']);
  });

  it('lists folders by default, and serves no dotfiles', async () => {
    expect((await site().get('/empty/')).status).toBe(200);
    expect((await site({ listing: false }).get('/empty/')).status).toBe(404);
    expect((await site().get('/.env')).status).toBe(404);
  });

  it('fallback and immutable are those of the command line', async () => {
    const http = site({ fallback: 'index.html', immutable: '/assets/' } as never);
    expect((await http.get('/users/7')).content).toContain('a page of the site');
    expect((await http.get('/assets/app.js')).fields['cache-control']).toContain('immutable');
    expect((await http.get('/index.html')).fields['cache-control']).toBe('no-cache');
  });
});
