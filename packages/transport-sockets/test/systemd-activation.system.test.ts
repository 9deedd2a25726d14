import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../tools/test-support/free-port.ts';

const launcher = 'systemd-socket-activate';
const hasLauncher = spawnSync(launcher, ['--version']).status === 0;
if (!hasLauncher) console.log(`${launcher} is not installed (Debian package systemd): its test is skipped`);

const at = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const typeScript = process.features.typescript ? [] : ['--experimental-strip-types', '--no-warnings'];
const server = [
  process.execPath,
  ...typeScript,
  '--import',
  at('../../../../tools/test-support/sources.mjs'),
  at('activated-server.mjs'),
];

const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));
afterAll(() => rmSync(folder, { recursive: true }));

const textOf = async (connecting: () => Socket): Promise<string> => {
  for (let attempt = 0; ; attempt++) {
    try {
      const socket = connecting();
      await once(socket, 'connect');
      let text = '';
      for await (const bytes of socket) text += String(bytes);
      return text;
    } catch (error) {
      if (attempt === 100) throw error; // The launcher needs a moment to listen.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

describe.skipIf(!hasLauncher)('systemd-socket-activate', () => {
  it('hands over two named sockets, tcp and unix, and the clients that have waited', async () => {
    const port = await freePort();
    const path = join(folder, 'activated.sock');
    const sockets = ['--listen', `127.0.0.1:${port}`, '--listen', path, '--fdname', 'web:stop'];
    child = spawn(launcher, [...sockets, ...server], { stdio: ['ignore', 'pipe', 'ignore'] });
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
      child: '2 false',
    });
    expect(existsSync(path)).toBe(true);
  });
});
