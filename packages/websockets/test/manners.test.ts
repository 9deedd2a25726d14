import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { acceptWebSocket, send } from '../src/index.ts';
import { hostileValues } from '../../../tools/test-support/hostile-values.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { Opcode, type RawWebSocket, frame, handshake } from './support/raw-web-socket.ts';
import { accepting, echo, serve, stopServers } from './support/server.ts';

afterEach(stopServers);

/** The client of Node.js 22 treats a reset that arrives with bytes as an end: its libuv is older than 1.52. */
const showsResets = !/^1\.(?:[0-4]?\d|5[01])\./.test(process.versions.uv);

const isReset = ({ error, hasEnded }: RawWebSocket): boolean => error !== undefined || (!showsResets && hasEnded);

const ping = { opcode: Opcode.ping, fin: true };

describe('keep-alive', () => {
  it('a silent peer gets a ping after keepAliveInterval, and is reset after keepAliveTimeout', async () => {
    const { handler, sockets } = accepting();
    const server = await serve(handler, { keepAliveInterval: 10_000, keepAliveTimeout: 5000 });
    const client = await server.raw();
    await client.upgrade();
    await until(() => sockets.length === 1);
    server.clock.seconds(9);
    expect(client.frames).toEqual([]);
    server.clock.seconds(1);
    expect(await client.frame(0)).toMatchObject(ping);
    server.clock.seconds(4);
    expect(sockets[0]!.readyState).toBe(WebSocket.OPEN);
    const closed = once(sockets[0]!, 'close');
    server.clock.seconds(1);
    expect((await closed)[0]).toBe(1006);
    await client.when(() => client.hasEnded);
    expect(isReset(client)).toBe(true);
  });

  const longFrame = frame({ payload: 'a'.repeat(100) });

  it.each([
    ['a pong', () => frame({ opcode: Opcode.pong })],
    ['a message', () => frame({ payload: 'a' })],
    ['a part of a frame', (part: number) => longFrame.subarray(part * 10, (part + 1) * 10)],
  ])('%s is a sign of life', async (_name, sign) => {
    const { handler, sockets } = accepting();
    const server = await serve(handler, { keepAliveInterval: 3000, keepAliveTimeout: 3000, messageTimeout: null });
    const client = await server.raw();
    await client.upgrade();
    await until(() => sockets.length === 1);
    for (let pings = 0; pings < 3; pings++) {
      server.clock.seconds(3);
      expect(await client.frame(pings)).toMatchObject(ping);
      const stream = (sockets[0] as unknown as { _socket: { bytesRead: number } })._socket;
      const before = stream.bytesRead;
      client.send(sign(pings));
      await until(() => stream.bytesRead > before);
      server.clock.seconds(2);
    }
    expect(sockets[0]!.readyState).toBe(WebSocket.OPEN);
  });

  it('a paused WebSocket is neither pinged nor reset', async () => {
    const { handler, sockets } = accepting((socket) => socket.pause());
    const server = await serve(handler, { keepAliveInterval: 3000, keepAliveTimeout: 3000 });
    const client = await server.raw();
    await client.upgrade();
    await until(() => sockets.length === 1);
    server.clock.seconds(60);
    expect(client.frames).toEqual([]);
    expect(sockets[0]!.readyState).toBe(WebSocket.OPEN);
  });

  it('a ping that is unanswered before a pause does not count after it', async () => {
    const { handler, sockets } = accepting();
    const server = await serve(handler, { keepAliveInterval: 3000, keepAliveTimeout: 3000 });
    const client = await server.raw();
    await client.upgrade();
    await until(() => sockets.length === 1);
    server.clock.seconds(3);
    expect(await client.frame(0)).toMatchObject(ping);
    sockets[0]!.pause();
    server.clock.seconds(60);
    sockets[0]!.resume();
    server.clock.seconds(2);
    expect(sockets[0]!.readyState).toBe(WebSocket.OPEN);
    server.clock.seconds(1);
    expect(await client.frame(1)).toMatchObject(ping);
  });

  it('keepAliveInterval null: no ping', async () => {
    const { handler, sockets } = accepting();
    const server = await serve(handler, { keepAliveInterval: null });
    const client = await server.raw();
    await client.upgrade();
    await until(() => sockets.length === 1);
    server.clock.seconds(3600);
    expect(sockets[0]!.readyState).toBe(WebSocket.OPEN);
  });
});

describe('maxMessagesPerSecond', () => {
  it.each([
    ['messages', Opcode.text],
    ['pings', Opcode.ping],
  ])('one of %s above the limit in a second: 1008, and it is not handled', async (_name, opcode) => {
    const server = await serve(echo, { maxMessagesPerSecond: 3 });
    const client = await server.raw();
    await client.upgrade();
    client.send(Buffer.concat(Array.from({ length: 3 }, () => frame({ opcode, payload: 'a' }))));
    await client.frame(2);
    server.clock.seconds(1);
    client.send(Buffer.concat(Array.from({ length: 5 }, () => frame({ opcode, payload: 'a' }))));
    expect(await client.closeFrame()).toEqual({ code: 1008, reason: 'too many messages' });
    const answers = client.frames.filter((answer) => answer.opcode !== Opcode.close);
    expect(answers).toHaveLength(6);
  });
});

describe('a flood of small frames', () => {
  it.each([
    ['message', Opcode.text],
    ['ping', Opcode.ping],
    ['pong', Opcode.pong],
  ])('20,000 frames (%s): a few hundred are handled in one turn of the event loop', async (event, opcode) => {
    const count = { handled: 0 };
    const { handler, sockets } = accepting((socket) => void socket.on(event, () => count.handled++));
    const server = await serve(handler);
    const client = await server.raw();
    await client.upgrade();
    await until(() => sockets.length === 1);
    const one = frame({ opcode });
    client.send(Buffer.concat(Array.from({ length: 20_000 }, () => one)));
    let before = 0;
    let most = 0;
    while (count.handled < 20_000) {
      await turns();
      most = Math.max(most, count.handled - before);
      before = count.handled;
    }
    expect(most).toBeLessThanOrEqual(2 * 256);
    expect(sockets[0]!.readyState).toBe(WebSocket.OPEN);
  });
});

describe('maxBufferedAmount', () => {
  it('resets a peer that does not read when more than maxBufferedAmount is queued', async () => {
    const { handler, sockets } = accepting();
    const server = await serve(handler, { maxBufferedAmount: 1024 * 1024 });
    const client = await server.raw();
    await client.upgrade();
    client.stream.pause();
    await until(() => sockets.length === 1);
    const socket = sockets[0]!;
    const closed = once(socket, 'close');
    let most = 0;
    for (let sent = 0; sent < 1000 && socket.readyState === WebSocket.OPEN; sent++) {
      socket.send(Buffer.alloc(64 * 1024));
      most = Math.max(most, socket.bufferedAmount);
    }
    await closed;
    expect(most).toBeLessThan(1024 * 1024 + 2 * 64 * 1024);
    client.stream.resume();
    await client.closed;
    expect(isReset(client)).toBe(true);
  });

  it('one message above maxBufferedAmount is sent', async () => {
    const { handler, sockets } = accepting();
    const server = await serve(handler, { maxBufferedAmount: 1000 });
    const client = await server.open();
    await until(() => sockets.length === 1);
    const received = once(client, 'message');
    sockets[0]!.send(Buffer.alloc(4 * 1024 * 1024));
    expect((await received)[0]).toHaveLength(4 * 1024 * 1024);
  });
});

describe('closing', () => {
  it('a peer that does not answer the close frame: the connection ends after closeTimeout', async () => {
    const { handler, sockets } = accepting();
    const server = await serve(handler, { closeTimeout: 20 });
    const client = await server.raw();
    await client.upgrade();
    await until(() => sockets.length === 1);
    const closed = once(sockets[0]!, 'close');
    sockets[0]!.close(4000, 'enough');
    expect(await client.closeFrame()).toEqual({ code: 4000, reason: 'enough' });
    expect((await closed)[0]).toBe(1006);
    await client.when(() => client.hasEnded);
    expect(client.error).toBeUndefined();
  });

  it('a paused WebSocket that closes reads the close frame of the peer', async () => {
    const { handler, sockets } = accepting((socket) => socket.pause());
    const server = await serve(handler);
    const client = await server.open();
    client.send('a'.repeat(100_000));
    await until(() => sockets.length === 1);
    const closed = once(sockets[0]!, 'close');
    sockets[0]!.close(1000);
    expect((await closed)[0]).toBe(1000);
  });

  it('a protocol error without an error listener closes only its WebSocket', async () => {
    const server = await serve(accepting().handler);
    const client = await server.raw();
    await client.upgrade();
    client.send(frame({ masked: false }));
    expect(await client.closeFrame()).toMatchObject({ code: 1002 });
  });

  it('a handler that throws after it has accepted: 1011, and the error is reported', async () => {
    const server = await serve(async ({ webSockets }) => {
      await webSockets.accept();
      throw new Error('a defect');
    });
    const client = await server.raw();
    await client.upgrade();
    expect(await client.closeFrame()).toEqual({ code: 1011, reason: '' });
    client.stream.end();
    await until(() => server.errors.length > 0);
    expect(server.errors).toMatchObject([{ message: 'a defect' }]);
  });

  it.each([
    [
      'sends and rejects',
      (socket: WebSocket) => {
        socket.send('a');
        return Promise.reject(new Error('a defect'));
      },
    ],
    [
      'pauses and throws',
      (socket: WebSocket) => {
        socket.pause();
        throw new Error('a defect');
      },
    ],
  ])('a handler that %s leaves no connection open, even if its peer does not answer', async (_name, fail) => {
    const server = await serve(accepting(fail).handler, { closeTimeout: 20 });
    const clients = await Promise.all(Array.from({ length: 20 }, () => server.raw()));
    await Promise.all(clients.map((client) => client.upgrade()));
    await until(() => server.errors.length === 20 && server.server.connectionCount === 0);
    expect(server.server.upgradedConnectionCount).toBe(0);
  });

  it.each([
    ['message', frame({ payload: 'x' })],
    ['ping', frame({ opcode: Opcode.ping })],
    ['pong', frame({ opcode: Opcode.pong })],
  ])('a listener of %s that throws: 1011, and the error is reported', async (event, said) => {
    const { handler } = accepting((socket) => {
      socket.on(event, () => {
        throw new Error('a defect');
      });
    });
    const server = await serve(handler);
    const [client, other] = await Promise.all([server.raw(), server.open()]);
    await client.upgrade();
    client.send(said);
    expect(await client.closeFrame()).toEqual({ code: 1011, reason: '' });
    expect(server.errors).toMatchObject([{ message: 'a defect' }]);
    expect(other.readyState).toBe(other.OPEN);
  });

  it('a handler that throws after acceptWebSocket, without the middleware: the connection is reset', async () => {
    const server = await serve(({ features }) => {
      acceptWebSocket({ features });
      throw new Error('a defect');
    });
    const clients = await Promise.all(Array.from({ length: 20 }, () => server.raw()));
    for (const client of clients) client.send(handshake());
    await until(() => clients.every(isReset));
    await until(() => server.errors.length === 20 && server.server.connectionCount === 0);
    expect(server.server.upgradedConnectionCount).toBe(0);
  });

  it.each([['undefined', () => undefined] as const, ...hostileValues])(
    'a handler that throws %s after it has accepted: 1011',
    async (_name, make) => {
      const { handler } = accepting(() => {
        throw make();
      });
      const server = await serve(handler);
      const client = await server.raw();
      await client.upgrade();
      expect(await client.closeFrame()).toEqual({ code: 1011, reason: '' });
      client.stream.end();
      await until(() => server.errors.length > 0 && server.server.connectionCount === 0);
    },
  );

  it.each(hostileValues)('a listener of message that throws %s: 1011', async (_name, make) => {
    const { handler } = accepting((socket) => {
      socket.on('message', () => {
        throw make();
      });
    });
    const server = await serve(handler);
    const client = await server.raw();
    await client.upgrade();
    client.send(frame({ payload: 'x' }));
    expect(await client.closeFrame()).toEqual({ code: 1011, reason: '' });
    expect(server.errors).toHaveLength(1);
  });

  it('listeners of error and close that throw: the errors are reported, and the close code is that of the cause', async () => {
    const { handler } = accepting((socket) => {
      for (const event of ['error', 'close']) {
        socket.on(event, () => {
          throw new Error(event);
        });
      }
    });
    const server = await serve(handler);
    const client = await server.raw();
    await client.upgrade();
    client.send(frame({ masked: false }));
    expect(await client.closeFrame()).toEqual({ code: 1002, reason: '' });
    client.stream.end();
    await until(() => server.errors.length === 2);
    expect(server.errors).toMatchObject([{ message: 'error' }, { message: 'close' }]);
  });

  it("an error of a listener of the application's own event goes to the caller of emit", async () => {
    const { handler, sockets } = accepting((socket) => {
      socket.on('mine', () => {
        throw new Error('a defect');
      });
    });
    const server = await serve(handler);
    await server.open();
    await until(() => sockets.length === 1);
    expect(() => sockets[0]!.emit('mine')).toThrow('a defect');
  });

  it('a handler whose send rejects because the peer has closed: no error is reported', async () => {
    let rejected: unknown;
    const { handler, sockets } = accepting(async (socket) => {
      try {
        for (;;) await send(socket, Buffer.alloc(1024 * 1024));
      } catch (error) {
        rejected = error;
        throw error;
      }
    });
    const server = await serve(handler);
    const client = await server.raw();
    await client.upgrade();
    client.stream.destroy();
    await until(() => rejected !== undefined && server.server.connectionCount === 0);
    expect(sockets).toHaveLength(1);
    expect(rejected).toMatchObject({ code: 'WEBSOCKET_CLOSED' });
    expect(server.errors).toEqual([]);
  });
});

describe('a server that stops', () => {
  const noDeadline = new AbortController().signal;

  it('closes 1,000 WebSockets with 1001, without a reset', async () => {
    const server = await serve(echo);
    const clients = await Promise.all(Array.from({ length: 1000 }, () => server.open()));
    const ends = clients.map((client) => once(client, 'close'));
    await server.server.stop(noDeadline);
    for (const end of ends) {
      const [code, reason] = (await end) as [number, Buffer];
      expect([code, reason.toString()]).toEqual([1001, 'going away']);
    }
    expect(server.server.connectionCount).toBe(0);
  });

  it('a peer that does not answer is reset at the deadline', async () => {
    const server = await serve(echo);
    const client = await server.raw();
    await client.upgrade();
    const deadline = new AbortController();
    const stopped = server.server.stop(deadline.signal);
    expect(await client.closeFrame()).toMatchObject({ code: 1001 });
    deadline.abort();
    await client.closed;
    await stopped;
    expect(server.server.connectionCount).toBe(0);
  });

  it('a WebSocket that is accepted while the server stops is closed at once', async () => {
    let goOn!: () => void;
    const waits = new Promise<void>((resolve) => (goOn = resolve));
    let isAsked = false;
    const server = await serve(async ({ webSockets }) => {
      isAsked = true;
      await waits;
      await webSockets.accept();
    });
    const client = await server.raw();
    const upgraded = client.upgrade();
    await until(() => isAsked);
    const stopped = server.server.stop(noDeadline);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    goOn();
    expect(await upgraded).toBe(101);
    expect(await client.closeFrame()).toMatchObject({ code: 1001 });
    client.send(frame({ opcode: Opcode.close, payload: Buffer.from([0x03, 0xe9]) }));
    client.stream.end();
    await stopped;
  });
});
