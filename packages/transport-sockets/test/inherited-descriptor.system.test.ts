import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, renameSync, rmSync } from 'node:fs';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SocketTransport } from '@windhover/transport-sockets';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { EchoServer, killEchoServers } from './echo-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
afterAll(() => rmSync(folder, { recursive: true }));

const cleanUp: (() => unknown)[] = [];
afterEach(() => {
  killEchoServers();
  for (const undo of cleanUp.splice(0)) undo();
});

const ignore = (): void => undefined;

/** The descriptor of a server or a socket, which Node keeps to itself. */
const descriptorOf = (owner: Server | Socket): number => (owner as unknown as { _handle: { fd: number } })._handle.fd;

const listening = async (where: { path?: string; port?: number; host?: string }): Promise<Server> => {
  const server = createServer().listen(where);
  await once(server, 'listening');
  cleanUp.push(() => server.close());
  return server;
};

const connected = async (socket: Socket): Promise<Socket> => {
  cleanUp.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
};

const echo = async (socket: Socket): Promise<string> => {
  await connected(socket);
  socket.end('across processes');
  let text = '';
  for await (const bytes of socket) text += String(bytes);
  return text;
};

const failure = (fd: number): Promise<unknown> =>
  new SocketTransport().bind({ kind: 'handle', fd }, ignore).then(
    () => 'bound',
    (error: unknown) => error,
  );

describe.skipIf(process.platform === 'win32')('a descriptor that another process has bound', () => {
  it('tcp: accepts, tells the real endpoint, and listens no more after unbind', async () => {
    const parent = await listening({ port: 0, host: '127.0.0.1' });
    const { port } = parent.address() as AddressInfo;
    const child = new EchoServer({ kind: 'handle', fd: 3 }, { inherit: [descriptorOf(parent)] });
    parent.close(); // The child has its own descriptor, and must be the only one to accept.
    expect((await child.waitFor('endpoint')).endpoint).toEqual({ kind: 'ip', address: '127.0.0.1', port });
    expect(await echo(connect(port, '127.0.0.1'))).toBe('across processes');
    child.tell('unbind');
    expect(await child.exited).toBe(0);
    await expect(connected(connect(port, '127.0.0.1'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('unix: accepts, and leaves the file to the process that created it', async () => {
    const path = join(folder, 'inherited.sock');
    const parent = await listening({ path });
    const child = new EchoServer({ kind: 'handle', fd: 3 }, { inherit: [descriptorOf(parent)] });
    renameSync(path, `${path}.kept`); // From the parent, which would remove it.
    parent.close();
    renameSync(`${path}.kept`, path);
    expect((await child.waitFor('endpoint')).endpoint).toEqual({ kind: 'handle', fd: 3 });
    expect(await echo(connect(path))).toBe('across processes');
    child.tell('unbind');
    expect(await child.exited).toBe(0);
    expect(existsSync(path)).toBe(true);
    await expect(connected(connect(path))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('one that this process listens on already: TRANSPORT_ADDRESS_IN_USE', async () => {
    const parent = await listening({ port: 0, host: '127.0.0.1' });
    const fd = descriptorOf(parent);
    expect(await failure(fd)).toMatchObject({
      code: 'TRANSPORT_ADDRESS_IN_USE',
      message: expect.stringContaining('This process listens on this descriptor already') as string,
    });
    expect(parent.listening).toBe(true);
    expect(fstatSync(fd).isSocket()).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('a descriptor that cannot listen: TRANSPORT_DESCRIPTOR_INVALID', () => {
  it.each([9_999, -1, 1.5, Number.NaN, 2 ** 31])('%d is none', async (fd) => {
    expect(await failure(fd)).toMatchObject({ name: 'TransportError', code: 'TRANSPORT_DESCRIPTOR_INVALID' });
  });

  it.each([
    [import.meta.filename, 'an ordinary file'],
    ['/', 'a directory'],
    ['/dev/null', 'a terminal or another device'],
  ])('%s is %s, and stays open', async (path, kind) => {
    const fd = openSync(path, 'r');
    cleanUp.push(() => closeSync(fd));
    const error = await failure(fd);
    expect(error).toMatchObject({ code: 'TRANSPORT_DESCRIPTOR_INVALID' });
    expect(String(error)).toContain(
      `<file handle ${fd}>: the descriptor is not a socket that can listen. It is ${kind}`,
    );
    expect(() => fstatSync(fd)).not.toThrow();
  });

  it('a socket for datagrams', async () => {
    const datagrams = createSocket('udp4').bind(0, '127.0.0.1');
    cleanUp.push(() => datagrams.close());
    await once(datagrams, 'listening');
    const state = Object.getOwnPropertySymbols(datagrams).find(({ description }) => description === 'state symbol')!;
    const { fd } = (datagrams as unknown as Record<symbol, { handle: { fd: number } }>)[state]!.handle;
    const child = new EchoServer({ kind: 'handle', fd: 3 }, { inherit: [fd] });
    expect(await child.waitFor('code')).toMatchObject({ code: 'TRANSPORT_DESCRIPTOR_INVALID' });
  });

  it('a connected socket', async () => {
    const parent = await listening({ port: 0, host: '127.0.0.1' });
    const client = await connected(connect((parent.address() as AddressInfo).port, '127.0.0.1'));
    const child = new EchoServer({ kind: 'handle', fd: 3 }, { inherit: [descriptorOf(client)] });
    expect(await child.waitFor('code')).toEqual({
      code: 'TRANSPORT_DESCRIPTOR_INVALID',
      message:
        'Cannot listen on <file handle 3>: the descriptor is not a socket that can listen. ' +
        'It is a connected socket or a datagram socket: pass a stream socket that listens, or can listen',
    });
    expect(await child.exited).toBe(0);
  });
});
