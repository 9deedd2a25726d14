import { once } from 'node:events';
import { Socket, connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import {
  type Connection,
  ConnectionEndpointFeature,
  ConnectionSocketFeature,
  ConnectionTransportFeature,
  type IPEndpoint,
  type Receiver,
  toDuplex,
} from '@windhover/connections';
import { SocketTransport, connectSocket, listeningServer, sockets } from '@windhover/transport-sockets';
import { afterEach, describe, expect, it } from 'vitest';

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
const loopback: IPEndpoint = { kind: 'ip', address: '127.0.0.1', port: 0 };

const opened: { abort(): void }[] = [];
afterEach(() => {
  for (const connection of opened.splice(0)) connection.abort();
});

/** A plain Node socket, and the connection that the transport has accepted for it. */
const accepted = async (endpoint = loopback): Promise<{ peer: Socket; connection: Connection }> => {
  let accept: (connection: Connection) => void;
  const accepting = new Promise<Connection>((resolve) => (accept = resolve));
  await using listener = await new SocketTransport().bind(endpoint, (connection) => accept(connection));
  const { port } = listener.endpoint as IPEndpoint;
  const peer = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const [connection] = await Promise.all([accepting, once(peer, 'connect')]);
  peer.on('error', () => undefined);
  opened.push(connection);
  return { peer, connection };
};

const closing = (connection: Connection): Promise<Error | undefined> =>
  new Promise((resolve) => connection.onClosed({ closed: (_connection, error) => resolve(error) }));

const ignore: Receiver = {
  received: () => undefined,
  drained: () => undefined,
  ended: () => undefined,
  closed: () => undefined,
};

describe('aborting a tcp connection', () => {
  it('sends a real RST', async () => {
    const { peer, connection } = await accepted();
    connection.start(ignore);
    connection.abort();
    peer.resume();
    await expect(once(peer, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('drops bytes queued for a peer that does not read', async () => {
    const { peer, connection } = await accepted();
    connection.start(ignore);
    while (connection.write(Buffer.alloc(1024 * 1024)));
    connection.write(Buffer.alloc(10_000_000));
    connection.end();
    const closed = closing(connection);
    connection.abort();
    expect(await closed).toMatchObject({ code: 'CONNECTION_ABORTED' });
    // Node 22 tells a socket that was not reading of an end instead of the reset, so the bytes have to say it.
    await new Promise<void>((over) => peer.resume().once('end', over).once('close', over));
    expect(peer.bytesRead).toBeLessThan(10_000_000);
  });

  it('straight after end it closes the connection, too', async () => {
    const { connection } = await accepted();
    connection.start(ignore);
    const closed = closing(connection);
    connection.end();
    connection.abort();
    expect(await closed).toMatchObject({ code: 'CONNECTION_ABORTED' });
  });
});

describe('a peer that resets', () => {
  it('closes the connection with CONNECTION_RESET and the system error as the cause', async () => {
    const { peer, connection } = await accepted();
    connection.start(ignore);
    const closed = closing(connection);
    peer.resetAndDestroy();
    expect(await closed).toMatchObject({ code: 'CONNECTION_RESET', cause: { code: 'ECONNRESET' } });
  });

  it('is noticed before start, without an unhandled error', async () => {
    const { peer, connection } = await accepted();
    const closed = closing(connection);
    peer.resetAndDestroy();
    expect(await closed).toMatchObject({ code: 'CONNECTION_RESET' });
  });
});

describe('features of a tcp connection', () => {
  it('endpoints, transport and socket', async () => {
    const { peer, connection } = await accepted();
    const { localEndpoint, remoteEndpoint } = connection.features.require(ConnectionEndpointFeature);
    expect(localEndpoint).toEqual({ kind: 'ip', address: '127.0.0.1', port: peer.remotePort });
    expect(remoteEndpoint).toEqual({ kind: 'ip', address: '127.0.0.1', port: peer.localPort });
    expect(connection.features.require(ConnectionTransportFeature).transport).toBe('tcp');
    expect(connection.features.require(ConnectionSocketFeature).socket).toBeInstanceOf(Socket);
  });

  it.skipIf(!hasIPv6)('an IPv4 client of a dual-stack listener has an IPv4 address', async () => {
    const { connection } = await accepted({ kind: 'ip', address: '::', port: 0 });
    const { localEndpoint, remoteEndpoint } = connection.features.require(ConnectionEndpointFeature);
    expect(localEndpoint).toMatchObject({ address: '127.0.0.1' });
    expect(remoteEndpoint).toMatchObject({ address: '127.0.0.1' });
  });

  it.skipIf(!hasIPv6)('ipv6Only keeps IPv4 clients out', async () => {
    const endpoint = { kind: 'ip', address: '::', port: 0, ipv6Only: true } as const;
    await using listener = await new SocketTransport().bind(endpoint, () => undefined);
    expect(listener.endpoint).toMatchObject({ ipv6Only: true });
    const { port } = listener.endpoint as IPEndpoint;
    await expect(connectSocket({ ...loopback, port })).rejects.toMatchObject({ code: 'CONNECTION_REFUSED' });
  });
});

describe('toDuplex of a socket', () => {
  it('is the socket itself before start, and the observers still learn of the end', async () => {
    const { peer, connection } = await accepted();
    const closed = closing(connection);
    const stream = toDuplex(connection);
    expect(stream).toBe(connection.features.require(ConnectionSocketFeature).socket);
    stream.pipe(stream);
    peer.end('echo');
    const [bytes] = (await once(peer, 'data')) as [Buffer];
    expect(bytes.toString()).toBe('echo');
    expect(await closed).toBeUndefined();
  });

  it('is a stream of its own after start, or when the socket was taken', async () => {
    const { connection } = await accepted();
    connection.start(ignore);
    const stream = toDuplex(connection).on('error', () => undefined);
    expect(stream).not.toBeInstanceOf(Socket);
    const other = await accepted();
    expect(toDuplex(other.connection)).toBeInstanceOf(Socket);
    const second = toDuplex(other.connection).on('error', () => undefined);
    expect(second).not.toBeInstanceOf(Socket);
  });
});

describe('connectSocket', () => {
  it('refused: CONNECTION_REFUSED with the system error as the cause', async () => {
    const listener = await new SocketTransport().bind(loopback, () => undefined);
    await listener.unbind();
    await expect(connectSocket(listener.endpoint)).rejects.toMatchObject({
      code: 'CONNECTION_REFUSED',
      message: expect.stringMatching(/^Cannot connect to 127\.0\.0\.1:\d+/),
      cause: { code: 'ECONNREFUSED' },
    });
  });

  it('a signal cancels before and during connecting', async () => {
    await using listener = await new SocketTransport().bind(loopback, (connection) => void opened.push(connection));
    const reason = new Error('changed my mind');
    const before = connectSocket(listener.endpoint, { signal: AbortSignal.abort(reason) });
    await expect(before).rejects.toMatchObject({ code: 'CONNECTION_REFUSED', cause: reason });
    const controller = new AbortController();
    const during = connectSocket(listener.endpoint, { signal: controller.signal });
    controller.abort(reason);
    await expect(during).rejects.toMatchObject({ code: 'CONNECTION_REFUSED', cause: reason });
  });

  it('a signal that aborts after the connection is open leaves it alone', async () => {
    await using listener = await new SocketTransport().bind(loopback, (connection) => {
      opened.push(connection);
      connection.start({ ...ignore, received: (bytes) => void connection.write(bytes) });
    });
    const controller = new AbortController();
    const client = await connectSocket(listener.endpoint, { signal: controller.signal });
    opened.push(client);
    controller.abort();
    const echoed = new Promise<string>((resolve, reject) => {
      client.start({ ...ignore, received: (bytes) => resolve(Buffer.from(bytes).toString()), closed: reject });
    });
    client.write('still open');
    await expect(echoed).resolves.toBe('still open');
  });

  it('other kinds of endpoints: TypeError', async () => {
    await expect(connectSocket({ kind: 'memory', name: 'test' })).rejects.toThrow(TypeError);
  });
});

describe('options', () => {
  it.each([
    [{ backlog: 0 }, 'backlog'],
    [{ backlog: 70_000 }, 'backlog'],
    [{ keepAliveInitialDelay: -1 }, 'keepAliveInitialDelay'],
    [{ highWaterMark: 0.5 }, 'highWaterMark'],
  ])('%o: RangeError', (options, name) => {
    expect(() => sockets(options)).toThrow(RangeError);
    expect(() => sockets(options)).toThrow(new RegExp(`^${name} must be an integer from`));
  });

  it('reach the sockets of both sides', async () => {
    const marks: number[] = [];
    const note = (connection: Connection): void => {
      opened.push(connection);
      marks.push(connection.features.require(ConnectionSocketFeature).socket.writableHighWaterMark);
    };
    const listener = await sockets({ highWaterMark: 1_000 }).bind(loopback, note);
    const client = await connectSocket(listener.endpoint, { highWaterMark: 2_000 });
    await listener.unbind();
    note(client);
    expect(marks).toEqual([1_000, 2_000]);
  });
});

describe('a socket that a listening server accepts before the transport is bound', () => {
  it('and that its client resets meanwhile: a connection that is closed with CONNECTION_RESET', async () => {
    const server = createServer({ allowHalfOpen: true });
    const transport = listeningServer(server);
    const accepting = once(server, 'connection');
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const peer = connect((server.address() as { port: number }).port, '127.0.0.1');
    const [[socket]] = (await Promise.all([accepting, once(peer, 'connect')])) as [[Socket], unknown];
    const failed = new Promise((resolve) => socket.once('close', resolve));
    peer.resetAndDestroy();
    await failed;
    let closed: Promise<Error | undefined> | undefined;
    await using _listener = await transport.bind({ kind: 'x-listening-server' }, (connection) => {
      closed = closing(connection);
    });
    expect(await closed).toMatchObject({ code: 'CONNECTION_RESET' });
  });
});
