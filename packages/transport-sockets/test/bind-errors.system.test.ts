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
import { type Endpoint, TransportError } from '@windhover/connections';
import { SocketTransport, connectSocket } from '@windhover/transport-sockets';
import { afterAll, describe, expect, it } from 'vitest';

const transport = new SocketTransport();
const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ignore = (): void => undefined;
const unix = (name: string) => ({ kind: 'unix', path: join(folder, name) }) as const;

const failure = async (endpoint: Endpoint): Promise<TransportError> => {
  const bound = transport.bind(endpoint, ignore).then((listener) => listener.unbind());
  const error: unknown = await bound.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TransportError);
  return error as TransportError;
};

describe('binding fails with a message that says what to do', () => {
  it('a port in use: TRANSPORT_ADDRESS_IN_USE', async () => {
    await using listener = await transport.bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, ignore);
    const error = await failure(listener.endpoint);
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

  it('a host name, a foreign kind: TRANSPORT_ENDPOINT_NOT_SUPPORTED, and nothing is looked up', async () => {
    for (const endpoint of [
      { kind: 'ip', address: 'localhost', port: 0 },
      { kind: 'ip', address: '127.1', port: 0 },
      { kind: 'memory', name: 'test' },
    ] as const) {
      expect(transport.canBind(endpoint)).toBe(false);
      expect((await failure(endpoint)).code).toBe('TRANSPORT_ENDPOINT_NOT_SUPPORTED');
    }
  });
});

describe.skipIf(process.platform === 'win32')('binding a unix socket', () => {
  it('a path too long: TRANSPORT_PATH_TOO_LONG, counted in bytes', async () => {
    const error = await failure(unix('é'.repeat(60)));
    expect(error.code).toBe('TRANSPORT_PATH_TOO_LONG');
    expect(error.message).toMatch(/It has \d{3} bytes and this system allows 10[37]/);
  });

  it('the longest path that fits binds and answers, one more byte: TRANSPORT_PATH_TOO_LONG', async () => {
    const longest = process.platform === 'linux' ? 107 : 103;
    const endpoint = unix('x'.repeat(longest - Buffer.byteLength(unix('').path) - 1));
    expect(Buffer.byteLength(endpoint.path)).toBe(longest);
    await using listener = await transport.bind(endpoint, (connection) => connection.abort());
    await expect(connectSocket(listener.endpoint)).resolves.toBeDefined();
    expect(lstatSync(endpoint.path).isSocket()).toBe(true);
    expect((await failure({ ...endpoint, path: `${endpoint.path}x` })).code).toBe('TRANSPORT_PATH_TOO_LONG');
  });

  it('an empty path or one with a NUL: TRANSPORT_ENDPOINT_NOT_SUPPORTED, and nothing is bound', async () => {
    const before = readdirSync(folder);
    for (const path of ['', unix('a\0b').path, '\0a\0b']) {
      expect((await failure({ kind: 'unix', path })).code).toBe('TRANSPORT_ENDPOINT_NOT_SUPPORTED');
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
    for (const endpoint of [file, directory, link]) {
      const error = await failure(endpoint);
      expect(error.code).toBe('TRANSPORT_PATH_NOT_A_SOCKET');
      expect(error.message).toContain('the file at the path is not a socket. Choose another path, or remove');
    }
    expect(lstatSync(file.path).size).toBe(8);
    expect(lstatSync(directory.path).isDirectory()).toBe(true);
    expect(lstatSync(link.path).isSymbolicLink()).toBe(true);
  });

  it('a socket that another server listens on stays: TRANSPORT_ADDRESS_IN_USE', async () => {
    const endpoint = unix('live.sock');
    const server = createServer();
    await new Promise<void>((listening) => server.listen(endpoint.path, listening));
    expect((await failure(endpoint)).code).toBe('TRANSPORT_ADDRESS_IN_USE');
    expect(lstatSync(endpoint.path).isSocket()).toBe(true);
    server.close();
  });

  it('replaces the socket of a dead process, and removes it on unbind', async () => {
    const endpoint = unix('stale.sock');
    const script = `require('node:net').createServer().listen(${JSON.stringify(endpoint.path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script]);
    expect(lstatSync(endpoint.path).isSocket()).toBe(true);
    const listener = await transport.bind(endpoint, (connection) => connection.abort());
    await expect(connectSocket(endpoint)).resolves.toBeDefined();
    await listener.unbind();
    expect(() => lstatSync(endpoint.path)).toThrow(/ENOENT/);
  });
});
