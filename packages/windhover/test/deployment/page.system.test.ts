import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Child, type ChildOptions } from '../../../../tools/test-support/child.ts';
import { freePort } from '../../../../tools/test-support/free-port.ts';
import { findProgram } from '../../../../tools/test-support/programs.ts';
import { get } from '../responses.ts';
import { DeployedApp } from './deployed-app.ts';
import { deploymentFile, withReplaced } from './sources.ts';

const page = readFileSync(new URL('../../DEPLOYMENT.md', import.meta.url), 'utf8');
const files = readdirSync(new URL('../../examples/deployment', import.meta.url));

const app = new DeployedApp();
afterAll(() => app[Symbol.dispose]());

const started = /Application started/;
const stripTypes = process.features.typescript ? '' : '--experimental-strip-types';

/** Runs a program in the folder of the application until the end of the test. */
const run = ([program, ...args]: readonly string[], env: ChildOptions['env'] = {}): Child =>
  new Child(args, { program: program!, cwd: app.folder, env: { NODE_OPTIONS: stripTypes, ...env } });

/** The command of the container file. */
const containerCommand = JSON.parse(/^CMD (.*)$/m.exec(deploymentFile('Containerfile'))![1]!) as string[];
const command = [process.execPath, ...containerCommand.slice(1)];

describe('DEPLOYMENT.md', () => {
  it.each(files)('shows %s as it is', (file) => {
    expect(page).toContain(`\n${deploymentFile(file)}\`\`\``);
  });

  it('waits longer before it kills the process than the host takes to stop', () => {
    const defaultTimeout = 30;
    expect(Number(/TimeoutStopSec=(\d+)/.exec(deploymentFile('windhover.service'))![1])).toBeGreaterThan(
      defaultTimeout,
    );
    const [, timeout] = /SHUTDOWN_TIMEOUT, value: (\d+)s/.exec(deploymentFile('kubernetes.yaml'))!;
    const [, grace] = /terminationGracePeriodSeconds: (\d+)/.exec(deploymentFile('kubernetes.yaml'))!;
    expect(Number(grace)).toBeGreaterThan(Number(timeout));
  });
});

describe('the application', () => {
  it('says that it is not ready as soon as it is to stop, and serves on for the drain delay', async () => {
    const port = await freePort();
    await using child = run(command, {
      WINDHOVER_URLS: `http://127.0.0.1:${port}`,
      WINDHOVER_DRAIN_DELAY: '1h',
    });
    await child.waitFor(started);
    expect(await get(`http://127.0.0.1:${port}/live`)).toMatchObject({ status: 200 });
    expect(await get(`http://127.0.0.1:${port}/ready`)).toMatchObject({ status: 200, text: 'ready\n' });
    child.kill('SIGTERM');
    await child.waitFor(/shutting down/);
    expect(await get(`http://127.0.0.1:${port}/ready`)).toMatchObject({ status: 503, text: 'not ready\n' });
    expect(await get(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 200 });
  });
});

const unshare = findProgram('unshare');
const canUnshare = unshare !== undefined && spawnSync(unshare, ['--pid', '--fork', 'true']).status === 0;

describe.skipIf(!canUnshare)('the command of the container, as process 1 of a pid namespace', () => {
  it('serves, and ends with 0 at SIGTERM', async () => {
    const port = await freePort();
    await using child = run([unshare!, '--pid', '--fork', '--kill-child', ...command], {
      WINDHOVER_URLS: `http://127.0.0.1:${port}`,
    });
    await child.waitFor(started);
    expect(await child.waitFor(/"pid":(\d+)|pid=(\d+)/)).toContain('1');
    expect(await get(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 200 });
    const inside = readFileSync(`/proc/${child.process.pid}/task/${child.process.pid}/children`, 'utf8').trim();
    process.kill(Number(inside), 'SIGTERM');
    expect(await child.exited).toBe(0);
  });
});

const systemdAnalyze = findProgram('systemd-analyze');
const socketActivate = findProgram('systemd-socket-activate');

describe.skipIf(systemdAnalyze === undefined)('systemd-analyze verify', () => {
  it('finds nothing to say about the units', () => {
    const service = withReplaced(deploymentFile('windhover.service'), {
      '/srv/app': app.folder,
      '/usr/bin/node': process.execPath,
    });
    const units = [join(app.folder, 'windhover.service'), join(app.folder, 'windhover.socket')];
    writeFileSync(units[0]!, service);
    writeFileSync(units[1]!, deploymentFile('windhover.socket'));
    const { status, stderr } = spawnSync(systemdAnalyze!, ['verify', '--man=no', ...units], { encoding: 'utf8' });
    const ownLines = stderr.split('\n').filter((line) => line.includes('windhover'));
    expect({ status, ownLines }).toEqual({ status: 0, ownLines: [] });
  });
});

describe.skipIf(socketActivate === undefined)('the service, started by its socket', () => {
  it('listens on what systemd has opened, under its name, and ends with 0 at SIGTERM', async () => {
    const port = await freePort();
    const [, execStart] = /^ExecStart=\/usr\/bin\/node (.*)$/m.exec(deploymentFile('windhover.service'))!;
    const [, environment] = /^Environment=(.*)$/m.exec(deploymentFile('windhover.service'))!;
    const [, name] = /^FileDescriptorName=(.*)$/m.exec(deploymentFile('windhover.socket'))!;
    await using child = run([
      socketActivate!,
      `--listen=127.0.0.1:${port}`,
      `--fdname=${name}`,
      '--setenv=NODE_OPTIONS',
      ...environment!.split(' ').map((variable) => `--setenv=${variable}`),
      process.execPath,
      ...execStart!.split(' '),
    ]);
    await child.waitFor(/Listening on/);
    expect(await get(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 200 });
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
  });
});
