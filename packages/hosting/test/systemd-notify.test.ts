import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { http1 } from '@windhover/http1';
import { MemoryTransport } from '@windhover/transport-memory';
import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { SystemdNotify } from '../src/lifetime/systemd-notify.ts';
import { WebHostBuilder } from '../src/index.ts';
import { lookLikeWorker } from './look-like-worker.ts';

/** A folder with a program that takes the place of `systemd-notify` and writes down its arguments. */
const fakeNotify = (exitCode = 0): { env: Record<string, string>; sent: () => string[] } => {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-notify-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'log');
  const program = join(folder, 'systemd-notify');
  writeFileSync(program, `#!/bin/sh\necho "$@" >> '${log}'\nexit ${exitCode}\n`);
  chmodSync(program, 0o755);
  const env = { NOTIFY_SOCKET: '/run/notify', PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
  const sent = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []);
  return { env, sent };
};

const unexpected = (error: Error): void => {
  throw error;
};

describe('sd_notify', () => {
  it('sends states in order', async () => {
    const { env, sent } = fakeNotify();
    const notify = SystemdNotify.ofProcess(unexpected, env)!;
    void notify.ready();
    void notify.reloading();
    void notify.ready();
    await notify.stopping();
    expect(sent()).toEqual([
      'READY=1',
      expect.stringMatching(/^RELOADING=1 MONOTONIC_USEC=\d+$/),
      'READY=1',
      'STOPPING=1',
    ]);
  });

  it.each([{}, { NOTIFY_SOCKET: '' }])('nothing is sent with the environment %j', (env) => {
    expect(SystemdNotify.ofProcess(unexpected, env)).toBeUndefined();
  });

  it('the watchdog gets signs of life until the stop', async () => {
    const { env, sent } = fakeNotify();
    const notify = SystemdNotify.ofProcess(unexpected, {
      ...env,
      WATCHDOG_USEC: '20000',
      WATCHDOG_PID: `${process.pid}`,
    })!;
    await notify.ready();
    await until(() => sent().filter((state) => state === 'WATCHDOG=1').length >= 2);
    await notify.stopping();
    expect(sent().at(-1)).toBe('STOPPING=1');
  });

  it('a watchdog of another process gets none', async () => {
    const { env, sent } = fakeNotify();
    const notify = SystemdNotify.ofProcess(unexpected, { ...env, WATCHDOG_USEC: '2000', WATCHDOG_PID: '1' })!;
    await notify.ready();
    await notify.ready();
    await notify.stopping();
    expect(sent()).toEqual(['READY=1', 'READY=1', 'STOPPING=1']);
  });

  it('a watchdog of the supervisor gets signs of life from its worker', async () => {
    const { env, sent } = fakeNotify();
    lookLikeWorker('1');
    const watchdog = { WATCHDOG_USEC: '20000', WATCHDOG_PID: `${process.ppid}` };
    const notify = SystemdNotify.ofProcess(unexpected, { ...env, ...watchdog })!;
    await notify.ready();
    await until(() => sent().includes('WATCHDOG=1'));
    await notify.stopping();
    expect(sent()[0]).toBe('READY=1');
  });

  it('a service that stops is not ready again when a reload ends', async () => {
    const { env, sent } = fakeNotify();
    const notify = SystemdNotify.ofProcess(unexpected, { ...env, WATCHDOG_USEC: '2000' })!;
    await notify.stopping();
    await notify.reloading();
    await notify.ready();
    expect(sent()).toEqual(['STOPPING=1']);
  });

  it.each<[title: string, env: () => Record<string, string>]>([
    ['is missing', () => ({ NOTIFY_SOCKET: '/run/notify', PATH: '/nonexistent' })],
    ['fails', () => fakeNotify(1).env],
  ])('a program that %s is reported once', async (_title, env) => {
    const errors: Error[] = [];
    const notify = SystemdNotify.ofProcess((error) => void errors.push(error), env())!;
    await notify.ready();
    await notify.stopping();
    expect(errors).toHaveLength(1);
  });

  it('a host that runs is ready once it listens, and stopping when it stops', async () => {
    const { env, sent } = fakeNotify();
    const before = { ...process.env };
    Object.assign(process.env, env);
    onTestFinished(() => {
      delete process.env['NOTIFY_SOCKET'];
      process.env['PATH'] = before['PATH'];
    });
    const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const host = new WebHostBuilder()
      .useTransport(new MemoryTransport())
      .useProtocol(http1())
      .useLogger(silent)
      .useServer((server) => void server.listen({ kind: 'memory', name: 'notify' }))
      .configure((app) => void app.run(({ response }) => response.send('')))
      .build();
    const running = host.run();
    await until(() => sent().includes('READY=1'));
    await host.reload();
    host.lifetime.stopApplication();
    await running;
    await until(() => sent().includes('STOPPING=1'));
    expect(sent()).toEqual(['READY=1', expect.stringContaining('RELOADING=1'), 'READY=1', 'STOPPING=1']);
  });
});
