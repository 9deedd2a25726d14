import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('main.mjs', import.meta.url));

interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly checks: readonly { what: string; ok: boolean; got: string; wanted: string }[];
}

let folder: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-soak-'));
});

afterEach(async () => {
  if (child !== undefined && child.exitCode === null && child.signalCode === null) {
    // Not SIGKILL: the servers exit together with this process.
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  child = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** Scenarios that take a second or two. `node tools/soak/main.mjs` runs all of them. */
const quick = [
  'slow-heads/timeout',
  'unread-upload/never',
  'unread-upload/early',
  'slow-download/patient',
  'pipelined',
  'endless-head/request-line',
  'endless-head/long-fields',
  'chunk-extensions/none-streamed',
  'chunk-extensions/long-collected',
  'half-open',
  'many-small-writes/at-once',
  'many-small-writes/later',
  'many-small-writes/pages',
];

const run = async (...args: string[]): Promise<number> => {
  child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
};

describe('the memory of a server under hostile and slow clients', () => {
  it('stays within the bounds of each scenario', async () => {
    const report = join(folder, 'soak.json');
    await run('--quick', '--parallel', '3', '--only', quick.join(','), '--json', report);
    const { outcomes } = JSON.parse(readFileSync(report, 'utf8')) as { outcomes: Outcome[] };
    const broken = outcomes.flatMap(({ name, checks }) =>
      checks.filter(({ ok }) => !ok).map(({ what, got, wanted }) => `${name}: ${what}: ${got}, wanted: ${wanted}`),
    );
    expect(broken).toEqual([]);
    expect(outcomes.length).toBeGreaterThanOrEqual(quick.length);
  }, 300_000);

  it('a scenario that does not exist: exit code 2', async () => {
    child = spawn(process.execPath, [script, '--only', 'no-such'], { stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(2);
  });
});
