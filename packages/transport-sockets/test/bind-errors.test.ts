import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { type EndPoint, TransportError } from '@windhover/connections';
import { SocketTransport, connectSocket } from '@windhover/transport-sockets';
import { afterAll, describe, expect, it } from 'vitest';

const transport = new SocketTransport();
const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ignore = (): void => undefined;
const unix = (name: string) => ({ kind: 'unix', path: join(folder, name) }) as const;

const failure = async (endPoint: EndPoint): Promise<TransportError> => {
  const bound = transport.bind(endPoint, ignore).then((listener) => listener.unbind());
  const error: unknown = await bound.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TransportError);
  return error as TransportError;
};

describe('binding fails with a sentence that says what to do', () => {
  it('a port in use: TRANSPORT_ADDRESS_IN_USE', async () => {
    await using listener = await transport.bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, ignore);
    const error = await failure(listener.endPoint);
    expect(error.code).toBe('TRANSPORT_ADDRESS_IN_USE');
    expect(error.message).toMatch(
      /^Cannot listen on 127\.0\.0\.1:\d+: the address is already in use\. Stop the program/,
    );
    expect(error.cause).toMatchObject({ code: 'EADDRINUSE' });
  });

  it('an address of another machine: TRANSPORT_ADDRESS_NOT_AVAILABLE', async () => {
    const { code } = await failure({ kind: 'ip', address: '192.0.2.1', port: 0 });
    expect(code).toBe('TRANSPORT_ADDRESS_NOT_AVAILABLE');
  });

  it.skipIf(!existsSync('/proc/net/if_inet6')).each(['fe80::1', 'fe80::1%none'])(
    'a link-local address without its interface (%s): TRANSPORT_ADDRESS_NOT_AVAILABLE',
    async (address) => {
      const { code, message } = await failure({ kind: 'ip', address, port: 0 });
      expect([code, message]).toEqual(['TRANSPORT_ADDRESS_NOT_AVAILABLE', expect.stringContaining('%eth0')]);
    },
  );

  it('a host name, a foreign kind: TRANSPORT_END_POINT_NOT_SUPPORTED, and nothing is looked up', async () => {
    for (const endPoint of [
      { kind: 'ip', address: 'localhost', port: 0 },
      { kind: 'ip', address: '127.1', port: 0 },
      { kind: 'memory', name: 'test' },
    ] as const) {
      expect(transport.canBind(endPoint)).toBe(false);
      expect((await failure(endPoint)).code).toBe('TRANSPORT_END_POINT_NOT_SUPPORTED');
    }
  });
});

describe.skipIf(process.platform === 'win32')('binding a unix socket', () => {
  it('a path too long: TRANSPORT_PATH_TOO_LONG, counted in bytes', async () => {
    const error = await failure(unix('é'.repeat(60)));
    expect(error.code).toBe('TRANSPORT_PATH_TOO_LONG');
    expect(error.message).toMatch(/It has \d{3} bytes and this system takes 10[37]/);
  });

  it('the longest path that fits binds and answers, one more byte: TRANSPORT_PATH_TOO_LONG', async () => {
    const longest = process.platform === 'linux' ? 107 : 103;
    const endPoint = unix('x'.repeat(longest - Buffer.byteLength(unix('').path) - 1));
    expect(Buffer.byteLength(endPoint.path)).toBe(longest);
    await using listener = await transport.bind(endPoint, (connection) => connection.abort());
    await expect(connectSocket(listener.endPoint)).resolves.toBeDefined();
    expect(lstatSync(endPoint.path).isSocket()).toBe(true);
    expect((await failure({ ...endPoint, path: `${endPoint.path}x` })).code).toBe('TRANSPORT_PATH_TOO_LONG');
  });

  it('an empty path, a NUL inside: TRANSPORT_END_POINT_NOT_SUPPORTED, and nothing else is bound', async () => {
    const before = readdirSync(folder);
    for (const path of ['', unix('a\0b').path, '\0a\0b']) {
      expect((await failure({ kind: 'unix', path })).code).toBe('TRANSPORT_END_POINT_NOT_SUPPORTED');
    }
    expect(readdirSync(folder)).toEqual(before);
  });

  it('a directory that does not exist: TRANSPORT_PATH_NOT_FOUND', async () => {
    expect((await failure(unix('missing/app.sock'))).code).toBe('TRANSPORT_PATH_NOT_FOUND');
  });

  it('a directory that is a file: TRANSPORT_PATH_NOT_FOUND', async () => {
    writeFileSync(unix('file').path, '');
    expect((await failure(unix('file/app.sock'))).code).toBe('TRANSPORT_PATH_NOT_FOUND');
  });

  it.skipIf(process.getuid?.() === 0)('a directory that is not ours: TRANSPORT_PERMISSION_DENIED', async () => {
    expect((await failure({ kind: 'unix', path: '/windhover.sock' })).code).toBe('TRANSPORT_PERMISSION_DENIED');
  });

  it('an ordinary file, a directory and a link in the way: TRANSPORT_PATH_NOT_A_SOCKET, and they stay', async () => {
    const [file, directory, link] = [unix('precious'), unix('precious.d'), unix('precious.link')];
    writeFileSync(file.path, 'precious');
    mkdirSync(directory.path);
    symlinkSync('nowhere', link.path);
    for (const endPoint of [file, directory, link]) {
      const error = await failure(endPoint);
      expect(error.code).toBe('TRANSPORT_PATH_NOT_A_SOCKET');
      expect(error.message).toContain('something that is no socket is at the path. Choose another path, or remove');
    }
    expect(lstatSync(file.path).size).toBe(8);
    expect(lstatSync(directory.path).isDirectory()).toBe(true);
    expect(lstatSync(link.path).isSymbolicLink()).toBe(true);
  });

  it('a socket that another server listens on stays: TRANSPORT_ADDRESS_IN_USE', async () => {
    const endPoint = unix('live.sock');
    const server = createServer();
    await new Promise<void>((listening) => server.listen(endPoint.path, listening));
    expect((await failure(endPoint)).code).toBe('TRANSPORT_ADDRESS_IN_USE');
    expect(lstatSync(endPoint.path).isSocket()).toBe(true);
    server.close();
  });

  it('a socket that a dead process left behind is replaced, and removed on unbind', async () => {
    const endPoint = unix('stale.sock');
    const script = `require('node:net').createServer().listen(${JSON.stringify(endPoint.path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script], { timeout: 15_000 });
    expect(lstatSync(endPoint.path).isSocket()).toBe(true);
    const listener = await transport.bind(endPoint, (connection) => connection.abort());
    await expect(connectSocket(endPoint)).resolves.toBeDefined();
    await listener.unbind();
    expect(() => lstatSync(endPoint.path)).toThrow(/ENOENT/);
  });
});
