import { once } from 'node:events';
import { Server, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import {
  type Connection,
  ConnectionEndpointFeature,
  type ConnectionListener,
  type IPEndpoint,
} from '@windhover/connections';
import { SocketTransport } from '@windhover/transport-sockets';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EchoServer, killEchoServers } from './echo-server.ts';

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
const ignore = (): void => undefined;

afterEach(() => {
  killEchoServers();
  vi.restoreAllMocks();
});

const portOf = (listener: ConnectionListener): number => (listener.endpoint as IPEndpoint).port;

/** Connects and waits until the server has closed the connection; rejects if the connection is refused. */
const visit = async (host: string, port: number): Promise<void> => {
  const socket = connect(port, host);
  socket.resume();
  await once(socket, 'close');
};

/** Counts the connections and closes them. */
const counting = () => {
  const seen: (string | undefined)[] = [];
  const accept = (connection: Connection): void => {
    const { remoteEndpoint } = connection.features.require(ConnectionEndpointFeature);
    seen.push((remoteEndpoint as IPEndpoint | undefined)?.address);
    connection.dispose();
  };
  return { seen, accept };
};

describe.skipIf(process.platform !== 'linux')('reusePort', () => {
  const transport = new SocketTransport({ reusePort: true });

  it('lets two listeners share an address, and the system share the connections out', async () => {
    const [one, two] = [counting(), counting()];
    await using first = await transport.bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, one.accept);
    await using second = await transport.bind(first.endpoint, two.accept);
    expect(second.endpoint).toEqual(first.endpoint);
    await Promise.all(Array.from({ length: 64 }, () => visit('127.0.0.1', portOf(first))));
    expect(one.seen.length + two.seen.length).toBe(64);
    expect(Math.min(one.seen.length, two.seen.length)).toBeGreaterThan(0);
  });

  it('leaves the whole address to one of them when the other is unbound', async () => {
    const [one, two] = [counting(), counting()];
    const first = await transport.bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, one.accept);
    await using second = await transport.bind(first.endpoint, two.accept);
    await first.unbind();
    await Promise.all(Array.from({ length: 16 }, () => visit('127.0.0.1', portOf(second))));
    expect(one.seen).toHaveLength(0);
    expect(two.seen).toHaveLength(16);
  });

  it('has to be asked for by both: TRANSPORT_ADDRESS_IN_USE', async () => {
    await using sharing = await transport.bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, ignore);
    await expect(new SocketTransport().bind(sharing.endpoint, ignore)).rejects.toMatchObject({
      code: 'TRANSPORT_ADDRESS_IN_USE',
    });
    const child = new EchoServer(sharing.endpoint);
    expect(await child.waitFor('code')).toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
  });

  it('has no effect on unix sockets', async () => {
    const endpoint = { kind: 'unix', path: `\0windhover-reuse-${process.pid}` } as const;
    await using listener = await transport.bind(endpoint, ignore);
    await expect(transport.bind(listener.endpoint, ignore)).rejects.toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
  });
});

describe('reusePort where the system refuses', () => {
  it('TRANSPORT_OPTION_NOT_SUPPORTED, with the option in the sentence', async () => {
    vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
      process.nextTick(() => this.emit('error', Object.assign(new Error('listen ENOTSUP'), { code: 'ENOTSUP' })));
      return this;
    });
    const bound = new SocketTransport({ reusePort: true }).bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, ignore);
    await expect(bound).rejects.toMatchObject({
      code: 'TRANSPORT_OPTION_NOT_SUPPORTED',
      message: expect.stringMatching(
        /this system does not support one of the options.* leave reusePort off$/,
      ) as string,
    });
  });
});

describe.skipIf(!hasIPv6)('ipv6Only', () => {
  const transport = new SocketTransport();

  it('not set: the IPv6 wildcard accepts both families, and reports an IPv4 client as IPv4', async () => {
    const { seen, accept } = counting();
    await using listener = await transport.bind({ kind: 'ip', address: '::', port: 0 }, accept);
    await visit('127.0.0.1', portOf(listener));
    await visit('::1', portOf(listener));
    expect(seen).toEqual(['127.0.0.1', '::1']);
  });

  it('not set: TRANSPORT_ADDRESS_IN_USE with the IPv4 wildcard on the same port', async () => {
    await using ipv4 = await transport.bind({ kind: 'ip', address: '0.0.0.0', port: 0 }, ignore);
    const ipv6 = { kind: 'ip', address: '::', port: portOf(ipv4) } as const;
    await expect(transport.bind(ipv6, ignore)).rejects.toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
  });

  it('set: the IPv6 wildcard accepts no IPv4 client', async () => {
    const { seen, accept } = counting();
    await using listener = await transport.bind({ kind: 'ip', address: '::', port: 0, ipv6Only: true }, accept);
    expect(listener.endpoint).toMatchObject({ address: '::', ipv6Only: true });
    await expect(visit('127.0.0.1', portOf(listener))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await visit('::1', portOf(listener));
    expect(seen).toEqual(['::1']);
  });

  it('set: both wildcards share a port, each with its own clients', async () => {
    const [four, six] = [counting(), counting()];
    await using ipv4 = await transport.bind({ kind: 'ip', address: '0.0.0.0', port: 0 }, four.accept);
    const asked = { kind: 'ip', address: '::', port: portOf(ipv4), ipv6Only: true } as const;
    await using ipv6 = await transport.bind(asked, six.accept);
    expect(ipv6.endpoint).toEqual(asked);
    await visit('127.0.0.1', asked.port);
    await visit('::1', asked.port);
    expect([four.seen, six.seen]).toEqual([['127.0.0.1'], ['::1']]);
  });
});
