import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../../tools/test-support/free-port.ts';
import { isAlive } from '../../../tools/test-support/is-alive.ts';
import { until } from '../../../tools/test-support/until.ts';
import { Load } from './support/load.ts';
import { SupervisedProgram, bundleProgram } from './support/program.ts';
import { keptAlive, request } from './support/request.ts';

// Processes start, drain and end; a busy machine takes its time. While some wait, others run.
vi.setConfig({ testTimeout: 60_000, maxConcurrency: 2 });

bundleProgram();

const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** @param port without one, any that is free */
const hostOn = async (options: object = {}, port = 0): Promise<{ program: SupervisedProgram; port: number }> => {
  const urls = [`http://127.0.0.1:${port}`];
  const program = await SupervisedProgram.running({ options: { threadCount: 2, ...options }, urls });
  return { program, port: program.port };
};

const sharings = [['shared-handle'], ['round-robin']] as const;

describe.each(sharings)('two workers, %s', (sharing) => {
  let program: SupervisedProgram;
  let port: number;
  beforeAll(async () => {
    ({ program, port } = await hostOn({ sharing }, await freePort()));
  });
  afterAll(() => program[Symbol.asyncDispose]());

  it('one that crashes is started again while the other one serves', async () => {
    const before = await program.workers();
    await expect(request({ port, path: '/crash' })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(before).toContain((await request({ port })).pid);
    await program.waitFor(/Thread \d \(pid \d+\) ended with exit code 7/);
    await until(async () => {
      const now = await program.workers();
      return !now.includes(null) && now.filter((pid) => before.includes(pid)).length === 1;
    });
  });

  it('SIGHUP under load loses no request and refuses no connection, and every worker is a new one', async () => {
    const before = await program.workers();
    const load = new Load({ port }, 8, 8);
    await until(() => load.answers.length > 100);
    program.kill('SIGHUP');
    await program.waitFor(/All workers have been replaced/);
    const after = await program.workers();
    const since = load.answers.length;
    await until(() => load.answers.length > since + 100);
    await load.stop();
    expect(load.errors).toEqual([]);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    const late = load.answers.slice(since + 32); // The rest may have been on their way.
    expect(late.filter(({ pid }) => !after.includes(pid))).toEqual([]);
    expect(program.output).not.toMatch('killed');
    program.kill('SIGTERM');
    expect(await program.exited).toBe(0);
  });
});

describe.concurrent('reload', () => {
  it('a program that fails to start: the old workers go on and the reason is logged', async () => {
    const failWhile = join(folder, 'fail');
    await using program = await SupervisedProgram.running({
      options: { threadCount: 2 },
      urls: ['http://127.0.0.1:0'],
      failWhile,
    });
    const before = await program.workers();
    writeFileSync(failWhile, '');
    program.kill('SIGHUP');
    await program.waitFor(/A new worker ended before it was ready.*Thread 1 ended with exit code 3/);
    expect(await program.workers()).toEqual(before);
    expect(before).toContain((await request({ port: program.port })).pid);
  });
});

describe.concurrent('a start that fails', () => {
  it('a port in use: the message once, the exit code of the worker, and nothing is left', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await using program = new SupervisedProgram({ options: { threadCount: 4 }, urls: [`http://127.0.0.1:${port}`] });
    expect(await program.exited).toBe(3);
    server.close();
    expect(program.count(/TRANSPORT_ADDRESS_IN_USE/)).toBe(1);
    expect(program.output).toMatch('supervisor ends with 3');
  });

  it('the system cannot start a process: exit code 1', async () => {
    await using program = new SupervisedProgram({ options: { threadCount: 2 }, hugeEnvironment: true });
    expect(await program.exited).toBe(1);
    expect(program.output).toMatch(/^Thread 1 could not be started: .*E2BIG\nsupervisor ends with 1\n$/);
  });

  it('of a later thread: the first one leaves as well', async () => {
    const port = await freePort();
    await using program = new SupervisedProgram({
      options: { threadCount: 2 },
      urls: [`http://127.0.0.1:${port}`],
      failThread: 2,
    });
    expect(await program.exited).toBe(3);
    expect(program.output).toMatch(/thread 1 \(\d+\) has drained/);
    await expect(request({ port })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe.concurrent('signals', () => {
  it('SIGTERM: every request that runs is answered, connections are closed politely, exit code 0', async () => {
    const { program, port } = await hostOn();
    await using _ = program;
    const agents = Array.from({ length: 50 }, keptAlive);
    await Promise.all(agents.map((agent) => request({ port }, agent)));
    const slow = agents.map((agent) => request({ port, path: '/slow' }, agent));
    await until(() => program.count(/handles/) === agents.length);
    program.kill('SIGTERM');
    const answers = await Promise.all(slow);
    expect(answers.every(({ text }) => text === 'slow')).toBe(true);
    expect(await program.exited).toBe(0);
    for (const agent of agents) agent.destroy();
  });

  it('Ctrl+C for the whole group is one wish: drained, exit code 0', async () => {
    const { program } = await hostOn();
    await using _ = program;
    const workers = await program.workers();
    for (const pid of [...workers, program.process.pid!]) process.kill(pid!, 'SIGINT');
    expect(await program.exited).toBe(0);
    expect(program.count(/has drained/)).toBe(2);
    expect(program.output).not.toMatch('once more');
  });

  it('to a worker alone: SIGINT, SIGQUIT and SIGHUP do nothing; after SIGTERM it is replaced, and then drains', async () => {
    const { program, port } = await hostOn({ threadCount: 1 });
    await using _ = program;
    const [pid] = await program.workers();
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP'] as const) process.kill(pid!, signal);
    expect((await request({ port })).pid).toBe(pid);
    expect(await program.workers()).toEqual([pid]);
    expect(program.output).not.toMatch(/drained|SIG/);
    const load = new Load({ port }, 4, 4);
    await until(() => load.answers.length > 20);
    process.kill(pid!, 'SIGTERM');
    await until(async () => !(await program.workers()).includes(pid!));
    await until(() => !isAlive(pid!));
    await load.stop();
    expect(load.errors).toEqual([]);
    expect(program.output).not.toMatch('ended with');
  });

  it('SIGTERM to all at once, as a service manager sends it: drained, exit code 0, no successor', async () => {
    const { program } = await hostOn();
    await using _ = program;
    const workers = await program.workers();
    for (const pid of [program.process.pid!, ...workers]) process.kill(pid!, 'SIGTERM');
    expect(await program.exited).toBe(0);
    expect(program.count(/has drained/)).toBe(2);
  });

  it('a second signal kills the workers: exit code 128 + signal', async () => {
    const { program, port } = await hostOn();
    await using _ = program;
    const stuck = request({ port, path: '/stuck' }).catch((error: unknown) => error);
    await program.waitFor(/handles/);
    const workers = await program.workers();
    program.kill('SIGTERM');
    await program.waitFor(/SIGTERM: the workers are asked to stop/);
    program.kill('SIGINT');
    expect(await program.exited).toBe(130);
    expect(await stuck).toMatchObject({ code: 'ECONNRESET' });
    expect(workers.filter((pid) => isAlive(pid!))).toEqual([]);
  });
});

describe.concurrent('the deadline', () => {
  it('a handler that never ends is cut off: exit code 0', async () => {
    const { program, port } = await hostOn({ threadCount: 1, shutdownTimeout: 200 });
    await using _ = program;
    const stuck = request({ port, path: '/stuck' }).catch((error: unknown) => error);
    await program.waitFor(/handles/);
    program.kill('SIGTERM');
    expect(await stuck).toMatchObject({ code: 'ECONNRESET' });
    expect(await program.exited).toBe(0);
  });

  it('a worker whose event loop is stuck is killed: exit code 1', async () => {
    const { program, port } = await hostOn({ threadCount: 1, shutdownTimeout: 200, killDelay: 200 });
    await using _ = program;
    const blocked = request({ port, path: '/block' }).catch((error: unknown) => error);
    await program.waitFor(/handles/);
    program.kill('SIGTERM');
    expect(await program.exited).toBe(1);
    expect(await blocked).toMatchObject({ code: 'ECONNRESET' });
    expect(program.output).toMatch(/Thread \d \(pid \d+\) had to be killed/);
  });
});

// Its workers write where it does: `exited` waits for the last of them.
describe.concurrent('a supervisor that is killed', () => {
  it('its workers finish what runs, and go', async () => {
    const { program, port } = await hostOn();
    await using _ = program;
    const slow = request({ port, path: '/slow' });
    await program.waitFor(/handles/);
    program.kill('SIGKILL');
    expect((await slow).text).toBe('slow');
    await program.exited;
    expect(program.count(/has drained/)).toBe(2);
    await expect(request({ port })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('a worker that cannot finish goes at the deadline', async () => {
    const { program, port } = await hostOn({ threadCount: 1, shutdownTimeout: 100 });
    await using _ = program;
    const stuck = request({ port, path: '/stuck' }).catch((error: unknown) => error);
    await program.waitFor(/handles/);
    program.kill('SIGKILL');
    expect(await stuck).toMatchObject({ code: 'ECONNRESET' });
    await program.exited;
  });
});

describe.concurrent.each(sharings)('a worker that closes its channel, %s', (sharing) => {
  it('is replaced while it drains, and ends when its requests have', async () => {
    const { program, port } = await hostOn({ threadCount: 1, sharing }, await freePort());
    await using _ = program;
    const [lost] = await program.workers();
    const client = keptAlive();
    const stuck = request({ port, path: '/stuck' }, client).catch((error: unknown) => error);
    await program.waitFor(/handles \/stuck/);
    expect((await request({ port, path: '/disconnect' })).text).toBe('alone');
    await program.waitFor(new RegExp(`\\(pid ${lost}\\) has closed its channel to the supervisor and still runs`));
    await until(async () => ![lost, null].includes((await program.workers())[0]));
    const [successor] = await program.workers();
    expect((await request({ port })).pid).toBe(successor);
    expect(isAlive(lost!)).toBe(true);
    client.destroy();
    expect(await stuck).toBeInstanceOf(Error);
    await program.waitFor(new RegExp(`Thread 1 \\(pid ${lost}\\) ended with exit code 0`));
    expect(await program.workers()).toEqual([successor]);
    program.kill('SIGTERM');
    expect(await program.exited).toBe(0);
  });
});

describe.concurrent('a worker that asks for the end of all', () => {
  it('gets it: exit code 0', async () => {
    const { program, port } = await hostOn();
    await using _ = program;
    expect((await request({ port, path: '/shutdown' })).text).toBe('ends');
    expect(await program.exited).toBe(0);
    expect(program.count(/has drained/)).toBe(2);
  });
});
