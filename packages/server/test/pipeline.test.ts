import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Connection,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  type ConnectionMiddleware,
} from '@windhover/connections';
import { type HttpApplication, type HttpProtocol, HttpResponseBodyFeature } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { MemoryTransport } from '@windhover/transport-memory';
import { connectSocket, sockets } from '@windhover/transport-sockets';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { exchangeBytes, get } from './support/client.ts';
import { addressesOf, application, echoTarget, makeServer, portOf, stopServers } from './support/server.ts';

afterEach(stopServers);

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
