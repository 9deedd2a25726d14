import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { ftruncateSync, closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { launch } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { folderWith } from './support/folder.ts';
import { serveFolder } from './support/site.ts';

const run = promisify(execFile);
const curl = findProgram('curl');
const chromium = findProgram('chromium') ?? findProgram('google-chrome');

/** Size of the large file in MiB: `LARGE_FILE_MIB=1024 vitest run …` for a gibibyte. */
const largeMib = Number(process.env['LARGE_FILE_MIB'] ?? 128);
const mib = 1024 * 1024;

/** A file that takes no room on disk: zeros, and a mark at each offset. */
const writeSparse = (file: string, size: number, marks: Readonly<Record<number, string>>): void => {
  const descriptor = openSync(file, 'w');
  ftruncateSync(descriptor, size);
  for (const [offset, mark] of Object.entries(marks)) writeSync(descriptor, mark, Number(offset));
  closeSync(descriptor);
};

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(curl === undefined)('curl (skipped where it is missing)', () => {
  it.each(['--http1.1', '--http2-prior-knowledge'])('-C - continues a download, %s', async (version) => {
    const content = randomBytes(3_000_000);
    const root = folderWith({ 'a.bin': content });
    const target = join(folderWith({}), 'a.bin');
    writeFileSync(target, content.subarray(0, 1_234_567));
    const { address, ranges } = await serveFolder(root);
    await run(curl!, ['-sSf', version, '-C', '-', '-o', target, `${address}/a.bin`]);
    expect(hash(readFileSync(target))).toBe(hash(content));
    expect(ranges).toEqual(['bytes=1234567-']);
  });

  it.each(['--http1.1', '--http2-prior-knowledge'])(`${largeMib} MiB leave the memory flat, %s`, async (version) => {
    const root = folderWith({});
    const size = largeMib * mib;
    writeSparse(join(root, 'large.bin'), size, { [size - 8]: 'the end.', [size / 2]: 'middle' });
    const { address } = await serveFolder(root);
    const format = ['-w', '%{size_download}', '-o', '/dev/null'];
    let peak = 0;
    const before = process.memoryUsage.rss();
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
    const { stdout } = await run(curl!, ['-sSf', version, ...format, `${address}/large.bin`]);
    clearInterval(watch);
    expect(Number(stdout)).toBe(size);
    expect(Math.max(peak, process.memoryUsage.rss()) - before).toBeLessThan(96 * mib);

    const range = async (bytes: string): Promise<string> =>
      (await run(curl!, ['-sSf', version, '-r', bytes, `${address}/large.bin`])).stdout;
    expect(await range('-8')).toBe('the end.');
    expect(await range(`${size / 2}-${size / 2 + 5}`)).toBe('middle');
    expect(await range(`${size - 4}-`)).toBe('end.');
  });
});

describe.skipIf(chromium === undefined)('Chromium (skipped where it is missing)', () => {
  it('a video element that seeks asks for a range, and plays from there', async () => {
    const root = folderWith({ 'index.html': '<video src="film.wav" preload="metadata" muted></video>' });
    const seconds = 2000;
    const header = wavHeader(seconds);
    writeSparse(join(root, 'film.wav'), header.length + seconds * bytesPerSecond, { 0: '' });
    const descriptor = openSync(join(root, 'film.wav'), 'r+');
    writeSync(descriptor, header, 0, header.length, 0);
    closeSync(descriptor);
    const { address, ranges } = await serveFolder(root);
    const browser = await launch({ executablePath: chromium!, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      await page.goto(`${address}/`);
      const reached = await page.$eval('video', async (video) => {
        if (video.readyState < 1) await new Promise((resolve) => video.addEventListener('loadedmetadata', resolve));
        video.currentTime = 1800;
        await new Promise((resolve) => video.addEventListener('seeked', resolve));
        return [video.duration, video.currentTime];
      });
      expect(reached).toEqual([seconds, 1800]);
    } finally {
      await browser.close();
    }
    const starts = ranges.map((range) => Number(/^bytes=(\d+)-/.exec(range)?.[1]));
    expect(Math.max(...starts)).toBeGreaterThan(1700 * bytesPerSecond);
  });
});

const bytesPerSecond = 44_100 * 2;

/** The head of a file with sound of one channel, 16 bits, 44.1 kHz. */
const wavHeader = (seconds: number): Buffer => {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + seconds * bytesPerSecond, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(44_100, 24);
  head.writeUInt32LE(bytesPerSecond, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(seconds * bytesPerSecond, 40);
  return head;
};
