import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';
import { type TLSSocket, connect as connectTls, createSecureContext } from 'node:tls';
import {
  type Connection,
  ConnectionSocketFeature,
  StreamConnection,
  streamAbove,
  toDuplex,
} from '@windhover/connections';
import { connectionPair } from '@windhover/transport-memory';
import { SocketTransport } from '@windhover/transport-sockets';
import { afterEach, describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { Borrower, send, testReusedReadBuffer } from '../../../tools/test-support/reused-read-buffer.ts';
import { ServerTlsSocket } from '../src/handshake/reused-read-buffer.ts';
import { useHttps } from '../src/index.ts';
import { CertificateAuthority } from './support/certificates.ts';
import { TestEndpoint } from './support/endpoint.ts';

const authority = await CertificateAuthority.create();
const identity = await authority.issue();

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

/** Sends records at once, each with a letter of its own. @returns their text */
const sendRecords = (peer: TLSSocket): string => {
  peer.setMaxSendFragment(recordSize);
  const text = Array.from('abcdefghijklmnopqrst', (letter) => letter.repeat(recordSize)).join('');
  peer.write(text);
  return text;
};

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a connection of %s', (version) => {
  testReusedReadBuffer(() => secured(version));

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
