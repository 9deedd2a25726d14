import { ConnectionHeartbeatFeature, type ConnectionMiddleware } from '@windhover/connections';
import { MemoryTransport } from '@windhover/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { exchangeBytes, get } from './support/client.ts';
import { clientOf, echoTarget, makeServer, startOnLoopback, stopServers } from './support/server.ts';

afterEach(stopServers);

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
