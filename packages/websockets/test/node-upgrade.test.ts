import { once } from 'node:events';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type NodeUpgrade, nodeUpgrade } from '@windhover/app-node';
import { until } from '../../../tools/test-support/until.ts';
import { handshake } from './support/raw-web-socket.ts';
import { type TestServer, serve, stopServers } from './support/server.ts';

afterEach(stopServers);

const transports = [
  ['TCP', (server: TestServer) => server.raw()],
  ['memory', (server: TestServer) => server.rawInMemory()],
] as const;

const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-A: b\r\n\r\n';
const refusal = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nX-A: b\r\n\r\n';

/** A server whose handler does something with the upgrade, and waits until it is answered. */
const serving = (use: (upgrade: NodeUpgrade) => void): Promise<TestServer> =>
  serve(async ({ features }) => {
    const upgrade = nodeUpgrade(features);
    use(upgrade);
    await upgrade.answered;
  });

describe.each(transports)('nodeUpgrade over %s', (_name, open) => {
  it('sends a 101 with its fields, then the stream is the connection', async () => {
    const server = await serving(({ socket }) => {
      socket.on('data', (bytes: Buffer) => socket.end(`you said ${bytes.toString()}`));
      socket.write(switching);
    });
    const client = await open(server);
    let said = '';
    client.stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
    expect(await client.upgrade()).toBe(101);
    expect(client.field('x-a')).toEqual(['b']);
    client.send('hello');
    await client.when(() => client.hasEnded);
    expect(said.slice(client.head.length + 4)).toBe('you said hello');
    client.stream.end();
    await until(() => server.server.connectionCount === 0);
  });

  it.each([
    ['end', ({ socket }: NodeUpgrade) => void socket.end(refusal)],
    [
      'destroy',
      ({ socket }: NodeUpgrade) => {
        socket.write(refusal);
        socket.destroy();
      },
    ],
  ])('a refusal is the response of the request, and the stream closes: by %s', async (_way, refuse) => {
    let closed: Promise<unknown> | undefined;
    const server = await serving((upgrade) => {
      closed = once(upgrade.socket, 'close');
      refuse(upgrade);
    });
    const client = await open(server);
    expect(await client.upgrade()).toBe(403);
    expect(client.field('x-a')).toEqual(['b']);
    await closed;
    client.head = '';
    expect(await client.upgrade()).toBe(403);
    expect(server.errors).toEqual([]);
  });

  it.each(['close', 'Close', 'x-own, close'])(
    'a refusal with Connection: %s closes the connection',
    async (options) => {
      const server = await serving(({ socket }) => {
        socket.end(`HTTP/1.1 403 Forbidden\r\nConnection: ${options}\r\nContent-Length: 0\r\n\r\n`);
      });
      const client = await open(server);
      expect(await client.upgrade()).toBe(403);
      expect(client.field('connection')).toEqual(['close']);
      await client.when(() => client.hasEnded);
    },
  );

  it('a first write that is no response fails the stream, and the handler answers', async () => {
    let error: unknown;
    const server = await serving(({ socket }) => {
      socket.on('error', (reason) => (error = reason));
      socket.write('hello');
    });
    const client = await open(server);
    expect(await client.upgrade()).toBe(200);
    expect(error).toMatchObject({ message: expect.stringMatching(/whole HTTP response/) as string });
  });

  it('a second response fails the stream, and the first one is kept', async () => {
    let failed: Promise<unknown> | undefined;
    const server = await serving(({ socket }) => {
      failed = once(socket, 'error');
      socket.write(refusal);
      socket.write(refusal);
    });
    const client = await open(server);
    expect(await client.upgrade()).toBe(403);
    await failed;
    expect(server.errors).toEqual([]);
  });

  it('a client that leaves before the answer closes the stream, and an answer then is dropped', async () => {
    let upgrade: NodeUpgrade | undefined;
    let closed: Promise<unknown> | undefined;
    const server = await serving((given) => {
      upgrade = given;
      closed = once(given.socket, 'close');
    });
    const client = await open(server);
    client.send(handshake());
    await until(() => upgrade !== undefined);
    if (client.stream instanceof Socket) client.stream.resetAndDestroy();
    else client.stream.destroy(new Error('the client leaves'));
    await closed;
    expect(upgrade!.socket.write(switching)).toBe(false);
    await upgrade!.answered;
    await until(() => server.server.connectionCount === 0);
    expect(server.errors).toEqual([]);
  });

  it('an upgrade over the limit does not throw where it is written, and is answered 503', async () => {
    const server = await serve(
      async ({ features }) => {
        const { socket, answered } = nodeUpgrade(features);
        await new Promise((resolve) => setImmediate(resolve));
        const closed = once(socket, 'close');
        socket.write(switching);
        await Promise.all([answered, closed]);
      },
      {},
      { limits: { maxConcurrentUpgradedConnections: 0 } },
    );
    const client = await open(server);
    expect(await client.upgrade()).toBe(503);
    expect(client.field('x-a')).toEqual([]);
    expect(server.errors).toEqual([]);
  });

  it('an upgrade that was not offered does not throw where it is written, and rejects `answered`', async () => {
    const server = await serving(({ socket }) => void socket.write(switching.replace('websocket', 'gopher')));
    expect(await (await open(server)).upgrade()).toBe(500);
    expect(server.errors).toMatchObject([{ code: 'HTTP_UPGRADE_NOT_POSSIBLE' }]);
  });

  it('a stream that is destroyed without an answer leaves the request to its handler', async () => {
    const server = await serving(({ socket }) => void socket.destroy());
    expect(await (await open(server)).upgrade()).toBe(200);
  });
});
