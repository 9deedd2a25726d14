import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

interface CaseResult {
  readonly id: string;
  readonly level: 'must' | 'should';
  readonly ok: boolean;
  readonly why?: string;
  readonly got: string;
}

let folder: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-conformance-'));
  children = [];
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

const run = (script: string, ...args: string[]): ChildProcess => {
  const child = spawn(process.execPath, [at(script), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
};

/** Starts the contract server. @returns the process and the first address that it prints */
const startSubject = async (...args: string[]): Promise<[subject: ChildProcess, url: string]> => {
  const subject = run('subject.mjs', ...args);
  for await (const line of createInterface({ input: subject.stdout! })) {
    const [word, url] = line.split(' ');
    if (word === 'listening') return [subject, url!];
  }
  throw new Error('the subject ended without listening');
};

/** Runs all cases against a port of this machine. */
const runCases = async (port: string, options: readonly string[]): Promise<CaseResult[]> => {
  const report = join(folder, 'results.json');
  const runner = run('run.mjs', '--port', port, '--json', report, '--concurrency', '16', ...options);
  runner.stdout!.resume();
  await once(runner, 'exit');
  return (JSON.parse(readFileSync(report, 'utf8')) as { results: CaseResult[] }).results;
};

const failed = (results: CaseResult[], level: CaseResult['level']): string[] =>
  results.filter((result) => !result.ok && result.level === level).map(({ id, why, got }) => `${id}: ${why} [${got}]`);

describe('the conformance cases', () => {
  it.each([
    ['the bare server', []],
    ['the bare server over TLS', ['--tls']],
  ])(
    'pass on %s: every must, and every should that DEVIATIONS.md does not name',
    async (_, options) => {
      const [, url] = await startSubject('--port', '0', ...options);
      const results = await runCases(new URL(url).port, options);
      const deviations = readFileSync(at('../../packages/http1-codec/DEVIATIONS.md'), 'utf8');
      expect(failed(results, 'must')).toEqual([]);
      expect(failed(results, 'should').filter((text) => !deviations.includes(`\`${text.split(':')[0]}\``))).toEqual([]);
      expect(results.length).toBeGreaterThan(300);
    },
    60_000,
  );
});

describe('the contract server', () => {
  it('ends on SIGTERM with exit code 0', async () => {
    const [subject] = await startSubject('--port', '0');
    subject.kill('SIGTERM');
    const [code] = (await once(subject, 'exit')) as [number];
    expect(code).toBe(0);
  });

  it.skipIf(process.platform === 'win32')('listens on a unix socket', async () => {
    const [, url] = await startSubject('--unix', join(folder, 'contract.sock'));
    expect(url).toBe(`http://unix:${join(folder, 'contract.sock')}`);
  });
});
