import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../test-support/programs.ts';
import { browserPrograms } from './browser-programs.ts';
import { bundleForBrowsers } from './bundle-for-browsers.ts';

const chromium = findProgram('chromium') ?? findProgram('google-chrome');

const pageWith = (script: string): string => `<!doctype html>
<meta charset="utf-8">
<output>failed</output>
<script>${script}</script>
<script>document.querySelector('output').textContent = program.result === program.expected ? 'passed' : program.result;</script>
`;

describe.skipIf(chromium === undefined)('a bundle in Chromium (skipped where there is none)', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'windhover-chromium-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

  it.each(browserPrograms)('of %s gives the same result as in Node.js', async (_name, path) => {
    const page = join(folder, 'page.html');
    writeFileSync(page, pageWith(await bundleForBrowsers(path)));
    const profile = `--user-data-dir=${join(folder, 'profile')}`;
    const args = ['--headless', '--no-sandbox', '--disable-gpu', profile, '--dump-dom', pathToFileURL(page).href];
    const { stdout } = await promisify(execFile)(chromium!, args);
    expect(/<output>(.*?)<\/output>/.exec(stdout)?.[1]).toBe('passed');
  });
});
