import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Server, type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, Endpoint } from '@windhover/connections';
import { type AcceptError, SocketTransport } from '@windhover/transport-sockets';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { EchoServer, killEchoServers } from './echo-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  killEchoServers();
  vi.restoreAllMocks();
});

const open = async (endpoint: Endpoint): Promise<Socket> => {
  const socket =
    endpoint.kind === 'ip'
      ? connect(endpoint.port, endpoint.address)
      : connect(endpoint.kind === 'unix' ? endpoint.path : '');
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
};

/** Whether a byte comes back; false when the socket is closed instead. */
const answers = (socket: Socket): Promise<boolean> =>
  new Promise((resolve) => {
    socket.once('close', () => resolve(false));
    socket.once('data', () => resolve(true));
    socket.write('?');
  });

const endpoints: readonly [string, Endpoint][] = [
  ['tcp', { kind: 'ip', address: '127.0.0.1', port: 0 }],
  ['unix', { kind: 'unix', path: join(folder, 'limited.sock') }],
];

describe.skipIf(process.platform === 'win32').each(endpoints)('64 descriptors and 100 clients over %s', (_, asked) => {
  it('are reported once, late clients are closed immediately, open connections are not affected, and accepting recovers', async () => {
    const server = new EchoServer(asked, { descriptors: 64, observed: true });
    const endpoint = (await server.waitFor('endpoint')).endpoint!;
    const first = await open(endpoint);
    expect(await answers(first)).toBe(true);

    const answered = await Promise.all(Array.from({ length: 100 }, async () => answers(await open(endpoint))));
    const served = answered.filter(Boolean).length;
    expect(served).toBeGreaterThan(5);
    expect(served).toBeLessThan(64);
    expect(await server.waitFor('acceptError')).toEqual({
      acceptError: 'TRANSPORT_ACCEPT_NO_DESCRIPTORS',
      cause: 'EMFILE',
    });

    // Open connections continue, more clients are refused, and the process does not spin.
    const before = (await server.ask('usage', 'turns')).turns!;
    for (let time = 0; time < 5; time++) {
      expect(await answers(first)).toBe(true);
      expect(await answers(await open(endpoint))).toBe(false);
    }
    expect((await server.ask('usage', 'turns')).turns! - before).toBeLessThan(500);
    expect(server.told.filter((told) => 'acceptError' in told)).toHaveLength(1);

    for (const socket of sockets) if (socket !== first) socket.destroy();
    await server.waitFor('recovered');
    expect(await answers(await open(endpoint))).toBe(true);
    expect(await answers(first)).toBe(true);
    expect(server.told.filter((told) => 'acceptError' in told)).toHaveLength(1);
  });
});

describe.skipIf(process.platform === 'win32')('descriptors that the application has used up', () => {
  it('are a warning of the process, once, and the watch does not keep the process alive', async () => {
    const server = new EchoServer({ kind: 'ip', address: '127.0.0.1', port: 0 }, { descriptors: 64 });
    const endpoint = (await server.waitFor('endpoint')).endpoint!;
    expect(await server.ask('exhaust', 'exhausted')).toEqual({ exhausted: 'EMFILE' });
    expect(await answers(await open(endpoint))).toBe(false);
    expect(await server.waitFor('warning')).toEqual({
      warning: 'AcceptError',
      code: 'TRANSPORT_ACCEPT_NO_DESCRIPTORS',
    });
    const looksOf = async (): Promise<number> => (await server.ask('usage', 'looks')).looks!;
    const before = await looksOf();
    await until(async () => (await looksOf()) > before + 1);
    expect(server.told.filter((told) => 'warning' in told)).toHaveLength(1);
    server.tell('unbind');
    expect(await server.exited).toBe(0);
  });
});

describe('an error of the listening socket', () => {
  it('is reported once for all listeners of a transport, and they continue', async () => {
    const listen = vi.spyOn(Server.prototype, 'listen');
    const told: AcceptError[] = [];
    const transport = new SocketTransport({ onAcceptError: (error) => void told.push(error) });
    const accept = (connection: Connection): void => void connection.write('!');
    const asked = { kind: 'ip', address: '127.0.0.1', port: 0 } as const;
    await using one = await transport.bind(asked, accept);
    await using two = await transport.bind(asked, accept);
    const cause = Object.assign(new Error('accept ENOBUFS'), { code: 'ENOBUFS' });
    for (const server of listen.mock.contexts as Server[])
      for (let time = 0; time < 100; time++) server.emit('error', cause);
    expect(told.map(({ code, cause }) => [code, cause])).toEqual([['TRANSPORT_ACCEPT_FAILED', cause]]);
    for (const { endpoint } of [one, two]) expect(await answers(await open(endpoint))).toBe(true);
  });
});
