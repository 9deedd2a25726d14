import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { turns } from '../../../tools/test-support/turns.ts';
import { TestConnection } from '../../../tools/test-support/test-connection.ts';
import { until } from '../../../tools/test-support/until.ts';
import { ConnectionSocketFeature, ConnectionTransportFeature, StreamConnection, probePeer } from '../src/index.ts';

it.each([
  ['an open socket: keep-alive, and an empty write', {}, 'tcp', ['keep-alive true 15000', 'write ""']],
  ['a socket with queued bytes: keep-alive', { writableLength: 1 }, 'tcp', ['keep-alive true 15000']],
  ['a socket that has ended: keep-alive', { writable: false }, 'tcp', ['keep-alive true 15000']],
  ['a named pipe: nothing', {}, 'pipe', []],
])('%s', (_title, state, transport, expected) => {
  const calls: string[] = [];
  const connection = new TestConnection();
  connection.set(ConnectionTransportFeature, { transport });
  connection.set(ConnectionSocketFeature, {
    socket: {
      writable: true,
      writableLength: 0,
      ...state,
      setKeepAlive: (...given: unknown[]) => calls.push(`keep-alive ${given.join(' ')}`),
      write: (bytes: string) => calls.push(`write ${JSON.stringify(bytes)}`),
    } as never,
  });
  probePeer(connection);
  expect(calls).toEqual(expected);
});

it('has no effect on a connection without a socket', () => {
  expect(() => probePeer(new TestConnection())).not.toThrow();
});

/** A connection over a socket whose peer has ended its side in the given way. */
const afterEnd = async (kind: 'tcp' | 'unix', leave: (client: Socket) => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'probe-'));
  const server = createServer({ allowHalfOpen: true });
  server.listen(kind === 'unix' ? join(folder, 's') : { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address() as string | AddressInfo;
  const accepted = once(server, 'connection');
  const to = typeof address === 'string' ? { path: address } : { port: address.port };
  const client = connect({ ...to, allowHalfOpen: true });
  const [socket] = (await accepted) as [Socket];
  const connection = new StreamConnection(socket);
  connection.set(ConnectionSocketFeature, { socket });
  connection.set(ConnectionTransportFeature, { transport: kind });
  onTestFinished(() => {
    client.destroy();
    socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const events: string[] = [];
  connection.start({
    received: () => {},
    drained: () => {},
    ended: () => {
      events.push('ended');
      probePeer(connection);
    },
    closed: (error) => events.push(`closed ${String((error as { code?: string } | undefined)?.code)}`),
  });
  leave(client);
  await until(() => events.length > 0);
  return { client, connection, events };
};

it.skipIf(process.platform === 'win32')('unix socket: a peer that has closed is noticed at once', async () => {
  const { events } = await afterEnd('unix', (client) => client.destroy());
  await until(() => events.length === 2);
  expect(events).toEqual(['ended', expect.stringMatching(/^closed (EPIPE|CONNECTION_RESET)$/)]);
});

it.each(process.platform === 'win32' ? (['tcp'] as const) : (['tcp', 'unix'] as const))(
  '%s: a peer that still reads receives what is sent',
  async (kind) => {
    const { client, connection, events } = await afterEnd(kind, (leaving) => leaving.end());
    await turns(5);
    const received = client.setEncoding('utf8').toArray();
    connection.write('still');
    connection.end();
    expect((await received).join('')).toBe('still');
    await until(() => events.length === 2);
    expect(events).toEqual(['ended', 'closed undefined']);
  },
);
