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
  takeStream,
} from '@windhover/connections';
import { sockets } from '@windhover/transport-sockets';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
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

const accepted = async (endpoint: Endpoint): Promise<{ peer: Socket; connection: Connection }> => {
  let accept!: (connection: Connection) => void;
  const accepting = new Promise<Connection>((resolve) => (accept = resolve));
  await using listener = await sockets().bind(endpoint, (connection) => accept(connection));
  const peer = connect(
    endpoint.kind === 'unix' ? { path: endpoint.path } : { port: (listener.endpoint as IPEndpoint).port },
  );
  peer.on('error', () => undefined);
  const [connection] = await Promise.all([accepting, once(peer, 'connect')]);
  opened.push(connection);
  return { peer, connection };
};

/** Keeps each chunk as it was passed, and its text at that moment. */
class Keeper implements Receiver {
  readonly chunks: Uint8Array[] = [];
  readonly texts: string[] = [];
  #news = (): void => {};

  received(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.texts.push(Buffer.from(bytes).toString());
    this.#news();
  }

  next(): Promise<void> {
    return new Promise((resolve) => (this.#news = resolve));
  }

  drained(): void {}
  ended(): void {}
  closed(): void {}
}

/** Keeps the memory of each read, and its text at that moment. */
class Borrower extends Keeper {
  readonly memory: Uint8Array[] = [];

  borrowed(memory: Uint8Array, size: number): void {
    this.memory.push(memory);
    this.received(memory.slice(0, size));
  }
}

/** Sends texts one after the other, each when the one before has been received. */
const send = async (peer: Socket, keeper: Keeper, ...texts: readonly string[]): Promise<void> => {
  for (const text of texts) {
    const received = keeper.next();
    peer.write(text);
    await received;
  }
};

const endpoints = [
  ['tcp', { kind: 'ip', address: '127.0.0.1', port: 0 }],
  ['unix', { kind: 'unix', path: join(folder, 'a.sock') }],
] as const;

describe.skipIf(process.platform === 'win32').each(endpoints)('an accepted %s socket', (_kind, endpoint) => {
  it('passes memory to its receiver that holds only these bytes', async () => {
    const { peer, connection } = await accepted(endpoint);
    const keeper = new Keeper();
    connection.start(keeper);
    await send(peer, keeper, 'first', 'other');
    expect(keeper.chunks.map(String)).toEqual(['first', 'other']);
    expect(keeper.chunks.map(({ buffer }) => buffer.byteLength)).toEqual([5, 5]);
  });

  it('passes separate memory to a receiver that replaces another one, and to the owner of the stream', async () => {
    const { peer, connection } = await accepted(endpoint);
    const [first, owner] = [new Keeper(), new Keeper()];
    connection.start(first);
    await send(peer, first, 'first');
    connection.start(owner);
    await send(peer, owner, 'second', 'third!');
    expect(owner.chunks.map(String)).toEqual(['second', 'third!']);
    const stream = takeStream(connection)!;
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
    for (const text of ['fourth', 'fifth!']) {
      peer.write(text);
      await once(stream, 'data');
    }
    expect(chunks.map(String)).toEqual(['fourth', 'fifth!']);
  });

  it('lends one buffer to receivers that borrow it, and no other receiver gets a part of it', async () => {
    const [one, two] = [await accepted(endpoint), await accepted(endpoint)];
    const [first, second, owner] = [new Borrower(), new Borrower(), new Keeper()];
    one.connection.start(first);
    two.connection.start(second);
    await send(one.peer, first, 'one', 'more');
    await send(two.peer, second, 'another');
    const [memory] = first.memory;
    expect([...first.memory, ...second.memory]).toEqual([memory, memory, memory]);
    expect([first.texts, second.texts]).toEqual([['one', 'more'], ['another']]);
    one.connection.start(owner);
    await send(one.peer, owner, 'owned');
    await send(two.peer, second, 'over!');
    expect(owner.chunks.map(String)).toEqual(['owned']);
    expect(owner.chunks[0]!.buffer).not.toBe(memory!.buffer);
    expect(first.memory).toHaveLength(2);
  });

  it('gives a receiver that borrows memory the bytes that waited in the stream as its own', async () => {
    const { peer, connection } = await accepted(endpoint);
    const { socket } = connection.features.require(ConnectionSocketFeature);
    connection.pause();
    const borrower = new Borrower();
    connection.start(borrower);
    peer.write('paused ');
    await expect.poll(() => socket.readableLength).toBe(7);
    connection.resume();
    await expect.poll(() => borrower.texts.join('')).toBe('paused ');
    expect(borrower.memory).toEqual([]);
    await send(peer, borrower, 'flowing');
    expect(borrower.texts).toEqual(['paused ', 'flowing']);
    expect(borrower.memory).toHaveLength(1);
  });

  it('keeps bytes in order when they come before start, while it is paused, and after', async () => {
    const { peer, connection } = await accepted(endpoint);
    const { socket } = connection.features.require(ConnectionSocketFeature);
    const inSocket = (size: number) => expect.poll(() => socket.readableLength).toBe(size);
    peer.write('before ');
    await inSocket(7);
    connection.pause();
    const keeper = new Keeper();
    connection.start(keeper);
    peer.write('paused ');
    await inSocket(14);
    expect(keeper.texts).toEqual([]);
    connection.resume();
    peer.write('flowing');
    await expect.poll(() => keeper.texts.join('')).toBe('before paused flowing');
  });

  it('is a socket like any other for Node: published, with the options of the server', async () => {
    const published: unknown[] = [];
    const onSocket = (message: unknown): void => void published.push((message as { socket: Socket }).socket);
    subscribe('net.server.socket', onSocket);
    const { connection } = await accepted(endpoint);
    unsubscribe('net.server.socket', onSocket);
    const { socket } = connection.features.require(ConnectionSocketFeature);
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
