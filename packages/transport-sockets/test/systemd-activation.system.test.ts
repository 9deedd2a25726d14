import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../tools/test-support/free-port.ts';
import { loadSources } from '../../../tools/test-support/load-sources.ts';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { until } from '../../../tools/test-support/until.ts';

const launcher = findProgram('systemd-socket-activate');

const at = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const server = [process.execPath, ...loadSources, at('activated-server.mjs')];

const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The bytes that a client receives until the end; retries while the launcher does not listen yet. */
const textOf = async (connecting: () => Socket): Promise<string> => {
  let text: string | undefined;
  await until(async () => {
    text = await received(connecting()).catch(() => undefined);
    return text !== undefined;
  });
  return text!;
};

const received = async (socket: Socket): Promise<string> => {
  await once(socket, 'connect');
  let text = '';
  for await (const bytes of socket) text += String(bytes);
  return text;
};

describe.skipIf(launcher === undefined)('systemd-socket-activate (skipped where it is not installed)', () => {
  it('hands over two named sockets, tcp and unix, and the clients that have waited', async () => {
    const port = await freePort();
    const path = join(folder, 'activated.sock');
    const sockets = ['--listen', `127.0.0.1:${port}`, '--listen', path, '--fdname', 'web:stop'];
    child = spawn(launcher!, [...sockets, ...server], { stdio: ['ignore', 'pipe', 'ignore'] });
    const closed = once(child, 'close');
    let output = '';
    child.stdout!.on('data', (text) => (output += String(text)));

    // The first client starts the server, and waits for it.
    expect(await textOf(() => connect(port, '127.0.0.1'))).toBe('web tcp ');
    expect(await textOf(() => connect(port, '127.0.0.1'))).toBe('web tcp ');
    expect(await textOf(() => connect(path))).toBe('stop unix ');
    expect(await closed).toEqual([0, null]);
    expect(JSON.parse(output)).toEqual({
      bound: [
        { kind: 'ip', address: '127.0.0.1', port },
        { kind: 'handle', fd: 4 },
      ],
      child: 'undefined false',
    });
    expect(existsSync(path)).toBe(true);
  });
});
