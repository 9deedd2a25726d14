import { HttpUpgradeFeature } from '@windhover/http';
import { connectionPair } from '@windhover/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import { ServerAddressesFeature } from '../src/index.ts';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import type { SocketClient } from './support/client.ts';
import { FakeTransport } from './support/fake-transport.ts';
import {
  addAddresses,
  addressesOf,
  application,
  clientOf,
  echoTarget,
  makeServer,
  portOf,
  startOnLoopback,
  stopServers,
} from './support/server.ts';

afterEach(stopServers);

describe('start', () => {
  it('twice: SERVER_ALREADY_STARTED, and the first goes on', async () => {
    const { server } = await startOnLoopback(echoTarget);
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'SERVER_ALREADY_STARTED' });
    expect(await (await clientOf(server)).get('/on').answered()).toMatchObject({ content: '/on' });
  });

  it('twice at once: one of them', async () => {
    const { server } = makeServer({ transports: [new FakeTransport()] });
    const results = await Promise.allSettled([server.start(echoTarget), server.start(echoTarget)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('after it endpoints and addresses are closed', async () => {
    const { server } = await startOnLoopback(echoTarget);
    const alreadyStarted = expect.objectContaining({ code: 'SERVER_ALREADY_STARTED' });
    expect(() => server.listenAnyIP(0)).toThrow(alreadyStarted);
    expect(() => server.features.require(ServerAddressesFeature).add('http://*:1')).toThrow(alreadyStarted);
  });

  it('an endpoint that is closed while an earlier one is prepared: it does not listen', async () => {
    const { server } = makeServer();
    const gate = deferred();
    const first = server.listen('http://127.0.0.1:0', (options) => void options.prepare(() => gate.promise));
    const second = server.listen('http://127.0.0.1:0');
    const starting = server.start(echoTarget);
    await second.close();
    gate.resolve();
    await starting;
    expect([second.endpoints, server.endpoints]).toEqual([[], [first]]);
    await until(() => server.drainingEndpoints.length === 1);
  });

  it('its promise resolves when every address answers', async () => {
    const transport = new FakeTransport();
    let release!: () => void;
    transport.beforeBound = () => new Promise((resolve) => (release = resolve));
    const { server } = makeServer({ transports: [transport] });
    addAddresses(server, 'http://127.0.0.1:0');
    let hasStarted = false;
    const starting = server.start(echoTarget).then(() => (hasStarted = true));
    await turns(3);
    expect(hasStarted).toBe(false);
    expect(addressesOf(server)).toEqual(['http://127.0.0.1:0']);
    release();
    await starting;
    expect(addressesOf(server)).toEqual(['http://127.0.0.1:40000']);
  });

  it('a client that was accepted by a start which then fails is reset', async () => {
    const transport = new FakeTransport({ '127.0.0.1:2': 'TRANSPORT_ADDRESS_IN_USE' });
    const [client, served] = connectionPair();
    transport.beforeBound = () => queueMicrotask(() => transport.accept('127.0.0.1:1', served));
    const { server } = makeServer({ transports: [transport] });
    addAddresses(server, 'http://127.0.0.1:1;http://127.0.0.1:2');
    const closed = new Promise((resolve) => client.onClosed({ closed: (_connection, error) => resolve(error) }));
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
    expect(await closed).toMatchObject({ code: 'CONNECTION_RESET' });
    expect(server.connectionCount).toBe(0);
  });

  it('one timer for all connections, and none after the stop', async () => {
    const clock = new ManualClock();
    const { server } = await startOnLoopback(echoTarget, { clock });
    const client = await clientOf(server);
    await client.get().answered();
    expect(clock.running).toBe(1);
    client.stream.end();
    await server.stop();
    expect(clock.running).toBe(0);
  });
});

describe('stop', () => {
  it('before the start: the server cannot be started any more', async () => {
    const { server } = makeServer();
    await server.stop();
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'SERVER_STOPPED' });
    expect(() => server.listenAnyIP(0)).toThrow(expect.objectContaining({ code: 'SERVER_STOPPED' }));
  });

  it('after a start that has failed', async () => {
    const { server } = makeServer({ transports: [] });
    await expect(server.start(echoTarget)).rejects.toThrow('no transport');
    await expect(server.stop()).resolves.toBeUndefined();
  });

  it('twice, and at once: the same', async () => {
    const { server } = await startOnLoopback(echoTarget);
    const first = server.stop();
    expect(server.stop()).toBe(first);
    await first;
    expect(server.stop()).toBe(first);
    await server[Symbol.asyncDispose]();
  });

  it('while the server starts: the start fails with SERVER_STOPPED, and nothing stays bound', async () => {
    const transport = new FakeTransport();
    let release!: () => void;
    transport.beforeBound = () => new Promise((resolve) => (release = resolve));
    const { server } = makeServer({ transports: [transport] });
    addAddresses(server, 'http://localhost:1;http://127.0.0.1:2');
    const starting = server.start(echoTarget);
    await until(() => transport.asked.length === 1);
    const stopping = server.stop();
    release();
    await expect(starting).rejects.toMatchObject({ code: 'SERVER_STOPPED' });
    await stopping;
    expect(transport.asked).toEqual(['127.0.0.1:1']);
    expect(transport.bound).toEqual([]);
  });

  it('resolves although a listener fails to unbind: a warning, and the others are unbound', async () => {
    const transport = new FakeTransport();
    const { server, warnings } = makeServer({ transports: [transport] });
    addAddresses(server, 'http://127.0.0.1:1;http://127.0.0.1:2');
    await server.start(echoTarget);
    transport.beforeUnbound = (name) => {
      if (name === '127.0.0.1:1') throw new Error('stuck');
    };
    await server.stop();
    expect(transport.bound).toEqual(['127.0.0.1:1']);
    expect(warnings).toEqual(['127.0.0.1:1 could not be unbound. Error: stuck']);
  });

  it('resolves although a listener never unbinds: a second after the deadline', async () => {
    const clock = new ManualClock();
    const transport = new FakeTransport();
    const { server } = makeServer({ transports: [transport], clock });
    addAddresses(server, 'http://127.0.0.1:1');
    await server.start(echoTarget);
    transport.beforeUnbound = () => new Promise(() => {});
    const stopping = server.stop(AbortSignal.abort());
    clock.seconds(1);
    await stopping;
    expect(clock.running).toBe(0);
  });

  it('a connection accepted after the deadline, by a listener that never unbinds, is reset', async () => {
    const clock = new ManualClock();
    const transport = new FakeTransport();
    const { server } = makeServer({ transports: [transport], clock });
    addAddresses(server, 'http://127.0.0.1:1');
    await server.start(echoTarget);
    transport.beforeUnbound = () => new Promise(() => {});
    const stopping = server.stop(AbortSignal.abort());
    clock.seconds(1);
    await stopping;
    const [client, served] = connectionPair();
    const ended = new Promise((resolve) => client.onClosed({ closed: (_connection, error) => resolve(error) }));
    transport.accept('127.0.0.1:1', served);
    expect(await ended).toMatchObject({ code: 'CONNECTION_RESET' });
    expect(server.connectionCount).toBe(0);
  });

  it('resolves although a bind never ends: a second after the deadline', async () => {
    const clock = new ManualClock();
    const transport = new FakeTransport();
    transport.beforeBound = () => new Promise(() => {});
    const { server } = makeServer({ transports: [transport], clock });
    void server.start(echoTarget);
    await until(() => transport.asked.length === 1);
    const stopping = server.stop(AbortSignal.abort());
    clock.seconds(1);
    await expect(stopping).resolves.toBeUndefined();
  });

  it('using: the end of the block resets what is open', async () => {
    let port: number;
    const requested = deferred();
    const forEver = application(() => {
      requested.resolve();
      return new Promise(() => {});
    });
    let client;
    {
      await using server = (await startOnLoopback(forEver)).server;
      port = portOf(server);
      client = (await clientOf(server)).get();
      await requested.promise;
    }
    await client.closed;
    expect(client.error).toMatchObject({ code: 'ECONNRESET' });
    expect(port).toBeGreaterThan(0);
  });
});

describe('maxConcurrentUpgradedConnections', () => {
  it('counts the connections of the whole server, until they are closed', async () => {
    const upgrading = application(({ features, response }) => {
      try {
        const connection = features.require(HttpUpgradeFeature).upgrade('echo');
        const end = (): void => connection.end();
        connection.start({ received: end, drained: () => {}, ended: end, closed: () => {} });
      } catch (error) {
        response.statusCode = 503;
        response.send((error as { code: string }).code);
      }
    });
    const { server } = await startOnLoopback(upgrading, { limits: { maxConcurrentUpgradedConnections: 1 } });
    const askForUpgrade = async (): Promise<SocketClient> => {
      const client = (await clientOf(server)).get('/', 'Connection: Upgrade\r\nUpgrade: echo\r\n');
      await client.answered();
      return client;
    };
    const first = await askForUpgrade();
    expect(first.answers).toMatchObject([{ status: 101 }]);
    expect((await askForUpgrade()).answers).toMatchObject([{ status: 503, content: 'HTTP_UPGRADE_LIMIT' }]);
    first.send('bye');
    await first.closed;
    await until(() => server.connectionCount === 1);
    expect((await askForUpgrade()).answers).toMatchObject([{ status: 101 }]);
  });
});
