import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MemoryTransport } from '@windhover/transport-memory';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { loadSources } from '../../../tools/test-support/load-sources.ts';
import { Child } from '../../../tools/test-support/child.ts';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { SocketClient } from './support/client.ts';
import { FakeTransport } from './support/fake-transport.ts';
import { freePort } from '../../../tools/test-support/free-port.ts';
import { addressesOf, echoTarget, makeServer, stopServers } from './support/server.ts';

const launcher = findProgram('systemd-socket-activate');
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
afterEach(stopServers);
afterAll(() => rmSync(folder, { recursive: true }));

describe('listenSystemd', () => {
  it('every socket that a transport has inherited, under its name where it has one', async () => {
    const transport = new FakeTransport();
    transport.inheritedEndpoints = () => [
      { name: 'web', endpoint: { kind: 'handle', fd: 3 } },
      { name: 'unknown', endpoint: { kind: 'handle', fd: 4 } },
      { name: '', endpoint: { kind: 'handle', fd: 5 } },
    ];
    const { server } = makeServer({ transports: [new MemoryTransport(), transport] });
    const seen: string[] = [];
    server.listenSystemd(({ name }) => void seen.push(name));
    await server.start(echoTarget);
    expect(seen).toEqual(['web', '<file handle 4>', '<file handle 5>']);
    expect(server.endpoints.map(({ name }) => name)).toEqual(seen);
    expect(transport.bound).toEqual(['<file handle 3>', '<file handle 4>', '<file handle 5>']);
  });

  it('not a socket that an earlier call has added', async () => {
    const transport = new FakeTransport();
    transport.inheritedEndpoints = () => [3, 4, 5].map((fd) => ({ name: `n${fd}`, endpoint: { kind: 'handle', fd } }));
    const { server } = makeServer({ transports: [transport] });
    server.listenHandle(4);
    expect(server.listenSystemd().map(({ name }) => name)).toEqual(['n3', 'n5']);
    expect(server.listenSystemd()).toEqual([]);
    await server.start(echoTarget);
    expect(transport.bound).toEqual(['<file handle 4>', '<file handle 3>', '<file handle 5>']);
  });

  it('nothing without socket activation: the server listens where it would without the call', async () => {
    const { server } = makeServer({ transports: [new FakeTransport()] });
    server.listenSystemd();
    await server.start(echoTarget);
    expect(addressesOf(server)).toEqual(['http://localhost:5000']);
  });
});

describe.skipIf(launcher === undefined)(
  'a server started by systemd-socket-activate (needs Debian package systemd)',
  () => {
    it('answers on two named sockets, tcp and unix, and leaves the file of the socket to systemd', async () => {
      const port = await freePort();
      const path = join(folder, 'activated.sock');
      const sockets = ['--listen', `127.0.0.1:${port}`, '--listen', path, '--fdname', 'web:admin'];
      const server = [process.execPath, ...loadSources, at('fixtures/activated-server.mjs')];
      await using child = new Child([...sockets, ...server], { program: launcher! });
      await child.waitFor(/Listening on .*activated\.sock/);

      // The first client starts the server, and waits for it.
      const web = await SocketClient.open({ host: '127.0.0.1', port });
      expect(await web.get('/first').answered()).toMatchObject({ status: 200, content: 'web /first' });
      web.stream.end();
      const admin = await SocketClient.open({ path });
      expect(await admin.get('/stop').answered()).toMatchObject({ status: 200, content: 'admin /stop' });
      expect(await child.exited).toBe(0);
      expect(JSON.parse(/^\[\{.*\]$/m.exec(child.output)![0])).toEqual([
        { name: 'web', address: `http://127.0.0.1:${port}` },
        { name: 'admin', address: 'http://<file handle 4>' },
      ]);
      expect(existsSync(path)).toBe(true);
    });
  },
);
