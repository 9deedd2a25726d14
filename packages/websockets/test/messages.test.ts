import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type CloseEvent, type Message, acceptWebSocket, handleEvents, messages, send } from '../src/index.ts';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { until } from '../../../tools/test-support/until.ts';
import { Opcode, frame } from './support/raw-web-socket.ts';
import { type TestServer, accepting, echo, serve, stopServers } from './support/server.ts';

afterEach(stopServers);

const transports = [
  ['TCP', (server: TestServer) => server.raw()],
  ['memory', (server: TestServer) => server.rawInMemory()],
] as const;

/** A message, 256 of which no buffer on the way holds. */
const large = frame({ payload: 'a'.repeat(64 * 1024) });

const payload = Buffer.alloc(200, 7);
const binary = frame({ opcode: Opcode.binary, payload });
const fragmented = [
  frame({ opcode: Opcode.binary, fin: false, payload: payload.subarray(0, 50) }),
  frame({ opcode: Opcode.continuation, payload: payload.subarray(50) }),
];
const inTwoReads = [binary.subarray(0, 100), binary.subarray(100)];

/** Bytes that a WebSocket has read from its connection. */
const bytesRead = (socket: WebSocket): number =>
  (socket as unknown as { _socket: { bytesRead: number } })._socket.bytesRead;

/** Messages to an echo and back, so that every other connection had many turns. */
const roundTrips = async (client: WebSocket, count: number): Promise<void> => {
  for (let trip = 0; trip < count; trip++) {
    const echoed = once(client, 'message');
    client.send('a');
    await echoed;
  }
};

describe('messages', () => {
  it('yields text as a string and binary as bytes, in order, until the WebSocket is closed', async () => {
    const received: Message[] = [];
    let isOver = false;
    const { handler } = accepting(async (socket) => {
      for await (const message of messages(socket)) received.push(message);
      isOver = true;
    });
    const client = await (await serve(handler)).open();
    client.send('Grüße');
    client.send(Buffer.from([1, 2]));
    client.send('');
    client.close();
    await until(() => isOver);
    expect(received).toEqual(['Grüße', Buffer.from([1, 2]), '']);
  });

  it('several calls of next at once get one message each, and the end', async () => {
    const results = deferred<IteratorResult<Message>[]>();
    const { handler } = accepting((socket) => {
      const received = messages(socket);
      const calls = [received.next(), received.next(), received.next(), received.next()];
      Promise.all(calls).then(results.resolve, results.reject);
    });
    const client = await (await serve(handler)).open();
    client.send('a');
    client.send('b');
    client.close();
    const end = { done: true, value: undefined };
    expect(await results.promise).toEqual([{ done: false, value: 'a' }, { done: false, value: 'b' }, end, end]);
  });

  it.each<[binaryType: WebSocket['binaryType'], parts: string, pieces: Buffer[]]>([
    ['nodebuffer', 'fragments', fragmented],
    ['fragments', 'fragments', fragmented],
    ['arraybuffer', 'fragments', fragmented],
    ['nodebuffer', 'two reads', inTwoReads],
    ['nodebuffer', 'one read with other frames', [Buffer.concat([binary, binary, binary])]],
  ])('%s: a small message of %s has memory that holds nothing else', async (binaryType, _parts, pieces) => {
    const received: Uint8Array[] = [];
    const { handler, sockets } = accepting(async (socket) => {
      socket.binaryType = binaryType;
      for await (const message of messages(socket)) if (typeof message !== 'string') received.push(message);
    });
    const client = await (await serve(handler)).raw();
    await client.upgrade();
    await until(() => sockets.length === 1);
    let read = bytesRead(sockets[0]!);
    for (const piece of pieces) {
      client.send(piece);
      read += piece.length;
      await until(() => bytesRead(sockets[0]!) === read);
    }
    await until(() => received.length >= 1);
    expect(received[0]).toEqual(Buffer.alloc(200, 7));
    expect(received[0]!.buffer.byteLength).toBe(200);
  });

  it.each(transports)('a slow handler slows its peer down: over %s', async (_name, open) => {
    const release = deferred();
    let count = 0;
    const { handler, sockets } = accepting(async (socket, { request }) => {
      if (request.path === '/other') return void socket.on('message', (data) => socket.send(data));
      for await (const message of messages(socket)) {
        if (count++ === 0) await release.promise;
        if (message === 'last') await send(socket, 'done');
      }
    });
    const server = await serve(handler);
    const client = await open(server);
    await client.upgrade();
    await until(() => sockets.length === 1);
    for (let sent = 0; sent < 256; sent++) client.send(large);
    await roundTrips(await server.open('/other'), 50);
    expect(count).toBe(1);
    expect(bytesRead(sockets[0]!)).toBeLessThan(1024 * 1024);
    release.resolve();
    client.send(frame({ payload: 'last' }));
    expect(String((await client.frame(0))?.payload)).toBe('done');
    expect(count).toBe(257);
  });

  it.each(transports)('a paused WebSocket reads no more than it can hold: over %s', async (_name, open) => {
    let count = 0;
    const { handler, sockets } = accepting((socket, { request }) => {
      if (request.path === '/other') return void socket.on('message', (data) => socket.send(data));
      socket.on('message', () => {
        if (count++ === 0) socket.pause();
      });
    });
    const server = await serve(handler);
    const client = await open(server);
    await client.upgrade();
    await until(() => sockets.length === 1);
    for (let sent = 0; sent < 256; sent++) client.send(large);
    await roundTrips(await server.open('/other'), 50);
    expect(count).toBeLessThan(8);
    expect(bytesRead(sockets[0]!)).toBeLessThan(1024 * 1024);
    sockets[0]!.resume();
    await until(() => count === 256);
  });

  it('leaving the loop closes with 1000', async () => {
    const { handler } = accepting(async (socket) => {
      for await (const _message of messages(socket)) break;
    });
    const client = await (await serve(handler)).raw();
    await client.upgrade();
    client.send(frame({ payload: 'a' }));
    expect(await client.closeFrame()).toMatchObject({ code: 1000 });
  });

  it('an error in the loop closes with 1011', async () => {
    const { handler } = accepting(async (socket) => {
      for await (const message of messages(socket)) throw new Error(String(message));
    });
    const server = await serve(handler);
    const client = await server.raw();
    await client.upgrade();
    client.send(frame({ payload: 'a defect' }));
    expect(await client.closeFrame()).toMatchObject({ code: 1011 });
    client.stream.end();
    await until(() => server.errors.length > 0);
    expect(server.errors).toMatchObject([{ message: 'a defect' }]);
  });

  it('the loop ends when the peer disconnects without a close frame', async () => {
    const { handler, sockets } = accepting();
    const client = await (await serve(handler)).open();
    await until(() => sockets.length === 1);
    const next = messages(sockets[0]!).next();
    client.terminate();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('the loop ends when the peer disconnects while a message is handled', async () => {
    const handled = deferred();
    let isOver = false;
    const { handler, sockets } = accepting(async (socket) => {
      for await (const _message of messages(socket)) await handled.promise;
      isOver = true;
    });
    const client = await (await serve(handler)).open();
    client.send('a');
    await until(() => sockets.length === 1);
    const closed = once(sockets[0]!, 'close');
    client.terminate();
    await closed;
    expect(isOver).toBe(false);
    handled.resolve();
    await until(() => isOver);
  });

  it('of a WebSocket that has closed: none', async () => {
    const { handler, sockets } = accepting();
    const client = await (await serve(handler)).open();
    await until(() => sockets.length === 1);
    const closed = once(sockets[0]!, 'close');
    client.terminate();
    await closed;
    expect(await messages(sockets[0]!).next()).toEqual({ done: true, value: undefined });
  });

  it('a second reader of the same WebSocket is refused', async () => {
    const { handler, sockets } = accepting();
    await (await serve(handler)).open();
    await until(() => sockets.length === 1);
    messages(sockets[0]!);
    expect(() => messages(sockets[0]!)).toThrow(expect.objectContaining({ code: 'WEBSOCKET_MESSAGES_TAKEN' }));
  });
});

describe('send', () => {
  it('resolves at once for a peer that keeps up', async () => {
    const { handler, sockets } = accepting();
    const client = await (await serve(handler)).open();
    await until(() => sockets.length === 1);
    const received = once(client, 'message');
    expect(send(sockets[0]!, 'a')).toBe(send(sockets[0]!, 'b'));
    expect(String((await received)[0])).toBe('a');
  });

  it('under pressure waits until the peer reads', async () => {
    const { handler, sockets } = accepting();
    const client = await (await serve(handler)).raw();
    await client.upgrade();
    client.stream.pause();
    await until(() => sockets.length === 1);
    const socket = sockets[0]!;
    while (socket.bufferedAmount <= 64 * 1024) await send(socket, Buffer.alloc(100_000));
    let isSent = false;
    const sending = send(socket, 'last').then(() => (isSent = true));
    for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(isSent).toBe(false);
    client.stream.resume();
    await sending;
    await client.when(() => String(client.frames.at(-1)?.payload) === 'last');
  });

  it('rejects when the peer closes while a message waits', async () => {
    const { handler, sockets } = accepting();
    const client = await (await serve(handler)).raw();
    await client.upgrade();
    client.stream.pause();
    await until(() => sockets.length === 1);
    const socket = sockets[0]!;
    while (socket.bufferedAmount <= 64 * 1024) await send(socket, Buffer.alloc(100_000));
    const sending = send(socket, 'last');
    client.stream.destroy();
    await expect(sending).rejects.toMatchObject({ code: 'WEBSOCKET_CLOSED' });
  });

  it('rejects on a closed WebSocket, and the rejection may be ignored', async () => {
    const { handler, sockets } = accepting();
    await (await serve(handler)).open();
    await until(() => sockets.length === 1);
    sockets[0]!.close();
    void send(sockets[0]!, 'ignored');
    await expect(send(sockets[0]!, 'a')).rejects.toMatchObject({ code: 'WEBSOCKET_CLOSED' });
  });
});

describe('handleEvents', () => {
  it('messages have the types of a browser, and onclose follows', async () => {
    const events: unknown[] = [];
    const { handler } = accepting((socket) =>
      handleEvents(socket, {
        onmessage: ({ data }) => void events.push(data),
        onclose: (event) => void events.push(event),
      }),
    );
    const client = await (await serve(handler)).open();
    client.send('text');
    client.send(Buffer.from([7]));
    client.close(3001, 'done');
    await until(() => events.length === 3);
    expect(events).toEqual(['text', new Uint8Array([7]).buffer, { code: 3001, reason: 'done', wasClean: true }]);
  });

  it('a peer that breaks a rule: onerror, then onclose', async () => {
    const events: string[] = [];
    const { handler } = accepting((socket) =>
      handleEvents(socket, {
        onerror: ({ error }) => void events.push(`error ${(error as Error & { code: string }).code}`),
        onclose: ({ wasClean }) => void events.push(`close ${wasClean}`),
      }),
    );
    const client = await (await serve(handler)).raw();
    await client.upgrade();
    client.send(frame({ masked: false }));
    await client.closeFrame();
    client.stream.end();
    await until(() => events.length === 2);
    expect(events).toEqual(['error WS_ERR_EXPECTED_MASK', 'close false']);
  });

  it('the next message waits for the handler of the one before', async () => {
    const log: string[] = [];
    let closed: CloseEvent | undefined;
    const { handler } = accepting((socket) =>
      handleEvents(socket, {
        onmessage: async ({ data }) => {
          log.push(`begin ${data as string}`);
          await new Promise((resolve) => setImmediate(resolve));
          log.push(`end ${data as string}`);
        },
        onclose: (event) => void (closed = event),
      }),
    );
    const client = await (await serve(handler)).open();
    for (const text of ['a', 'b']) client.send(text);
    client.close();
    await until(() => closed !== undefined);
    expect(log).toEqual(['begin a', 'end a', 'begin b', 'end b']);
  });

  it('a handler that throws: 1011, and the error is reported', async () => {
    const { handler } = accepting((socket) =>
      handleEvents(socket, {
        onmessage: () => {
          throw new Error('a defect');
        },
      }),
    );
    const server = await serve(handler);
    const client = await server.raw();
    await client.upgrade();
    client.send(frame({ opcode: Opcode.binary, payload: 'a' }));
    expect(await client.closeFrame()).toMatchObject({ code: 1011 });
    client.stream.end();
    await until(() => server.errors.length === 1);
    expect(server.errors).toMatchObject([{ message: 'a defect' }]);
  });
});

describe('handleEvents without the middleware', () => {
  it('a handler that throws: the promise rejects, and the WebSocket is closed with 1011', async () => {
    const errors: unknown[] = [];
    const server = await serve((context) => {
      const socket = acceptWebSocket(context)!;
      handleEvents(socket, {
        onmessage: () => {
          throw new Error('a defect');
        },
      }).catch((error: unknown) => errors.push(error));
    });
    const client = await server.raw();
    await client.upgrade();
    client.send(frame({ payload: 'a' }));
    expect(await client.closeFrame()).toMatchObject({ code: 1011 });
    expect(errors).toMatchObject([{ message: 'a defect' }]);
  });
});

describe('a WebSocket without a listener for errors', () => {
  it('whose peer breaks a rule: is closed with 1002, and no error of the application is reported', async () => {
    const { handler, sockets } = accepting();
    const server = await serve(handler);
    const client = await server.raw();
    await client.upgrade();
    await until(() => sockets.length === 1);
    // Not `once` of `node:events`, which listens for errors.
    const closed = new Promise((resolve) => sockets[0]!.once('close', resolve));
    client.send(frame({ masked: false }));
    expect(await client.closeFrame()).toMatchObject({ code: 1002 });
    client.stream.end();
    await closed;
    expect(server.errors).toEqual([]);
  });
});

describe('accept', () => {
  it('returns a WebSocket of ws', async () => {
    const { handler, sockets } = accepting();
    await (await serve(handler)).open();
    await until(() => sockets.length === 1);
    expect(sockets[0]).toBeInstanceOf(WebSocket);
  });
});

describe('RFC 6455 5.3 masking', () => {
  it.each(transports)('messages of every size, at every position in their chunk: over %s', async (_name, open) => {
    const server = await serve(echo);
    const client = await open(server);
    await client.upgrade();
    const payloads = [255, 256, 257, 258, 259, 1000, 4099, 16_384, 70_001].flatMap((size) =>
      [0, 1, 2, 3].map((shift) =>
        Buffer.from(Array.from({ length: size + shift }, (_, at) => (at * 7 + shift) & 0xff)),
      ),
    );
    const sent = payloads.flatMap((bytes) => [
      // Shifts the position of the frames that follow.
      frame({ opcode: Opcode.binary, payload: bytes.subarray(0, bytes.length % 3) }),
      frame({ opcode: Opcode.binary, payload: bytes }),
    ]);
    client.send(Buffer.concat(sent));
    await client.frame(sent.length - 1);
    expect(client.frames.filter((_, at) => at % 2 === 1).map(({ payload: echoed }) => echoed)).toEqual(payloads);
  });

  it('a message that arrives byte by byte', async () => {
    const client = await (await serve(echo)).rawInMemory();
    await client.upgrade();
    const bytes = Buffer.from(Array.from({ length: 300 }, (_, at) => at & 0xff));
    for (const byte of frame({ opcode: Opcode.binary, payload: bytes })) client.send(Buffer.from([byte]));
    expect((await client.frame(0))?.payload).toEqual(bytes);
  });
});
