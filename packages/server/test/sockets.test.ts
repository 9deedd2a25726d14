import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { sockets } from '@windhover/transport-sockets';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { SocketClient } from './support/client.ts';
import { addAddresses, addressesOf, clientOf, echoTarget, makeServer, portOf, stopServers } from './support/server.ts';

const others: Server[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-server-'));
});

afterEach(async () => {
  await stopServers();
  await Promise.all(others.splice(0).map((other) => new Promise((resolve) => other.close(resolve))));
  rmSync(folder, { recursive: true });
});

/** Listens like another program. @returns the port */
const occupy = (host: string, port = 0): Promise<number> =>
  new Promise((resolve, reject) => {
    const other = createServer();
    other.once('error', reject);
    other.listen({ host, port, ipv6Only: true }, () => {
      others.push(other);
      resolve((other.address() as AddressInfo).port);
    });
  });

/** Whether a server accepts connections there. */
const listens = async (host: string, port: number): Promise<boolean> => {
  try {
    (await SocketClient.open({ host, port })).kill(false);
    return true;
  } catch {
    return false;
  }
};

const hasIPv6 = await occupy('::1').then(
  () => true,
  () => false,
);
if (!hasIPv6) console.warn('This machine has no ::1: what needs both loopback addresses is skipped.');

describe('on real sockets', () => {
  it('port 0: the real port is published, and answers', async () => {
    const { server } = makeServer();
    addAddresses(server, 'http://127.0.0.1:0');
    expect(addressesOf(server)).toEqual(['http://127.0.0.1:0']);
    await server.start(echoTarget);
    expect(addressesOf(server)).toEqual([`http://127.0.0.1:${portOf(server)}`]);
    expect(portOf(server)).toBeGreaterThan(0);
    const client = await clientOf(server);
    expect(await client.get('/hello').answered()).toMatchObject({ status: 200, content: '/hello' });
  });

  it('a unix socket answers; the file is gone after the stop', async () => {
    const path = join(folder, 'a.sock');
    const { server } = makeServer();
    server.listenUnixSocket(path);
    await server.start(echoTarget);
    expect(addressesOf(server)).toEqual([`http://unix:${path}`]);
    const client = await SocketClient.open({ path });
    expect(await client.get('/unix').answered()).toMatchObject({ status: 200, content: '/unix' });
    client.stream.end();
    await server.stop();
    await expect(SocketClient.open({ path })).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('after the stop no socket listens', async () => {
    const { server } = makeServer();
    addAddresses(server, 'http://127.0.0.1:0', 'http://127.0.0.1:0');
    await server.start(echoTarget);
    const ports = [portOf(server, 0), portOf(server, 1)];
    await server.stop();
    for (const port of ports) expect(await listens('127.0.0.1', port)).toBe(false);
  });

  it('TLS to a port without it: 400, and HTTP1_TLS_ON_PLAIN_PORT is reported once', async () => {
    const reported: string[] = [];
    const { server } = makeServer({ events: { badRequest: ({ code }) => void reported.push(code) } });
    server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
    await server.start(echoTarget);
    const client = connectTls({ host: '127.0.0.1', port: portOf(server), servername: 'localhost' });
    const [error] = (await once(client, 'error')) as [Error & { code: string }];
    expect(error.code).toBe('ERR_SSL_WRONG_VERSION_NUMBER');
    await until(() => server.connectionCount === 0);
    expect(reported).toEqual(['HTTP1_TLS_ON_PLAIN_PORT']);
  });

  it('every interface takes IPv4', async () => {
    const { server } = makeServer();
    server.listenAnyIP(0);
    await server.start(echoTarget);
    expect(addressesOf(server)[0]).toMatch(/^http:\/\/(?:\[::\]|0\.0\.0\.0):\d+$/);
    expect(await (await clientOf(server)).get('/v4').answered()).toMatchObject({ content: '/v4' });
  });
});

describe.skipIf(!hasIPv6)('localhost on real sockets (needs ::1)', () => {
  it('both loopback addresses answer, with one port', async () => {
    const { server, warnings } = makeServer();
    addAddresses(server, 'http://localhost:0');
    await server.start(echoTarget);
    const port = portOf(server);
    expect(addressesOf(server)).toEqual([`http://localhost:${port}`]);
    for (const host of ['127.0.0.1', '::1']) {
      const client = await SocketClient.open({ host, port });
      expect(await client.get(`/${host}`).answered()).toMatchObject({ content: `/${host}` });
    }
    expect(warnings).toEqual([]);
  });

  it.each([
    ['127.0.0.1', '::1'],
    ['::1', '127.0.0.1'],
  ])('in use on %s: the start fails, and nothing stays bound on %s', async (taken, free) => {
    const port = await occupy(taken);
    const { server } = makeServer({ transports: [sockets()] });
    addAddresses(server, `http://localhost:${port}`);
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
    expect(await listens(free, port)).toBe(false);
    expect(await listens(taken, port)).toBe(true);
  });

  it('every interface takes IPv6', async () => {
    const { server } = makeServer();
    server.listenAnyIP(0);
    await server.start(echoTarget);
    const client = await SocketClient.open({ host: '::1', port: portOf(server) });
    expect(await client.get('/v6').answered()).toMatchObject({ content: '/v6' });
  });
});
