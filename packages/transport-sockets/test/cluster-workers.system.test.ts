import { once } from 'node:events';
import { type AddressInfo, type Server, connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { loadSources } from '../../../tools/test-support/load-sources.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const listening = async (where: object): Promise<Server> => {
  const server = createServer().listen(where);
  servers.push(server);
  await once(server, 'listening');
  return server;
};

/** The descriptor of a server, which Node keeps to itself. */
const descriptorOf = (server: Server): number => (server as unknown as { _handle: { fd: number } })._handle.fd;

describe.skipIf(process.platform === 'win32')('a descriptor in a worker of node:cluster', () => {
  const outcome = async (fd: number, inherited: number): Promise<unknown> => {
    const args = [...loadSources, fixture('clustered-server.mjs'), String(fd)];
    await using child = new Child(args, { stdio: ['ignore', 'pipe', 'pipe', 'ignore', inherited] });
    const [, report] = await child.waitFor(/^(\{.*\})$/m);
    return JSON.parse(report!) as unknown;
  };

  it('is one of the primary process', async () => {
    const parent = await listening({ port: 0, host: '127.0.0.1' });
    const { port } = parent.address() as AddressInfo;
    expect(await outcome(4, descriptorOf(parent))).toEqual({ endpoint: { kind: 'ip', address: '127.0.0.1', port } });
  });

  it('is TRANSPORT_DESCRIPTOR_INVALID when the primary process has no such socket', async () => {
    const parent = await listening({ port: 0, host: '127.0.0.1' });
    expect(await outcome(3, descriptorOf(parent))).toMatchObject({
      code: 'TRANSPORT_DESCRIPTOR_INVALID',
      message: expect.stringContaining('the number belongs to the primary process') as unknown,
    });
  });
});

describe('an address in use, in workers of node:cluster', () => {
  it('is TRANSPORT_ADDRESS_IN_USE each time, and can be had by all of them once it is free', async () => {
    await using child = new Child([...loadSources, fixture('address-in-use.mjs')]);
    const [, outcomes] = await child.waitFor(/^(\[.*\])$/m);
    const inUse = ['TRANSPORT_ADDRESS_IN_USE', 'TRANSPORT_ADDRESS_IN_USE'];
    expect(JSON.parse(outcomes!)).toEqual([inUse, inUse, ['listens', 'listens']]);
  });
});

describe.skipIf(process.platform === 'win32')('a worker that is dealt its clients', () => {
  it('answers a client that arrives together with the listening notification', async () => {
    await using child = new Child([...loadSources, fixture('round-robin-server.mjs')]);
    const [, port] = await child.waitFor(/port (\d+)\n/);
    // One is accepted and one on its way when the first worker stands still; the third has to wait for the second worker.
    const clients = [];
    for (let count = 0; count < 3; count++) {
      const client = connect(Number(port), '127.0.0.1');
      clients.push(client);
      await once(client, 'connect');
    }
    child.kill('SIGUSR2');
    const [answer] = (await once(clients[2]!, 'data')) as [Buffer];
    expect(String(answer)).toBe('second');
    for (const client of clients) client.destroy();
    child.kill('SIGTERM');
    await child.exited;
  });
});
