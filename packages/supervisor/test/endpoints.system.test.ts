import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { freePort } from '../../../tools/test-support/free-port.ts';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { until } from '../../../tools/test-support/until.ts';
import { Load } from './support/load.ts';
import { SupervisedProgram, bundleProgram, programArguments } from './support/program.ts';
import { type Target, request } from './support/request.ts';

// Processes start, drain and end; a busy machine takes its time. While some wait, others run.
vi.setConfig({ testTimeout: 60_000, maxConcurrency: 2 });

bundleProgram();

const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
afterAll(() => rmSync(folder, { recursive: true }));

const onLinux = process.platform === 'linux';

/** Every one of the threads answers sooner or later, on connections of their own. */
const expectAnswersOf = async (target: Target, threads: number): Promise<void> => {
  const seen = new Set<number>();
  await until(async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => request(target)));
    for (const { thread } of answers) seen.add(thread);
    return seen.size === threads;
  });
};

const reload = async (program: SupervisedProgram): Promise<void> => {
  program.kill('SIGHUP');
  await program.waitFor(/All workers have been replaced/);
};

const stop = async (program: SupervisedProgram): Promise<void> => {
  program.kill('SIGTERM');
  expect(await program.exited).toBe(0);
};

const sharings = [['shared-handle'], ['round-robin']] as const;

describe.each(sharings)('the workers of one program listen together on endpoints of each kind (%s)', (sharing) => {
  const socketPath = join(folder, `${sharing}.sock`);
  const abstractName = `windhover-${process.pid}-${sharing}`;
  const portOf = (pattern: RegExp): number => Number(pattern.exec(program.output)![1]);
  const port = (): number => portOf(/addresses .*http:\/\/127\.0\.0\.1:(\d+)/);
  const localPort = (): number => portOf(/addresses .*http:\/\/localhost:(\d+)/);
  let program: SupervisedProgram;

  beforeAll(async () => {
    const urls = ['http://localhost:0', 'http://127.0.0.1:0', `http://unix:${socketPath}`];
    if (onLinux) urls.push(`http://unix:@${abstractName}`);
    program = await SupervisedProgram.running({
      options: { threadCount: 2, sharing },
      urls,
      transport: { unixMode: 0o660 },
    });
  });
  afterAll(() => program[Symbol.asyncDispose]());

  const targets: readonly (readonly [string, () => Target])[] = [
    ['port 0', () => ({ port: port() })],
    ['localhost with port 0, over IPv4', () => ({ port: localPort(), host: '127.0.0.1' })],
    ['localhost with port 0, over IPv6', () => ({ port: localPort(), host: '::1' })],
    ['a unix socket', () => ({ socketPath })],
    ...(onLinux ? [['an abstract socket (Linux)', () => ({ socketPath: `\0${abstractName}` })] as const] : []),
  ];

  it.each(targets)('%s: every worker answers', async (_, target) => {
    await expectAnswersOf(target(), 2);
  });

  it('a unix socket has the mode of unixMode', () => {
    expect(statSync(socketPath).mode & 0o777).toBe(0o660);
  });

  it('a reload: 50 clients that stay see no error, and the new workers answer at every address', async () => {
    const before = targets.map(([, target]) => target());
    const load = new Load({ socketPath }, 0, 50);
    await until(() => load.answers.length > 100);
    await reload(program);
    await load.stop();
    expect(load.errors).toEqual([]);
    await Promise.all(before.map((target) => expectAnswersOf(target, 2)));
  });

  it('a stop ends the program with code 0 and removes the socket file', async () => {
    await stop(program);
    expect(existsSync(socketPath)).toBe(false);
  });
});

describe.concurrent.each(sharings)('workers listen together (%s)', (sharing) => {
  const options = { threadCount: 2, sharing };

  it('a socket file of a supervisor that was killed is replaced', async () => {
    const socketPath = join(folder, `${sharing}-stale.sock`);
    const given = { options, urls: [`http://unix:${socketPath}`] };
    await using killed = await SupervisedProgram.running(given);
    const workers = await killed.workers();
    killed.kill('SIGKILL');
    await killed.exited;
    expect(workers).toHaveLength(2);
    expect(existsSync(socketPath)).toBe(true);
    await using program = await SupervisedProgram.running(given);
    await expectAnswersOf({ socketPath }, 2);
    await stop(program);
  });

  it('a unix socket in use: the start fails, and the other server is not harmed', async () => {
    const path = join(folder, `${sharing}-used.sock`);
    const server = createServer().listen(path);
    await once(server, 'listening');
    await using program = new SupervisedProgram({ options, urls: [`http://unix:${path}`] });
    expect(await program.exited).toBe(3);
    expect(program.count(/TRANSPORT_ADDRESS_IN_USE/)).toBe(1);
    expect(existsSync(path)).toBe(true);
    server.close();
  });

  it('a descriptor that the supervisor has inherited, through a reload', async () => {
    const parent = createServer().listen(0, '127.0.0.1');
    await once(parent, 'listening');
    const { port } = parent.address() as AddressInfo;
    const { fd } = (parent as Server & { readonly _handle: { readonly fd: number } })._handle;
    // 3 would be the channel of a worker: a socket, but not this one.
    await using program = new SupervisedProgram(
      { options, fd: 4 },
      { stdio: ['ignore', 'pipe', 'pipe', 'ignore', fd] },
    );
    await program.waitFor(/threads? (?:are|is) ready/);
    parent.close();
    await expectAnswersOf({ port }, 2);
    await reload(program);
    await expectAnswersOf({ port }, 2);
    await stop(program);
  });

  const launcher = findProgram('systemd-socket-activate');
  it.skipIf(launcher === undefined)('sockets that systemd hands over (needs systemd-socket-activate)', async () => {
    const port = await freePort();
    const socketPath = join(folder, `${sharing}-systemd.sock`);
    const server = [process.execPath, ...programArguments({ options, systemd: true })];
    const args = ['--listen', `127.0.0.1:${port}`, '--listen', socketPath, '--fdname', 'web:local', ...server];
    await using program = new Child(args, { program: launcher! });
    await program.waitFor(/Listening on .*systemd\.sock/);
    await expectAnswersOf({ port }, 2);
    await expectAnswersOf({ socketPath }, 2);
    program.kill('SIGTERM');
    expect(await program.exited).toBe(0);
  });
});
