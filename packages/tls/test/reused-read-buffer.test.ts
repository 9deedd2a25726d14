import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';
import { type TLSSocket, connect as connectTls, createSecureContext } from 'node:tls';
import {
  type Connection,
  ConnectionSocketFeature,
  type Receiver,
  StreamConnection,
  streamAbove,
  takeStream,
  toDuplex,
} from '@windhover/connections';
import { connectionPair } from '@windhover/transport-memory';
import { SocketTransport } from '@windhover/transport-sockets';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { ServerTlsSocket } from '../src/handshake/reused-read-buffer.ts';
import { useHttps } from '../src/index.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { TestEndpoint } from './support/endpoint.ts';

let authority: CertificateAuthority;
let identity: KeyAndCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
});

const opened: { abort(): void }[] = [];
afterEach(() => {
  for (const connection of opened.splice(0)) connection.abort();
});

/** The bytes of a TLS record of the client: small enough that the server reads several at once. */
const recordSize = 512;

interface Secured {
  /** The client, and the socket below it. */
  readonly peer: TLSSocket;
  readonly peerSocket: Socket;
  readonly connection: Connection;
  /** The socket of the connection. */
  readonly socket: TLSSocket;
}

const secured = async (maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3'): Promise<Secured> => {
  const endpoint = new TestEndpoint();
  useHttps(identity)(endpoint);
  await endpoint.prepared();
  const accepting = deferred<Connection>();
  const accept = endpoint.build((connection) => accepting.resolve(connection));
  await using listener = await new SocketTransport().bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, accept);
  const peerSocket = connect({ port: (listener.endpoint as { port: number }).port, allowHalfOpen: true });
  peerSocket.on('error', () => undefined);
  const peer = connectTls({ socket: peerSocket, ca: authority.certificate, servername: 'localhost', maxVersion });
  peer.on('error', () => undefined);
  const [connection] = await Promise.all([accepting.promise, once(peer, 'secureConnect')]);
  opened.push(connection);
  const socket = streamAbove(connection.features.require(ConnectionSocketFeature).socket) as TLSSocket;
  return { peer, peerSocket, connection, socket };
};

/** Keeps each chunk as it was passed, and its text at that moment. */
class Keeper implements Receiver {
  readonly chunks: Uint8Array[] = [];
  readonly texts: string[] = [];
  size = 0;
  #news = (): void => {};

  received(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.texts.push(Buffer.from(bytes).toString());
    this.size += bytes.length;
    this.#news();
  }

  next(): Promise<void> {
    return new Promise((resolve) => (this.#news = resolve));
  }

  async until(size: number): Promise<void> {
    while (this.size < size) await this.next();
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
const send = async (peer: TLSSocket, keeper: Keeper, ...texts: readonly string[]): Promise<void> => {
  for (const text of texts) {
    const received = keeper.next();
    peer.write(text);
    await received;
  }
};

/** Sends records at once, each with a letter of its own. @returns their text */
const sendRecords = (peer: TLSSocket): string => {
  peer.setMaxSendFragment(recordSize);
  const text = Array.from('abcdefghijklmnopqrst', (letter) => letter.repeat(recordSize)).join('');
  peer.write(text);
  return text;
};

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a connection of %s', (version) => {
  it('passes memory to its receiver that holds only these bytes', async () => {
    const { peer, connection } = await secured(version);
    const keeper = new Keeper();
    connection.start(keeper);
    await send(peer, keeper, 'first', 'other');
    expect(keeper.chunks.map(String)).toEqual(['first', 'other']);
    expect(keeper.chunks.map(({ buffer }) => buffer.byteLength)).toEqual([5, 5]);
  });

  it('passes separate memory to a receiver that replaces another one, and to the owner of the stream', async () => {
    const { peer, connection } = await secured(version);
    const [first, owner] = [new Borrower(), new Keeper()];
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
    expect(first.memory).toHaveLength(1);
  });

  it('lends one buffer to receivers that borrow it, and no other receiver gets a part of it', async () => {
    const [one, two] = [await secured(version), await secured(version)];
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
    const { peer, connection, socket } = await secured(version);
    connection.pause();
    const borrower = new Borrower();
    connection.start(borrower);
    peer.write('paused ');
    await expect.poll(() => socket.readableLength).toBe(7);
    connection.resume();
    await borrower.until(7);
    expect(borrower.memory).toEqual([]);
    await send(peer, borrower, 'flowing');
    expect(borrower.texts).toEqual(['paused ', 'flowing']);
    expect(borrower.memory).toHaveLength(1);
  });

  it('keeps bytes in order when they come before start, while it is paused, and after', async () => {
    const { peer, connection, socket } = await secured(version);
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
    await keeper.until(21);
    expect(keeper.texts.join('')).toBe('before paused flowing');
  });

  it('a receiver that pauses at each read receives nothing until it resumes, and all bytes in order', async () => {
    const { peer, connection } = await secured(version);
    const borrower = new Borrower();
    let isPaused = false;
    const wasPaused: boolean[] = [];
    const pausing = (read: () => void): void => {
      wasPaused.push(isPaused);
      read();
      isPaused = true;
      connection.pause();
      setImmediate(() => {
        isPaused = false;
        connection.resume();
      });
    };
    connection.start({
      received: (bytes) => pausing(() => borrower.received(bytes)),
      borrowed: (memory, size) => pausing(() => borrower.borrowed(memory, size)),
      drained() {},
      ended() {},
      closed() {},
    });
    const text = sendRecords(peer);
    await borrower.until(text.length);
    expect(borrower.texts.join('') === text).toBe(true);
    expect(wasPaused).not.toContain(true);
  });

  it.each([
    ['an empty chunk', (socket: TLSSocket, written: () => void) => void socket.write('', written)],
    [
      'several empty chunks at once',
      (socket: TLSSocket, written: () => void) => {
        socket.cork();
        socket.write('');
        socket.write(Buffer.alloc(0), written);
        socket.uncork();
      },
    ],
  ])('the buffer stays as it is during a read, even if its reader writes %s', async (_title, write) => {
    const { peer, connection, socket } = await secured(version);
    const borrower = new Borrower();
    const isUnchanged: boolean[] = [];
    const written: Promise<void>[] = [];
    connection.start({
      received: (bytes) => borrower.received(bytes),
      borrowed: (memory, size) => {
        const copy = Buffer.from(memory.subarray(0, size));
        written.push(new Promise((resolve) => write(socket, resolve)));
        isUnchanged.push(copy.equals(memory.subarray(0, size)));
        borrower.borrowed(memory, size);
      },
      drained() {},
      ended() {},
      closed() {},
    });
    const text = sendRecords(peer);
    await borrower.until(text.length);
    await Promise.all(written);
    expect(isUnchanged).not.toContain(false);
    expect(borrower.texts.join('') === text).toBe(true);
    expect(borrower.memory.length).toBeGreaterThan(1);
  });

  it('reports the bytes of the client before its end, and still sends', async () => {
    const { peer, connection } = await secured(version);
    const events: string[] = [];
    const ended = deferred();
    connection.start({
      received: (bytes) => void events.push(`received ${String(bytes)}`),
      borrowed: (memory, size) => void events.push(`borrowed ${String(memory.slice(0, size))}`),
      drained() {},
      ended: () => {
        events.push('ended');
        ended.resolve();
      },
      closed: (error) => void events.push(`closed ${error?.message ?? 'in order'}`),
    });
    const answered = once(peer, 'data');
    peer.end('last');
    await ended.promise;
    const closed = new Promise((resolve) => connection.onClosed({ closed: resolve }));
    connection.write('answer');
    connection.end();
    expect(String((await answered)[0])).toBe('answer');
    await closed;
    expect(events).toEqual(['borrowed last', 'ended', 'closed in order']);
  });

  it.each([
    ['resets the connection', ({ peerSocket }: Secured) => void peerSocket.resetAndDestroy()],
    ['sends something other than TLS', ({ peerSocket }: Secured) => void peerSocket.write('neither a record')],
  ])('closes with an error when the client %s', async (_title, breakOff) => {
    const all = await secured(version);
    const borrower = new Borrower();
    all.connection.start(borrower);
    await send(all.peer, borrower, 'first');
    const closed = new Promise((resolve) =>
      all.connection.onClosed({ closed: (_connection, error) => resolve(error) }),
    );
    breakOff(all);
    await expect(closed).resolves.toMatchObject({ code: 'CONNECTION_RESET' });
    expect(borrower.texts).toEqual(['first']);
  });

  it('receives nothing after an abort within a read', async () => {
    const { peer, connection } = await secured(version);
    let reads = 0;
    const closed = new Promise((resolve) => connection.onClosed({ closed: resolve }));
    const read = (): void => {
      reads += 1;
      connection.abort();
    };
    connection.start({ received: read, borrowed: read, drained() {}, ended() {}, closed() {} });
    sendRecords(peer);
    await closed;
    expect(reads).toBe(1);
  });
});

describe('TLS over a stream that is not a socket', () => {
  it('passes each receiver memory of its own, because such a stream may be read during a read', async () => {
    const endpoint = new TestEndpoint();
    useHttps(identity)(endpoint);
    await endpoint.prepared();
    const [below, served] = connectionPair();
    const accepting = deferred<Connection>();
    void endpoint.build((connection) => accepting.resolve(connection))(served);
    const socket = toDuplex(below).on('error', () => undefined);
    const peer = connectTls({ socket, ca: authority.certificate, servername: 'localhost' });
    peer.on('error', () => undefined);
    const [connection] = await Promise.all([accepting.promise, once(peer, 'secureConnect')]);
    opened.push(connection);
    const borrower = new Borrower();
    connection.start(borrower);
    await send(peer, borrower, 'first', 'other');
    expect(borrower.chunks.map(String)).toEqual(['first', 'other']);
    expect(borrower.memory).toEqual([]);
  });
});

describe('where Node lacks a part that is needed', () => {
  it.each(['useUserBuffer', 'onread', 'bytesRead'])(
    'without %s, bytes are received through the stream',
    async (part) => {
      await using server = createServer({ allowHalfOpen: true });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const accepting = once(server, 'connection');
      const { port } = server.address() as { port: number };
      const peer = connectTls({ port, ca: authority.certificate, servername: 'localhost' });
      const [accepted] = (await accepting) as [Socket];
      const secureContext = createSecureContext({ cert: identity.certificate, key: identity.key });
      const socket = new ServerTlsSocket(accepted, { isServer: true, secureContext });
      await Promise.all([once(socket, 'secure'), once(peer, 'secureConnect')]);
      Object.defineProperty((socket as unknown as { _handle: object })._handle, part, { value: undefined });
      const connection = new StreamConnection<TLSSocket>(socket);
      opened.push(connection);
      expect(socket.readFor(connection)).toBe(false);
      const borrower = new Borrower();
      connection.start(borrower);
      await send(peer, borrower, 'first', 'other');
      expect(borrower.chunks.map(String)).toEqual(['first', 'other']);
      expect(borrower.memory).toEqual([]);
      connection.dispose();
      peer.destroy();
    },
  );
});
