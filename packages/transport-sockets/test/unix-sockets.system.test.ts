import fs, {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Server, type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionDelegate, ConnectionEndpointFeature, type Endpoint } from '@windhover/connections';
import { SocketTransport, connectSocket } from '@windhover/transport-sockets';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
afterAll(() => rmSync(folder, { recursive: true }));

const opened: Socket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
  vi.restoreAllMocks();
});

const ignore = (): void => undefined;
const unix = (name: string) => ({ kind: 'unix', path: join(folder, name) }) as const;
const modeOf = (path: string): number => statSync(path).mode & 0o777;
const hello: ConnectionDelegate = (connection) => {
  connection.write('hello');
  connection.end();
};

const read = async (endpoint: Endpoint): Promise<string> => {
  const client = await connectSocket(endpoint);
  return new Promise((resolve, reject) => {
    let text = '';
    client.start({
      received: (bytes) => void (text += String(bytes)),
      drained: ignore,
      ended: () => client.end(),
      closed: (error) => (error === undefined ? resolve(text) : reject(error)),
    });
  });
};

const withUmask = async <T>(mask: number, run: () => Promise<T>): Promise<T> => {
  const before = process.umask(mask);
  try {
    return await run();
  } finally {
    process.umask(before);
  }
};

describe.skipIf(process.platform === 'win32')('the mode of a unix socket', () => {
  it.each([
    [0o600, 0o022],
    [0o660, 0o022],
    [0o666, 0o077],
    [0o777, 0o027],
    [0, 0o022],
  ])('%o under the umask %o is what the file has', async (unixMode, mask) => {
    const endpoint = unix(`mode-${unixMode}.sock`);
    await withUmask(mask, async () => {
      await using listener = await new SocketTransport({ unixMode }).bind(endpoint, ignore);
      expect(modeOf(endpoint.path)).toBe(unixMode);
      expect(listener.endpoint).toEqual(endpoint);
      expect(process.umask(mask)).toBe(mask);
    });
  });

  it('is never wider than asked for, not even while it is bound', async () => {
    const endpoint = unix('window.sock');
    const modes: number[] = [];
    const { listen } = Server.prototype;
    vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...given: unknown[]) {
      const result = Reflect.apply(listen, this, given) as Server;
      modes.push(modeOf(endpoint.path));
      return result;
    });
    await withUmask(0, async () => {
      await using listener = await new SocketTransport({ unixMode: 0o640 }).bind(endpoint, ignore);
      expect(listener.endpoint).toEqual(endpoint);
    });
    expect(modes).toEqual([0o640]);
  });

  it('is left to the umask if it is not set', async () => {
    const endpoint = unix('umask.sock');
    await withUmask(0o027, async () => {
      await using listener = await new SocketTransport().bind(endpoint, ignore);
      expect(listener.endpoint).toEqual(endpoint);
      expect(modeOf(endpoint.path)).toBe(0o750);
    });
  });

  it('has a stale socket replaced with the mode of the new one', async () => {
    const endpoint = unix('stale-mode.sock');
    const listener = await new SocketTransport().bind(endpoint, ignore);
    // A file that outlives its socket: moved away while the listener stops, and back.
    const kept = join(folder, 'kept.sock');
    renameSync(endpoint.path, kept);
    await listener.unbind();
    renameSync(kept, endpoint.path);
    chmodSync(endpoint.path, 0o777);
    await using again = await new SocketTransport({ unixMode: 0o600 }).bind(endpoint, hello);
    expect(modeOf(endpoint.path)).toBe(0o600);
    expect(await read(again.endpoint)).toBe('hello');
  });

  it.skipIf(process.getuid?.() !== 0)(
    'with a group: only the owner has access until the file belongs to it',
    async () => {
      const endpoint = unix('group.sock');
      const made: number[] = [];
      const { chownSync } = fs;
      vi.spyOn(fs, 'chownSync').mockImplementation((path, uid, gid) => {
        made.push(modeOf(String(path)));
        chownSync(path, uid, gid);
      });
      await withUmask(0, async () => {
        const options = { unixMode: 0o660, unixGroup: 12_345 };
        await using listener = await new SocketTransport().bind(endpoint, ignore, options);
        expect(listener.endpoint).toEqual(endpoint);
        expect([made, modeOf(endpoint.path), statSync(endpoint.path).gid]).toEqual([[0o600], 0o660, 12_345]);
      });
    },
  );

  it('with a group that does not exist: TRANSPORT_BIND_FAILED', async () => {
    const endpoint = unix('none.sock');
    const options = { unixGroup: 'no-such-group' };
    await expect(new SocketTransport().bind(endpoint, ignore, options)).rejects.toMatchObject({
      code: 'TRANSPORT_BIND_FAILED',
      message:
        `Cannot listen on unix:${endpoint.path}: the endpoint could not be bound. There is no group "no-such-group" in ` +
        '/etc/group: correct unixGroup, or use the number of the group',
    });
  });

  it.each([-1, 0o1000, 1.5, Number.NaN])('%d: RangeError', (unixMode) => {
    expect(() => new SocketTransport({ unixMode })).toThrow(RangeError);
  });

  it('an error while binding leaves the umask as it was', async () => {
    writeFileSync(unix('taken').path, '');
    await withUmask(0o022, async () => {
      await expect(new SocketTransport({ unixMode: 0o600 }).bind(unix('taken'), ignore)).rejects.toMatchObject({
        code: 'TRANSPORT_PATH_NOT_A_SOCKET',
      });
      expect(process.umask(0o022)).toBe(0o022);
    });
  });
});

describe.skipIf(process.platform !== 'linux')('the file of a unix socket', () => {
  it('is removed on unbind, while open connections continue', async () => {
    const endpoint = unix('gone.sock');
    const listener = await new SocketTransport().bind(endpoint, (connection) =>
      connection.start({
        received: (bytes) => void connection.write(bytes),
        drained: ignore,
        ended: () => connection.end(),
        closed: ignore,
      }),
    );
    const socket = connect(endpoint.path);
    opened.push(socket);
    await once(socket, 'connect');
    await listener.unbind();
    expect(existsSync(endpoint.path)).toBe(false);
    socket.write('still here');
    expect(String((await once(socket, 'data'))[0])).toBe('still here');
  });

  it('is left alone by a listener whose path another server has taken over', async () => {
    const endpoint = unix('taken-over.sock');
    const old = await new SocketTransport().bind(endpoint, ignore);
    rmSync(endpoint.path);
    await using successor = await new SocketTransport().bind(endpoint, hello);
    await old.unbind();
    expect(await read(successor.endpoint)).toBe('hello');
    expect(readdirSync(folder).filter((name) => name.startsWith('taken-over'))).toEqual(['taken-over.sock']);
  });

  it('is removed on unbind also after its owner and mode were changed', async () => {
    const endpoint = unix('changed.sock');
    const listener = await new SocketTransport().bind(endpoint, ignore);
    chmodSync(endpoint.path, 0o600);
    await listener.unbind();
    expect(existsSync(endpoint.path)).toBe(false);
  });

  it('is no ordinary file that was created in its place', async () => {
    const endpoint = unix('replaced.sock');
    const listener = await new SocketTransport().bind(endpoint, ignore);
    rmSync(endpoint.path);
    writeFileSync(endpoint.path, 'precious');
    await listener.unbind();
    expect(statSync(endpoint.path).size).toBe(8);
  });

  it('stays while a server listens on it that is too busy to accept, and its queue is full', async () => {
    const endpoint = unix('busy.sock');
    const script = `require('node:net').createServer().listen(
      { path: ${JSON.stringify(endpoint.path)}, backlog: 1 },
      () => { console.log('listens'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000); })`;
    const busy = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(busy.stdout, 'data');
    const refused = new Promise<string>((resolve) => {
      for (let client = 0; client < 10; client++) {
        const socket = connect(endpoint.path);
        opened.push(socket);
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      }
    });
    expect(await refused).toBe('EAGAIN');
    await expect(new SocketTransport().bind(endpoint, ignore)).rejects.toMatchObject({
      code: 'TRANSPORT_ADDRESS_IN_USE',
    });
    expect(lstatSync(endpoint.path).isSocket()).toBe(true);
    busy.kill('SIGKILL');
    await once(busy, 'close');
  });
});

describe.skipIf(process.platform !== 'linux')('an abstract socket', () => {
  let count = 0;
  const abstract = () => ({ kind: 'unix', path: `\0windhover-${process.pid}-${++count}` }) as const;

  it('binds, answers and makes no file', async () => {
    const endpoint = abstract();
    let local: Endpoint | undefined;
    await using listener = await new SocketTransport({ unixMode: 0o600 }).bind(endpoint, (connection) => {
      local = connection.features.require(ConnectionEndpointFeature).localEndpoint;
      return hello(connection);
    });
    expect(listener.endpoint).toEqual(endpoint);
    expect(await read(endpoint)).toBe('hello');
    expect(local).toEqual(endpoint);
    expect(existsSync(endpoint.path.slice(1))).toBe(false);
  });

  it('in use: TRANSPORT_ADDRESS_IN_USE with the readable name, and the first listener continues', async () => {
    const endpoint = abstract();
    await using listener = await new SocketTransport().bind(endpoint, hello);
    const again = new SocketTransport().bind(endpoint, ignore);
    await expect(again).rejects.toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
    await expect(again).rejects.toThrow(`Cannot listen on unix:@${endpoint.path.slice(1)}: the address is already`);
    expect(await read(listener.endpoint)).toBe('hello');
  });

  it('is free again after unbind', async () => {
    const endpoint = abstract();
    for (let time = 0; time < 3; time++) {
      await using listener = await new SocketTransport().bind(endpoint, hello);
      expect(await read(listener.endpoint)).toBe('hello');
    }
    await expect(connectSocket(endpoint)).rejects.toMatchObject({ code: 'CONNECTION_REFUSED' });
  });

  it('has a name of 107 bytes at most, after the NUL', async () => {
    const longest = { kind: 'unix', path: abstract().path.padEnd(108, 'x') } as const;
    await using listener = await new SocketTransport().bind(longest, hello);
    expect(await read(listener.endpoint)).toBe('hello');
    await expect(new SocketTransport().bind({ kind: 'unix', path: `${longest.path}x` }, ignore)).rejects.toThrow(
      'It has 109 bytes and this system allows 108',
    );
  });
});
