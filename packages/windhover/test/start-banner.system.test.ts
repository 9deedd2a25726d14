import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { findProgram } from '../../../tools/test-support/programs.ts';

// Runs the built command: build before testing.
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
afterAll(() => rmSync(folder, { recursive: true }));

writeFileSync(join(folder, 'app.mjs'), `export default () => 'hello';`);
const command = [process.execPath, cli, 'app.mjs', '--urls', 'http://127.0.0.1:0'];
const script = findProgram('script');

/** The environment of a terminal that supports links, independent of the machine that runs the test. */
const terminal = { TERM: 'xterm-kitty', CI: undefined, TMUX: undefined, STY: undefined, NO_COLOR: undefined };

describe.skipIf(script === undefined)('the command on a terminal', () => {
  const onTerminal = (env: Record<string, string | undefined>, args: readonly string[] = command): Child =>
    new Child(['-qec', args.join(' '), '/dev/null'], {
      program: script!,
      cwd: folder,
      env: { ...terminal, ...env },
    });

  it('shows its addresses as links, what is missing for https, and how to stop', async () => {
    await using child = onTerminal({});
    await child.waitFor(/Stop.*Ctrl\+C/s);
    expect(child.output).toMatch(/\u001b\]8;;http:\/\/127\.0\.0\.1:\d+\/\u001b\\/);
    expect(child.output).toContain('npx windhover dev-certs');
    expect(child.output.indexOf('Application started')).toBeLessThan(child.output.indexOf('\u001b]8;;'));
  });

  it('with several processes shows none of this, also for files', async () => {
    const files = [process.execPath, cli, 'static', '.', '--threads', '2', '--urls', 'http://127.0.0.1:0'];
    await using child = onTerminal({}, files);
    await child.waitFor(/2 threads are ready/);
    expect(child.output).not.toContain('npx windhover dev-certs');
  });

  it('NO_COLOR: the same without an escape sequence', async () => {
    await using child = onTerminal({ NO_COLOR: '1' });
    await child.waitFor(/Stop.*Ctrl\+C/s);
    expect(child.output).not.toContain('\u001b');
  });
});

describe('the command in a pipe', () => {
  it('prints its log and nothing else', async () => {
    await using child = new Child(command.slice(1), { cwd: folder, env: terminal });
    await child.waitFor(/Application started/);
    child.kill('SIGTERM');
    await child.exited;
    for (const line of child.output.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
  });
});
