import {
  type Connection,
  ConnectionEndpointNameFeature,
  ConnectionHeartbeatFeature,
  ConnectionItemsFeature,
  ConnectionLifetimeFeature,
  ConnectionLifetimeNotificationFeature,
} from '@windhover/connections';
import { Features, featureKey } from '@windhover/features';
import { MemoryTransport } from '@windhover/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionCountersFeature, type ListenOptions, ServerAddressesFeature } from '../src/index.ts';
import { ServerFeatures } from '../src/connections/server-features.ts';
import { ServerConnection } from '../src/connections/server-connection.ts';
import { until } from '../../../tools/test-support/until.ts';
import { exchangeBytes, get } from './support/client.ts';
import { application, echoTarget, makeServer, stopServers } from './support/server.ts';

afterEach(stopServers);

const endpoint = { kind: 'memory', name: 'app' } as const;

/** A connection that reached its handler, its client side, and the server. */
const accepted = async (configure: (options: ListenOptions) => void = () => {}) => {
  const transport = new MemoryTransport();
  const { server } = makeServer({ transports: [transport] });
  let served: Connection | undefined;
  server.listen(endpoint, (options) => {
    configure(options);
    options.run((connection) => {
      served = connection;
      connection.start({ received: () => {}, drained: () => {}, ended: () => {}, closed: () => {} });
    });
  });
  await server.start(echoTarget);
  const client = transport.connect(endpoint);
  client.start({ received: () => {}, drained: () => {}, ended: () => {}, closed: () => {} });
  await until(() => served !== undefined);
  return { server, client, served: served! };
};

describe('the features of a connection', () => {
  it('the name of the endpoint that has accepted it', async () => {
    const { served } = await accepted((options) => void (options.name = 'line'));
    expect(served.features.require(ConnectionEndpointNameFeature).endpointName).toBe('line');
  });

  it('the name of an endpoint without one is what it listens on; an application sees it, too', async () => {
    const transport = new MemoryTransport();
    const { server } = makeServer({ transports: [transport] });
    const names: string[] = [];
    server.listen(endpoint);
    await server.start(
      application(({ features, response }) => {
        names.push(features.require(ConnectionEndpointNameFeature).endpointName);
        response.send('');
      }),
    );
    const client = transport.connect(endpoint);
    client.start({ received: () => {}, drained: () => {}, ended: () => {}, closed: () => {} });
    client.write(get());
    await until(() => names.length === 1);
    expect(names).toEqual(['memory:app']);
  });

  it('features of the server, also one that is set while the connection is open, and the counters', async () => {
    const { server, served } = await accepted();
    const Tenant = featureKey<string>('test/tenant');
    expect(served.features.get(Tenant)).toBeUndefined();
    server.features.set(Tenant, 'acme');
    expect(served.features.require(Tenant)).toBe('acme');
    expect(served.features.require(ConnectionCountersFeature).counters).toMatchObject({ current: 1, total: 1 });
    expect(served.features.require(ServerAddressesFeature).addresses).toEqual(['tcp://memory:app']);
  });

  it('features of the server reach a request', async () => {
    const transport = new MemoryTransport();
    const { server } = makeServer({ transports: [transport] });
    const Tenant = featureKey<string>('test/tenant');
    server.features.set(Tenant, 'acme');
    server.listen(endpoint);
    await server.start(application(({ features, response }) => response.send(features.require(Tenant))));
    expect(await exchangeBytes(transport.connect(endpoint), get('/', 'Connection: close\r\n'))).toMatch(/acme$/);
  });

  it('items, the same map every time', async () => {
    const { served } = await accepted();
    served.features.require(ConnectionItemsFeature).items.set('user', 'ann');
    expect([...served.features.require(ConnectionItemsFeature).items]).toEqual([['user', 'ann']]);
  });

  it('a signal that aborts when it closes', async () => {
    const { served, client } = await accepted();
    const { connectionClosed } = served.features.require(ConnectionLifetimeFeature);
    expect(connectionClosed.aborted).toBe(false);
    client.abort();
    await until(() => connectionClosed.aborted);
    expect(connectionClosed.reason).toMatchObject({ code: 'CONNECTION_RESET' });
  });

  it('a signal first read after it closed', async () => {
    const { server, served, client } = await accepted();
    client.abort();
    await until(() => server.connectionCount === 0);
    const { connectionClosed } = served.features.require(ConnectionLifetimeFeature);
    await until(() => connectionClosed.aborted);
    expect(connectionClosed.reason).toMatchObject({ code: 'CONNECTION_RESET' });
  });

  it('a signal that aborts when it is asked to close, the same on every read', async () => {
    const { server, served } = await accepted();
    const lifetime = served.features.require(ConnectionLifetimeNotificationFeature);
    const before = lifetime.connectionClosedRequested;
    expect(before.aborted).toBe(false);
    void server.stop();
    await until(() => before.aborted);
    expect(lifetime.connectionClosedRequested).toBe(before);
  });

  it('a close request signal first read after the request', async () => {
    const { server, served } = await accepted();
    const lifetime = served.features.require(ConnectionLifetimeNotificationFeature);
    void server.stop();
    await until(() => lifetime.isCloseRequested);
    expect(lifetime.connectionClosedRequested.aborted).toBe(true);
  });

  it('heartbeat and lifetime are one object that the connection inherits, and stores nothing for', async () => {
    const { served, server } = await accepted();
    const found = [ConnectionHeartbeatFeature, ConnectionLifetimeNotificationFeature, ConnectionItemsFeature].map(
      ({ id, name }) => served.features.get<unknown>({ id, name }),
    );
    expect(new Set(found).size).toBe(1);
    expect(served.features.revision).toBe(server.features.revision);
    expect((served.features as Features).getOwn(ConnectionHeartbeatFeature)).toBeUndefined();
  });

  it('a connection that cannot inherit stores them', () => {
    const features = new Features();
    const connection = { features } as unknown as Connection;
    const serverFeatures = new ServerFeatures();
    const Tenant = featureKey<string>('test/tenant');
    serverFeatures.set(Tenant, 'acme');
    const kept = new ServerConnection(connection, { now: 7, endpointName: 'web', serverFeatures });
    expect(features.require(Tenant)).toBe('acme');
    expect(features.require(ConnectionHeartbeatFeature)).toBe(kept);
    expect(features.require(ConnectionHeartbeatFeature).now).toBe(7);
    expect(features.require(ConnectionEndpointNameFeature).endpointName).toBe('web');
    expect(features.require(ConnectionLifetimeFeature)).toBe(kept);
    expect(features.require(ConnectionItemsFeature)).toBe(kept);
  });
});

describe('heartbeat listeners', () => {
  const kept = (): ServerConnection =>
    new ServerConnection({ features: new Features() } as unknown as Connection, {
      now: 0,
      endpointName: '',
      serverFeatures: new ServerFeatures(),
    });

  it('are called until they are removed, also one that removes itself while it is called', () => {
    const connection = kept();
    const beats: string[] = [];
    const listener = (name: string) => ({ heartbeat: (now: number) => void beats.push(`${name}${now}`) });
    const [a, c] = [listener('a'), listener('c')];
    const b = {
      heartbeat: () => {
        beats.push('b');
        connection.offHeartbeat(b);
      },
    };
    for (const each of [a, b, c]) connection.onHeartbeat(each);
    connection.beat(1);
    connection.offHeartbeat(a);
    connection.beat(2);
    expect(beats).toEqual(['a1', 'b', 'c1', 'c2']);
  });

  it('the only one can be removed', () => {
    const connection = kept();
    const only = { heartbeat: () => expect.unreachable() };
    connection.onHeartbeat(only);
    connection.offHeartbeat({ heartbeat: () => {} });
    connection.offHeartbeat(only);
    expect(() => connection.beat(1)).not.toThrow();
  });
});

describe('the features of the server that a connection inherits', () => {
  it.each([
    ['heartbeat', ConnectionHeartbeatFeature],
    ['lifetime notification', ConnectionLifetimeNotificationFeature],
    ['lifetime', ConnectionLifetimeFeature],
    ['items', ConnectionItemsFeature],
    ['endpoint name', ConnectionEndpointNameFeature],
  ])('%s: is there', async (_name, key) => {
    const { served } = await accepted();
    expect(served.features.get<unknown>(key)).toBeInstanceOf(ServerConnection);
  });

  it('a key that no layer has set: undefined', async () => {
    const { served } = await accepted();
    expect(served.features.get(featureKey('unknown'))).toBeUndefined();
  });
});
