import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  type Connection,
  ConnectionSocketFeature,
  type Endpoint,
  type IPEndpoint,
  type Receiver,
} from '@windhover/connections';
import { sockets } from '@windhover/transport-sockets';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { Keeper, testReusedReadBuffer } from '../../../tools/test-support/reused-read-buffer.ts';
import { AcceptedSocket, acceptIntoReusedBuffer } from '../src/reused-read-buffer.ts';

const silent: Receiver = { received() {}, drained() {}, ended() {}, closed() {} };
const options = { highWaterMark: 65_536, noDelay: true, keepAlive: false, keepAliveInitialDelay: 0 };
const folder = mkdtempSync(join(tmpdir(), 'windhover-buffer-'));
const opened: { abort(): void }[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const connection of opened.splice(0)) connection.abort();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const accepted = async (endpoint: Endpoint): Promise<{ peer: Socket; connection: Connection; socket: Socket }> => {
  let accept!: (connection: Connection) => void;
  const accepting = new Promise<Connection>((resolve) => (accept = resolve));
  await using listener = await sockets().bind(endpoint, (connection) => accept(connection));
  const peer = connect(
    endpoint.kind === 'unix' ? { path: endpoint.path } : { port: (listener.endpoint as IPEndpoint).port },
  );
  peer.on('error', () => undefined);
  const [connection] = await Promise.all([accepting, once(peer, 'connect')]);
  opened.push(connection);
  return { peer, connection, socket: connection.features.require(ConnectionSocketFeature).socket };
};

const endpoints = [
  ['tcp', { kind: 'ip', address: '127.0.0.1', port: 0 }],
  ['unix', { kind: 'unix', path: join(folder, 'a.sock') }],
] as const;

describe.skipIf(process.platform === 'win32').each(endpoints)('an accepted %s socket', (_kind, endpoint) => {
  testReusedReadBuffer(() => accepted(endpoint));

  it('is a socket like any other for Node: published, with the options of the server', async () => {
    const published: unknown[] = [];
    const onSocket = (message: unknown): void => void published.push((message as { socket: Socket }).socket);
    subscribe('net.server.socket', onSocket);
    const { socket } = await accepted(endpoint);
    unsubscribe('net.server.socket', onSocket);
    expect(published).toContain(socket);
    expect(socket).toBeInstanceOf(AcceptedSocket);
    expect([socket.allowHalfOpen, socket.readableHighWaterMark, socket.writableHighWaterMark]).toEqual([
      true,
      65_536,
      65_536,
    ]);
  });
});

describe.skipIf(process.platform === 'win32')('a paused connection', () => {
  it('notices a reset', async () => {
    const { peer, connection } = await accepted(endpoints[0][1]);
    connection.pause();
    connection.start(new Keeper());
    const closed = new Promise((resolve) => connection.onClosed({ closed: (_connection, error) => resolve(error) }));
    peer.resetAndDestroy();
    await expect(closed).resolves.toMatchObject({ code: 'CONNECTION_RESET' });
  });
});

describe.skipIf(process.platform === 'win32')('a client that sends and ends', () => {
  it('is closed without an error: an end in order is no reset', async () => {
    const { peer, connection } = await accepted(endpoints[0][1]);
    const ended = deferred();
    connection.start({ ...silent, ended: ended.resolve });
    peer.end('request');
    await ended.promise;
    const closed = deferred<Error | undefined>();
    connection.onClosed({ closed: (_connection, error) => closed.resolve(error) });
    connection.end();
    await expect(closed.promise).resolves.toBeUndefined();
  });
});

describe('where Node lacks a part that is needed', () => {
  const serverWith = (handle: unknown): Server => ({ _handle: handle }) as unknown as Server;

  it.each([[undefined], [null], [{}], [{ onconnection: 'none' }]])('a handle %j is left alone', (handle) => {
    expect(acceptIntoReusedBuffer(serverWith(handle), options, () => expect.unreachable())).toBe(false);
  });

  it('errors, and handles that cannot read into a buffer, are for Node', () => {
    const calls: unknown[][] = [];
    const listening = { onconnection: (...values: unknown[]) => void calls.push(values) };
    expect(acceptIntoReusedBuffer(serverWith(listening), options, () => expect.unreachable())).toBe(true);
    const handle = {};
    listening.onconnection(-24, undefined);
    listening.onconnection(0, handle);
    expect(calls).toEqual([
      [-24, undefined],
      [0, handle],
    ]);
  });
});
