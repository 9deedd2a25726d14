import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Connection,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  type ConnectionMiddleware,
} from '@windhover/connections';
import { type HttpApplication, type HttpProtocol, HttpResponseBodyFeature, HttpUpgradeFeature } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { MemoryTransport, connectionPair } from '@windhover/transport-memory';
import { connectSocket, sockets } from '@windhover/transport-sockets';
import { afterEach, describe, expect, it } from 'vitest';
import { ServerAddressesFeature } from '../src/index.ts';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type SocketClient, exchangeBytes, get } from './support/client.ts';
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
    client.socket.end();
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

describe('one application', () => {
  const pages: HttpApplication = application(async ({ request, response }) => {
    response.headers.set('x-method', request.method);
    if (request.path === '/boom') throw new Error('boom');
    if (request.path === '/stream') {
      await response.write('first ');
      await response.write('second');
    } else {
      response.json({ target: request.target, body: await request.text() });
    }
  });

  const requests =
    get('/a?b=c') +
    'POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello' +
    'PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n' +
    'HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n' +
    get('/stream') +
    get('/boom') +
    get('/end', 'Connection: close\r\n');

  it('gives the same bytes over memory, tcp and a unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'windhover-server-'));
    const memory = new MemoryTransport();
    const { server } = makeServer({ transports: [memory, sockets()], wallClock: () => 0 });
    const unix = { kind: 'unix', path: join(folder, 'a.sock') } as const;
    server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
    server.listen({ kind: 'memory', name: 'app' });
    server.listen(unix);
    await server.start(pages);
    const clients = [
      memory.connect({ kind: 'memory', name: 'app' }),
      await connectSocket({ kind: 'ip', address: '127.0.0.1', port: portOf(server) }),
      await connectSocket(unix),
    ];
    const [overMemory, ...others] = await Promise.all(clients.map((client) => exchangeBytes(client, requests)));
    expect(overMemory!.match(/HTTP\/1\.1 \d+/g)).toEqual([
      ...Array.from({ length: 5 }, () => 'HTTP/1.1 200'),
      'HTTP/1.1 500',
      'HTTP/1.1 200',
    ]);
    expect(overMemory).toContain('date: Thu, 01 Jan 1970 00:00:00 GMT\r\nserver: windhover\r\n');
    for (const other of others) expect(other).toBe(overMemory);
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('on a memory endpoint is published as http://memory:name', async () => {
    const { server } = makeServer({ transports: [new MemoryTransport()] });
    server.listen({ kind: 'memory', name: 'app' });
    await server.start(pages);
    expect(addressesOf(server)).toEqual(['http://memory:app']);
  });

  it('serverHeader and dateHeader change every head', async () => {
    const memory = new MemoryTransport();
    const { server } = makeServer({ transports: [memory], serverHeader: null, dateHeader: false });
    server.listen({ kind: 'memory', name: 'app' });
    await server.start(echoTarget);
    const sent = await exchangeBytes(
      memory.connect({ kind: 'memory', name: 'app' }),
      get('/', 'Connection: close\r\n'),
    );
    expect(sent).not.toMatch(/^(?:date|server):/im);
  });
});

describe('the pipeline between transport and protocol', () => {
  const onMemory = (
    ...middleware: ConnectionMiddleware[]
  ): { start: (app?: HttpApplication) => Promise<void>; connect: () => Connection; count: () => number } => {
    const memory = new MemoryTransport();
    const { server } = makeServer({ transports: [memory] });
    server.listen({ kind: 'memory', name: 'app' }, (options) => {
      for (const each of middleware) options.use(each);
    });
    return {
      start: (app = echoTarget) => server.start(app),
      connect: () => memory.connect({ kind: 'memory', name: 'app' }),
      count: () => server.connectionCount,
    };
  };
  const request = get('/', 'Connection: close\r\n');

  it('connection middleware sees a connection in the order in which it was added', async () => {
    const order: string[] = [];
    const named =
      (name: string): ConnectionMiddleware =>
      (next) =>
      (connection) => {
        order.push(name);
        return next(connection);
      };
    const { start, connect } = onMemory(named('first'), named('second'));
    await start();
    expect(order).toEqual([]);
    await exchangeBytes(connect(), request);
    await exchangeBytes(connect(), request);
    expect(order).toEqual(['first', 'second', 'first', 'second']);
  });

  it('middleware finds heartbeat and close request among the features', async () => {
    const found: unknown[] = [];
    const { start, connect } = onMemory((next) => (connection) => {
      found.push(connection.features.get(ConnectionHeartbeatFeature));
      found.push(connection.features.get(ConnectionLifetimeNotificationFeature)?.isCloseRequested);
      return next(connection);
    });
    await start();
    await exchangeBytes(connect(), request);
    expect(found).toEqual([expect.objectContaining({ now: expect.any(Number) as number }), false]);
  });

  it('middleware that throws, rejects or aborts ends that connection only', async () => {
    let next = 0;
    const failures: ConnectionMiddleware = (go) => (connection) => {
      switch (next++) {
        case 0:
          throw new Error('thrown');
        case 1:
          return Promise.reject(new Error('rejected'));
        case 2:
          return connection.abort();
        default:
          return go(connection);
      }
    };
    const { start, connect, count } = onMemory(failures);
    await start();
    for (let i = 0; i < 3; i++) {
      await expect(exchangeBytes(connect(), request)).rejects.toMatchObject({ code: 'CONNECTION_RESET' });
    }
    expect(await exchangeBytes(connect(), request)).toMatch(/^HTTP\/1\.1 200 /);
    await until(() => count() === 0);
  });

  it('a custom protocol can replace HTTP', async () => {
    const shout: HttpProtocol = {
      alpn: 'shout',
      createHandler: () => (connection) =>
        connection.start({
          received: (bytes) => void connection.write(Buffer.from(bytes).toString('latin1').toUpperCase()),
          drained: () => {},
          ended: () => connection.end(),
          closed: () => {},
        }),
    };
    const memory = new MemoryTransport();
    const { server } = makeServer({ transports: [memory], protocols: [shout, http1()] });
    server.listen({ kind: 'memory', name: 'app' });
    await server.start(echoTarget);
    const client = memory.connect({ kind: 'memory', name: 'app' });
    const answer = new Promise((resolve) => {
      let text = '';
      client.start({
        received: (bytes) => void (text += Buffer.from(bytes).toString()),
        drained: () => {},
        ended: () => {},
        closed: () => resolve(text),
      });
    });
    client.write('quiet');
    client.end();
    expect(await answer).toBe('QUIET');
  });

  it('an application straight on the features, without a context', async () => {
    const bare: HttpApplication<HttpResponseBodyFeature> = {
      createContext: (features) => features.require(HttpResponseBodyFeature),
      processRequest: (body) => body.end('bare'),
      disposeContext: () => {},
    };
    const { start, connect } = onMemory();
    await start(bare);
    expect(await exchangeBytes(connect(), request)).toMatch(/bare$/);
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

describe('the heartbeat', () => {
  it('checks timeouts of every connection: an idle one ends after keepAliveTimeout', async () => {
    const clock = new ManualClock();
    const { server } = await startOnLoopback(echoTarget, { clock, limits: { keepAliveTimeout: 5000 } });
    const idle = await clientOf(server);
    await idle.get().answered();
    const silent = await clientOf(server);
    await until(() => server.connectionCount === 2);
    clock.seconds(5);
    await turns(5);
    expect(server.connectionCount).toBe(2);
    clock.seconds(2);
    await Promise.all([idle.closed, silent.closed]);
    await until(() => server.connectionCount === 0);
    expect(idle.error).toBeUndefined();
  });

  it('a listener that throws ends its connection, and only that', async () => {
    const clock = new ManualClock();
    const memory = new MemoryTransport();
    const { server } = makeServer({ transports: [memory], clock });
    let connections = 0;
    const beats = [0, 0, 0];
    const fragile: ConnectionMiddleware = (next) => (connection) => {
      const number = connections++;
      connection.features.require(ConnectionHeartbeatFeature).onHeartbeat({
        heartbeat: () => {
          beats[number]! += 1;
          if (number === 1) throw new Error('fragile');
        },
      });
      return next(connection);
    };
    server.listen({ kind: 'memory', name: 'app' }, (options) => void options.use(fragile));
    await server.start(echoTarget);
    const clients = [0, 1, 2].map(() => memory.connect({ kind: 'memory', name: 'app' }));
    const ended: number[] = [];
    for (const [number, client] of clients.entries()) client.onClosed({ closed: () => void ended.push(number) });
    await until(() => server.connectionCount === 3);
    clock.seconds(3);
    await until(() => server.connectionCount === 2);
    clock.seconds(1);
    expect(ended).toEqual([1]);
    // Several beats happened before the abort completed.
    expect(beats).toEqual([4, 3, 4]);
    expect(await exchangeBytes(clients[2]!, get('/', 'Connection: close\r\n'))).toMatch(/^HTTP\/1\.1 200 /);
  });
});
