import { once } from 'node:events';
import { linkSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { removeStaleSockets } from '../src/processes/stale-sockets.ts';

/** Above the largest process id of Linux. */
const notRunning = 4_194_309;

it.skipIf(process.platform === 'win32')(
  'removes the sockets of processes that were killed, and no others',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stale-'));
    const listening = async (...names: string[]): Promise<Server> => {
      const server = createServer((socket) => socket.resume()).listen(join(folder, 'first'));
      await once(server, 'listening');
      for (const name of names) linkSync(join(folder, 'first'), join(folder, name));
      return server;
    };
    try {
      // Closing removes the name that was listened on, and leaves the links, as a killed process leaves its socket.
      const killed = await listening(`0-${notRunning}.sock`, `7-${notRunning}.sock`, `0-${process.pid}.sock`);
      killed.close();
      await once(killed, 'close');
      const inContainer = `0-${notRunning + 1}.sock`;
      const running = await listening(inContainer);
      writeFileSync(join(folder, 'notes.txt'), '');
      const asked = once(running, 'connection');

      removeStaleSockets(folder);
      await asked;
      const kept = ['first', inContainer, `0-${process.pid}.sock`, 'notes.txt'].toSorted();
      await until(() => readdirSync(folder).length <= kept.length);
      expect(readdirSync(folder).toSorted()).toEqual(kept);
      running.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
