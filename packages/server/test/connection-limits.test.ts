import { type Connection, ConnectionEndpointFeature, type ConnectionMiddleware } from '@windhover/connections';
import { HttpUpgradeFeature } from '@windhover/http';
import type { MemoryTransport } from '@windhover/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import type { ListenOptions, ServerOptions } from '../src/index.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { get } from './support/client.ts';
import { fakeTls } from './support/fake-tls.ts';
import { onMemory, one, two } from './support/on-memory.ts';
import { application, echoTarget, stopServers } from './support/server.ts';

afterEach(stopServers);

interface Client {
  readonly connection: Connection;
  text: string;
  isClosed: boolean;
}

const open = (transport: MemoryTransport, endpoint = one): Client => {
  const client: Client = { connection: transport.connect(endpoint), text: '', isClosed: false };
  client.connection.start({
    received: (bytes) => (client.text += Buffer.from(bytes).toString('latin1')),
    drained: () => {},
    ended: () => client.connection.end(),
    closed: () => (client.isClosed = true),
  });
  return client;
};

const openMany = async (transport: MemoryTransport, count: number, endpoint = one): Promise<Client[]> => {
  const clients = Array.from({ length: count }, () => open(transport, endpoint));
  await turns(6);
  return clients;
};

const closedOf = (clients: readonly Client[]): boolean[] => clients.map(({ isClosed }) => isClosed);

/** Middleware that sets the remote address of each connection. */
const comingFrom = (...addresses: string[]): ConnectionMiddleware => {
  const left = [...addresses];
  return (next) => (connection) => {
    const remoteEndpoint = { kind: 'ip', address: left.shift()!, port: 1 } as const;
    connection.features.set(ConnectionEndpointFeature, { localEndpoint: undefined, remoteEndpoint });
    return next(connection);
  };
};

describe('maxConcurrentConnections', () => {
  it('of the server: one more on any endpoint is closed without a byte, until one of the others ends', async () => {
    const { server, transport } = onMemory({ limits: { maxConcurrentConnections: 2 } });
    server.listen(one);
    server.listen(two);
    await server.start(echoTarget);
    const [first] = await openMany(transport, 1, one);
    const [second] = await openMany(transport, 1, two);
    const over = await openMany(transport, 2, two);
    expect(closedOf([first!, second!, ...over])).toEqual([false, false, true, true]);
    expect(over.map(({ text }) => text)).toEqual(['', '']);
    expect(server.counters).toEqual({
      current: 2,
      upgraded: 0,
      total: 4,
      rejected: { serverLimit: 2, endpointLimit: 0, remoteAddressLimit: 0 },
    });
    first!.connection.abort();
    await turns(6);
    const [next] = await openMany(transport, 1, two);
    next!.connection.write(get('/room'));
    await until(() => next!.text.endsWith('/room'));
  });

  it('of an endpoint: the others have room', async () => {
    const { server, transport } = onMemory();
    const atMostOne = (options: ListenOptions): void => void (options.limits = { maxConcurrentConnections: 1 });
    server.listen(one, atMostOne);
    server.listen(two);
    await server.start(echoTarget);
    expect(closedOf(await openMany(transport, 2, one))).toEqual([false, true]);
    expect(closedOf(await openMany(transport, 2, two))).toEqual([false, false]);
    expect(server.counters.rejected).toEqual({ serverLimit: 0, endpointLimit: 1, remoteAddressLimit: 0 });
  });

  it.each<[says: string, limits: object, detail: string]>([
    ['out of its range', { maxConcurrentConnections: 0 }, 'maxConcurrentConnections'],
    ['that only a server has', { keepAliveTimeout: 1 }, 'an endpoint has no limit "keepAliveTimeout" of its own'],
  ])('a limit of an endpoint %s: the start fails with HTTP_LIMIT_INVALID', async (_, limits, detail) => {
    const { server } = onMemory();
    server.listen(one, (options) => void (options.limits = limits));
    const expected = { code: 'HTTP_LIMIT_INVALID', message: expect.stringContaining(detail) };
    await expect(server.start(echoTarget)).rejects.toMatchObject(expected);
  });

  it('does not count connections that were upgraded, of the server nor of the endpoint', async () => {
    const limits = { maxConcurrentConnections: 1 };
    const { server, transport } = onMemory({ limits });
    server.listen(one, (options) => void (options.limits = limits));
    await server.start(
      application(({ features }) => {
        const connection = features.require(HttpUpgradeFeature).upgrade('line');
        connection.start({ received: () => {}, drained: () => {}, ended: () => {}, closed: () => {} });
      }),
    );
    const [first] = await openMany(transport, 1);
    expect(closedOf(await openMany(transport, 1))).toEqual([true]);
    first!.connection.write(get('/', 'Connection: Upgrade\r\nUpgrade: line\r\n'));
    await until(() => server.upgradedConnectionCount === 1);
    expect(closedOf(await openMany(transport, 2))).toEqual([false, true]);
    expect(server.endpoints[0]!.upgradedConnectionCount).toBe(1);
    first!.connection.abort();
    await turns(6);
    expect(server.endpoints[0]!.upgradedConnectionCount).toBe(0);
    expect(closedOf(await openMany(transport, 1))).toEqual([true]);
  });

  it('is logged once, and again after a minute without a rejection', async () => {
    const { server, transport, clock, warnings } = onMemory({ limits: { maxConcurrentConnections: 1 } });
    server.listen(one);
    await server.start(echoTarget);
    await openMany(transport, 10);
    clock.seconds(30);
    await openMany(transport, 10);
    expect(warnings).toEqual([
      'memory:one: a connection was rejected because the server has reached its limit maxConcurrentConnections',
    ]);
    clock.seconds(60);
    await openMany(transport, 10);
    expect(warnings).toHaveLength(2);
  });
});

describe('maxConnectionsPerRemoteAddress', () => {
  const limits = { maxConnectionsPerRemoteAddress: 1 };

  it.each<[says: string, addresses: string[], closed: boolean[]]>([
    ['one IPv4 address', ['192.0.2.1', '192.0.2.1', '192.0.2.2'], [false, true, false]],
    ['one IPv6 network', ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'], [false, true, false]],
    ['an address written in two ways', ['2001:db8:0:0:1::1', '2001:0DB8::0001:0:0:1'], [false, true]],
    ['the zones of a link-local address', ['fe80::1%eth0', 'fe80::1%eth1', 'fe80::2%eth0'], [false, false, true]],
  ])('of %s', async (_, addresses, closed) => {
    const { server, transport } = onMemory({ limits });
    server.listen(one, (options) => void options.use(comingFrom(...addresses)));
    await server.start(echoTarget);
    expect(closedOf(await openMany(transport, addresses.length))).toEqual(closed);
    expect(server.counters.rejected.remoteAddressLimit).toBe(closed.filter(Boolean).length);
  });

  it('a connection that ends makes room', async () => {
    const { server, transport } = onMemory({ limits });
    server.listen(one, (options) => void options.use(comingFrom('192.0.2.1', '192.0.2.1', '192.0.2.1')));
    await server.start(echoTarget);
    const [first, second] = await openMany(transport, 2);
    expect(closedOf([first!, second!])).toEqual([false, true]);
    first!.connection.abort();
    await turns(6);
    expect(closedOf(await openMany(transport, 1))).toEqual([false]);
  });

  it('is counted over all endpoints, or of one endpoint alone', async () => {
    const counted = async (options: Partial<ServerOptions>, configure: (each: ListenOptions) => void) => {
      const { server, transport } = onMemory(options);
      const configured = (each: ListenOptions): void => {
        each.use(comingFrom('192.0.2.1', '192.0.2.1'));
        configure(each);
      };
      server.listen(one, configured);
      server.listen(two, configured);
      await server.start(echoTarget);
      return closedOf([...(await openMany(transport, 2, one)), ...(await openMany(transport, 2, two))]);
    };
    expect(await counted({ limits }, () => {})).toEqual([false, true, true, true]);
    expect(await counted({}, (each) => (each.limits = limits))).toEqual([false, true, false, true]);
  });

  it('runs after middleware that sets the real address, and before TLS', async () => {
    const { server, transport } = onMemory({ limits });
    let handshakes = 0;
    server.listen(one, (options) => {
      options.use(comingFrom('192.0.2.1', '192.0.2.1', '192.0.2.2'));
      options.useTls((next) => (connection) => {
        handshakes++;
        return fakeTls()(next)(connection);
      });
    });
    await server.start(echoTarget);
    expect(closedOf(await openMany(transport, 3))).toEqual([false, true, false]);
    expect(handshakes).toBe(2);
  });

  it('does not count clients without an IP address', async () => {
    const { server, transport } = onMemory({ limits });
    server.listen(one);
    await server.start(echoTarget);
    expect(closedOf(await openMany(transport, 3))).toEqual([false, false, false]);
  });
});

describe('rejectedConnections: respond', () => {
  const limits = { maxConcurrentConnections: 1 };

  it('503 with Connection: close, while what the client sends is read and dropped', async () => {
    const { server, transport } = onMemory({ limits, rejectedConnections: 'answer' });
    server.listen(one);
    await server.start(echoTarget);
    await openMany(transport, 1);
    const client = open(transport);
    client.connection.write(get('/unread'));
    await until(() => client.isClosed);
    expect(client.text).toMatch(
      /^HTTP\/1\.1 503 Service Unavailable\r\ndate: [^\r]+\r\nserver: windhover\r\nconnection: close\r\ncontent-length: 0\r\n\r\n$/,
    );
    expect(server.connectionCount).toBe(1);
    expect(server.counters.rejected.serverLimit).toBe(1);
  });

  it('at most 64 are answered at one time, the others closed at once', async () => {
    const { server, transport } = onMemory({ limits, rejectedConnections: 'answer' });
    server.listen(one);
    await server.start(echoTarget);
    await openMany(transport, 1);
    const stubborn = Array.from({ length: 70 }, () => {
      const connection = transport.connect(one);
      const client = { text: '', connection };
      connection.start({
        received: (bytes) => (client.text += Buffer.from(bytes).toString('latin1')),
        drained: () => {},
        ended: () => {},
        closed: () => {},
      });
      return client;
    });
    await turns(6);
    expect(stubborn.filter(({ text }) => text.startsWith('HTTP/1.1 503 ')).length).toBe(64);
    for (const { connection } of stubborn) connection.abort();
    await turns(6);
    const [next] = await openMany(transport, 1);
    expect(next!.text).toMatch(/^HTTP\/1\.1 503 /);
  });

  it.each<[says: string, configure: (options: ListenOptions) => void]>([
    ['behind TLS', (options) => void options.useTls(fakeTls())],
    ['with a connection handler', (options) => void options.run(() => {})],
  ])('an endpoint %s: closed without a byte', async (_, configure) => {
    const { server, transport } = onMemory({ limits, rejectedConnections: 'answer' });
    server.listen(one, configure);
    await server.start(echoTarget);
    await openMany(transport, 1);
    const [over] = await openMany(transport, 1);
    expect([over!.text, over!.isClosed]).toEqual(['', true]);
  });

  it('ends with the server', async () => {
    const { server, transport } = onMemory({ limits, rejectedConnections: 'answer' });
    server.listen(one);
    await server.start(echoTarget);
    const [first] = await openMany(transport, 1);
    const stubborn = transport.connect(one);
    let isClosed = false;
    stubborn.start({ received: () => {}, drained: () => {}, ended: () => {}, closed: () => (isClosed = true) });
    await turns(6);
    first!.connection.abort();
    await server.stop();
    await until(() => isClosed);
    expect(server.connectionCount).toBe(0);
  });
});

describe('maxConnectionAge', () => {
  it('an idle connection ends soon after it; a younger one stays', async () => {
    const { server, transport, clock } = onMemory({ limits: { maxConnectionAge: 60_000 } });
    server.listen(one);
    await server.start(echoTarget);
    const [old] = await openMany(transport, 1);
    clock.seconds(30);
    const [young] = await openMany(transport, 1);
    clock.seconds(30);
    await turns(6);
    expect(closedOf([old!, young!])).toEqual([false, false]);
    clock.seconds(3);
    await turns(6);
    expect(closedOf([old!, young!])).toEqual([true, false]);
  });

  it('a request after it is answered with Connection: close', async () => {
    const { server, transport, clock } = onMemory({ limits: { maxConnectionAge: 60_000 } });
    server.listen(one);
    await server.start(echoTarget);
    const [client] = await openMany(transport, 1);
    client!.connection.write(get('/before'));
    await turns(6);
    expect(client!.text).not.toMatch(/connection: close/);
    clock.seconds(60);
    client!.connection.write(get('/still'));
    await turns(6);
    expect(client!.text).not.toMatch(/connection: close/);
    clock.seconds(1);
    client!.connection.write(get('/after'));
    await until(() => client!.isClosed);
    expect(client!.text).toMatch(/connection: close\r\n[^]*\/after$/);
  });
});
