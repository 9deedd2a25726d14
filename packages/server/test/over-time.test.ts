import { ConnectionLifetimeNotificationFeature, type Connection } from '@windhover/connections';
import { connectionPair } from '@windhover/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { FakeTransport } from './support/fake-transport.ts';
import { get } from './support/client.ts';
import { onMemory } from './support/on-memory.ts';
import { addAddresses, echoTarget, makeServer, stopServers } from './support/server.ts';

afterEach(stopServers);

const here = { kind: 'memory', name: 'here' } as const;

interface Client {
  readonly connection: Connection;
  text: string;
  /** Whether the server has ended its side. */
  hasEnded: boolean;
}

/** A client of a memory connection that receives, says nothing and does not end its side. */
const mute = (connection: Connection): Client => {
  const client: Client = { connection, text: '', hasEnded: false };
  connection.start({
    received: (bytes) => (client.text += Buffer.from(bytes).toString('latin1')),
    drained: () => {},
    ended: () => (client.hasEnded = true),
    closed: () => {},
  });
  return client;
};

const is503 = ({ text }: Client): boolean => text.startsWith('HTTP/1.1 503 ');

describe('rejected connections', () => {
  const limits = { maxConcurrentConnections: 1, requestDrainTimeout: 3000, keepAliveTimeout: 3_600_000 };

  it('64 mute ones that were answered are closed after requestDrainTimeout, and the next one is answered', async () => {
    const { server, transport, clock } = onMemory({ limits, rejectedConnections: 'answer' });
    server.listen(here);
    await server.start(echoTarget);
    mute(transport.connect(here));
    await turns(6);
    const rejected = Array.from({ length: 64 }, () => mute(transport.connect(here)));
    await until(() => rejected.every(is503));
    const tooMany = mute(transport.connect(here));
    await until(() => tooMany.hasEnded);
    expect(tooMany.text).toBe('');
    clock.seconds(5);
    const next = mute(transport.connect(here));
    await until(() => is503(next));
  });

  it('of a flood that lasts are one warning, however long it lasts', async () => {
    const { server, transport, clock, warnings } = onMemory({ limits });
    server.listen(here);
    await server.start(echoTarget);
    mute(transport.connect(here));
    await turns(6);
    const reject = async (): Promise<void> => {
      const client = mute(transport.connect(here));
      await until(() => client.hasEnded);
    };
    for (let time = 0; time < 10; time++) {
      await reject();
      clock.seconds(59);
    }
    expect(warnings).toHaveLength(1);
    clock.seconds(1);
    await reject();
    expect(warnings).toHaveLength(2);
  });
});

describe('a server that is started an hour after it was made', () => {
  it('gives its first connections their whole keepAliveTimeout', async () => {
    const { server, transport, clock } = onMemory({ limits: { keepAliveTimeout: 5000 } });
    server.listen(here);
    clock.advance(3_600_000);
    await server.start(echoTarget);
    const client = mute(transport.connect(here));
    await until(() => server.connectionCount === 1);
    clock.seconds(4);
    client.connection.write(get('/in-time'));
    await until(() => client.text.includes('/in-time') || client.hasEnded);
    expect(client.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});

describe('a connection that is accepted while the server stops', () => {
  it('is asked to end: its first response is its last', async () => {
    const transport = new FakeTransport();
    const { server } = makeServer({ transports: [transport], clock: new ManualClock() });
    addAddresses(server, 'http://127.0.0.1:1');
    await server.start(echoTarget);
    const [running, first] = connectionPair();
    transport.accept('127.0.0.1:1', first);
    const stopping = server.stop(new AbortController().signal);
    await until(() => first.features.require(ConnectionLifetimeNotificationFeature).isCloseRequested);
    const [client, second] = connectionPair();
    transport.accept('127.0.0.1:1', second);
    expect(second.features.require(ConnectionLifetimeNotificationFeature).isCloseRequested).toBe(true);
    const late = mute(client);
    client.write(get('/late'));
    await until(() => late.text.endsWith('/late'));
    expect(late.text).toContain('\r\nconnection: close\r\n');
    client.end();
    running.end();
    await stopping;
  });
});
