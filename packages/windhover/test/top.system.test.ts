import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { LiveView } from '@windhover/middleware-dashboard';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Child, type ChildOptions } from '../../../tools/test-support/child.ts';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { until } from '../../../tools/test-support/until.ts';
import { get } from './responses.ts';
import { type CommandOutcome, runCommand } from './run-command.ts';

// Runs the built command: build before testing.
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const built = (path: string): string => pathToFileURL(fileURLToPath(new URL(path, import.meta.url))).href;

const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
const children: Child[] = [];

afterEach(async () => {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.splice(0).map((child) => child.exited));
});
afterAll(() => rmSync(folder, { recursive: true }));

const start = (args: readonly string[], options: ChildOptions = {}): Child => {
  const child = new Child(args, { cwd: folder, ...options });
  children.push(child);
  return child;
};

const app = join(folder, 'app.mjs');
writeFileSync(
  app,
  `import { createBuilder } from ${JSON.stringify(built('../dist/index.js'))};
import { dashboard } from ${JSON.stringify(built('../../middleware-dashboard/dist/index.js'))};
const app = (await createBuilder()).build();
app.use(dashboard({ token: process.env.TOKEN }));
app.get('/users/:id', () => String(process.pid));
export default app;
`,
);

/** Serves the application. @returns its process, and the address it listens on */
const serve = async (options: { readonly args?: readonly string[]; readonly token?: string } = {}) => {
  const child = start([cli, app, '--urls', 'http://127.0.0.1:0', ...(options.args ?? [])], {
    env: { TOKEN: options.token },
  });
  const [, address] = await child.waitFor(/Now listening on: ([^\s"]+)/);
  return { child, address: address! };
};

const top = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
  const child = start([cli, 'top', ...args]);
  const code = await child.exited;
  return { code, output: child.output };
};

describe('windhover top', () => {
  it('a process id, --json: one view of the process', async () => {
    const { child } = await serve();
    const { code, output } = await top(String(child.process.pid), '--json');
    const view = JSON.parse(output) as LiveView;
    expect({ code, pids: view.processes.map(({ pid }) => pid) }).toEqual({ code: 0, pids: [child.process.pid] });
  });

  it('an address, without a terminal: one view as text', async () => {
    const { address } = await serve();
    const { code, output } = await top(address);
    expect(code).toBe(0);
    expect(output).toMatch(/^windhover top http:\/\/127\.0\.0\.1:\d+ +1 process [^]*\nrequests [^]*\nROUTE /);
    // oxlint-disable-next-line no-control-regex
    expect(output).not.toMatch(/\u001B/);
  });

  it('a token: as an option or in the address; without it one sentence', async () => {
    const token = 'a token of some length';
    const { address } = await serve({ token });
    const inProcess = (...args: string[]): Promise<CommandOutcome> => runCommand(folder, ['top', ...args]);
    expect((await inProcess(address, '--json', '--token', token)).output).toMatch(/^\{/);
    expect((await inProcess(`${address}/dashboard?token=${encodeURIComponent(token)}`, '--json')).output).toMatch(
      /^\{/,
    );
    expect(await inProcess(address)).toEqual({
      code: 1,
      output: expect.stringMatching(/^windhover: The dashboard at .* refuses: The dashboard needs its token[^\n]*\n$/),
    });
  });

  it('the socket is for this user only, and removed when the process ends', async () => {
    const { child } = await serve();
    const sockets = join(tmpdir(), `windhover-${process.getuid!()}`);
    const socket = join(sockets, `0-${child.process.pid}.sock`);
    expect([statSync(sockets).mode & 0o777, statSync(socket).isSocket()]).toEqual([0o700, true]);
    await until(() => (statSync(socket).mode & 0o777) === 0o600);
    child.kill('SIGTERM');
    await child.exited;
    expect(() => statSync(socket)).toThrow('ENOENT');
  });
});

describe.skipIf(findProgram('script') === undefined)('windhover top in a terminal (skipped without "script")', () => {
  const inTerminal = (target: string): Child =>
    start(['-qec', `${process.execPath} ${cli} top ${target}`, '/dev/null'], {
      program: 'script',
      stdio: ['pipe', 'pipe', 'pipe'],
    });

  const restored = '\u001B[?25h\u001B[?1049l';

  it.each([
    ['q', 'q', 0],
    ['Ctrl+C', '\u0003', 130],
  ])('%s ends it, and the terminal is as before', async (_name, key, code) => {
    const { child } = await serve();
    const terminal = inTerminal(String(child.process.pid));
    await terminal.waitFor(/ROUTE/);
    terminal.process.stdin!.write(key);
    expect(await terminal.exited).toBe(code);
    expect(terminal.output.startsWith('\u001B[?1049h')).toBe(true);
    expect(terminal.output.trimEnd().endsWith(restored)).toBe(true);
  });

  it.each([
    ['its process id', (pid: number, _address: string) => String(pid)],
    ['its address', (_pid: number, address: string) => address],
  ])('a server that stops, watched by %s: says so after the terminal is restored', async (_name, targetOf) => {
    const { child, address } = await serve();
    const terminal = inTerminal(targetOf(child.process.pid!, address));
    await terminal.waitFor(/ROUTE/);
    child.kill('SIGTERM');
    expect(await terminal.exited).toBe(0);
    expect(terminal.output.trimEnd().endsWith(`${restored}The server has stopped.`)).toBe(true);
  });
});

/** Follows the views of a dashboard. */
const follow = async (address: string): Promise<{ last(): LiveView | undefined; end(): Promise<void> }> => {
  const response = await fetch(`${address}/dashboard/events`);
  const reader = response.body!.getReader();
  let view: LiveView | undefined;
  let pending = '';
  const decoder = new TextDecoder();
  const reading = (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const events = (pending + decoder.decode(value, { stream: true })).split('\n\n');
      pending = events.pop()!;
      for (const event of events) {
        const [, json] = /^event: view\ndata: (.*)$/m.exec(event) ?? [];
        if (json !== undefined) view = JSON.parse(json) as LiveView;
      }
    }
  })().catch(() => undefined);
  return {
    last: () => view,
    end: async () => {
      await reader.cancel();
      await reading;
    },
  };
};

describe('the dashboard of several workers', () => {
  it('sums them exactly, and the command shows each', async () => {
    const { child, address } = await serve({ args: ['--threads', '2'] });
    await child.waitFor(/2 threads are ready/);
    const views = await follow(address);
    try {
      await until(() => views.last()?.processes.length === 2);
      const before = views.last()!.requests.total;
      const pids = new Set<string>();
      for (let at = 0; at < 40; at++) pids.add((await get(`${address}/users/${at}`)).text);
      await until(() => views.last()!.requests.total === before + 40);
      expect(pids.size).toBe(2);
      expect(await top(String(child.process.pid), '--json')).toMatchObject({
        code: 0,
        output: expect.stringMatching(/"processes":\[\{[^\]]*\},\{[^\]]*\}\]/),
      });
    } finally {
      await views.end();
    }
  });
});
