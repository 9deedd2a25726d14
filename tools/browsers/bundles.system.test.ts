import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../test-support/programs.ts';
import { browserPrograms } from './browser-programs.ts';
import { bundleForBrowsers } from './bundle-for-browsers.ts';

const chromium = findProgram('chromium') ?? findProgram('google-chrome');

/** A script that runs a program and shows its outcome under its name. */
const scriptsOf = (name: string, script: string): string => `<output id="${name}">failed</output>
<script>program = undefined;</script>
<script>${script}</script>
<script>
document.getElementById('${name}').textContent = program.result === program.expected ? 'passed' : program.result;
</script>
`;

describe.skipIf(chromium === undefined)('a bundle in Chromium (skipped where there is none)', () => {
  let folder: string;
  let shown: string;

  /** One page runs all programs, because a browser takes seconds to start. */
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'windhover-chromium-'));
    const page = join(folder, 'page.html');
    const scripts = browserPrograms.map(async ([name, path]) => scriptsOf(name, await bundleForBrowsers(path)));
    writeFileSync(page, `<!doctype html>\n<meta charset="utf-8">\n${(await Promise.all(scripts)).join('')}`);
    const profile = `--user-data-dir=${join(folder, 'profile')}`;
    const args = ['--headless', '--no-sandbox', '--disable-gpu', profile, '--dump-dom', pathToFileURL(page).href];
    ({ stdout: shown } = await promisify(execFile)(chromium!, args, { maxBuffer: 64 * 1024 * 1024 }));
  });
  afterAll(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

  it.each(browserPrograms)('of %s gives the same result as in Node.js', (name) => {
    expect(new RegExp(`<output id="${name}">(.*?)</output>`).exec(shown)?.[1]).toBe('passed');
  });
});
