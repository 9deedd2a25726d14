import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocketOptions } from '../src/index.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type FrameParts, Opcode, type RawWebSocket, frame } from './support/raw-web-socket.ts';
import { TestServer, echo, stopServers } from './support/server.ts';

const limits: WebSocketOptions = { maxMessageSize: 1000, maxFragments: 10, deflate: true };

/** Close codes that are reserved or not allowed in a close frame. */
const closing = (...codes: number[]): Buffer => Buffer.from(codes.flatMap((code) => [code >> 8, code & 0xff]));

const fragments = (count: number): Buffer =>
  Buffer.concat(
    Array.from({ length: count }, (_, at) =>
      frame({ opcode: at === 0 ? Opcode.text : Opcode.continuation, fin: false, payload: 'a' }),
    ),
  );

/** The bytes that a client sends, and the close code that it receives. */
const cases: [name: string, said: FrameParts | Buffer, code: number][] = [
  ['RFC 6455 5.1 a frame without mask', { masked: false, payload: 'a' }, 1002],
  ['RFC 6455 5.1 a close frame without mask', { masked: false, opcode: Opcode.close }, 1002],
  ['RFC 6455 5.2 RSV2', { reserved: 2, payload: 'a' }, 1002],
  ['RFC 6455 5.2 RSV3', { reserved: 1, payload: 'a' }, 1002],
  ['RFC 6455 5.2 RSV1 on a control frame', { reserved: 4, opcode: Opcode.ping }, 1002],
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, FrameParts, number] => [
    `RFC 6455 5.2 reserved opcode ${opcode}`,
    { opcode, payload: 'a' },
    1002,
  ]),
  ['RFC 6455 5.4 a continuation of nothing', { opcode: Opcode.continuation, payload: 'a' }, 1002],
  [
    'RFC 6455 5.4 a new message inside of one',
    Buffer.concat([frame({ fin: false, payload: 'a' }), frame({ payload: 'b' })]),
    1002,
  ],
  ['RFC 6455 5.5 a ping in fragments', { opcode: Opcode.ping, fin: false }, 1002],
  ['RFC 6455 5.5 a close frame in fragments', { opcode: Opcode.close, fin: false }, 1002],
  ['RFC 6455 5.5 a ping of 126 bytes', { opcode: Opcode.ping, payload: 'a'.repeat(126) }, 1002],
  ['RFC 6455 5.5.1 a close frame of one byte', { opcode: Opcode.close, payload: 'a' }, 1002],
  ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000].map((code): [string, FrameParts, number] => [
    `RFC 6455 7.4 a close frame with ${code}`,
    { opcode: Opcode.close, payload: closing(code) },
    1002,
  ]),
  [
    'RFC 6455 8.1 a reason that is not UTF-8',
    { opcode: Opcode.close, payload: Buffer.concat([closing(1000), Buffer.from([0xff])]) },
    1007,
  ],
  ['RFC 6455 8.1 text that is not UTF-8', { payload: Buffer.from([0xce, 0xba, 0xe1, 0xbd]) }, 1007],
  ['RFC 6455 8.1 a surrogate in text', { payload: Buffer.from([0xed, 0xa0, 0x80]) }, 1007],
  [
    'RFC 6455 8.1 text whose fragments are not UTF-8 together',
    Buffer.concat([
      frame({ fin: false, payload: Buffer.from([0xce]) }),
      frame({ opcode: Opcode.continuation, payload: Buffer.from([0x20]) }),
    ]),
    1007,
  ],
  ['RFC 6455 7.4.1 a message longer than maxMessageSize', { payload: 'a'.repeat(1001) }, 1009],
  ['a length of 2^53, of which nothing comes', { payload: 'a', length: 2n ** 53n }, 1009],
  ['a length of 2^63 - 1', { payload: 'a', length: 2n ** 63n - 1n }, 1009],
  [
    'fragments that are longer together',
    Buffer.concat([
      frame({ fin: false, payload: 'a'.repeat(600) }),
      frame({ opcode: Opcode.continuation, payload: 'a'.repeat(600) }),
    ]),
    1009,
  ],
  ['a message that never ends: more frames than maxFragments', fragments(11), 1008],
  [
    'a message that never ends, of empty frames',
    Buffer.concat([
      frame({ fin: false }),
      ...Array.from({ length: 10 }, () => frame({ opcode: Opcode.continuation, fin: false })),
    ]),
    1008,
  ],
  [
    'a bomb: 64 MiB in 64 KiB',
    { reserved: 4, opcode: Opcode.binary, payload: deflateRawSync(Buffer.alloc(64 * 1024 * 1024)).subarray(0, 900) },
    1009,
  ],
  ['RFC 7692 data that cannot be inflated', { reserved: 4, payload: 'no deflate' }, 1007],
];

const whole = (client: RawWebSocket, bytes: Buffer): void => void client.send(bytes);

/** Each byte is a chunk, and all of them wait while the server handles the first message. */
const waiting =
  (first: Buffer) =>
  (client: RawWebSocket, bytes: Buffer): void => {
    const chunks = Array.from(Buffer.concat([bytes, frame({ payload: 'after' })]), (byte) => Buffer.from([byte]));
    for (const chunk of [first, ...chunks]) client.send(chunk);
  };

const compressed = frame({ reserved: 4, payload: deflateRawSync('first') });
/** The server defers the last of these messages to the next turn. */
const turnOfMessages = Buffer.concat(Array.from({ length: 256 }, () => frame({ payload: 'first' })));

describe.each([
  ['tcp', (server: TestServer) => server.raw(), whole],
  ['memory', (server: TestServer) => server.rawInMemory(), whole],
  ['memory, behind a compressed message', (server: TestServer) => server.rawInMemory(), waiting(compressed)],
  ['memory, behind many messages', (server: TestServer) => server.rawInMemory(), waiting(turnOfMessages)],
] as const)(
  'over %s: the close code reaches the client without a reset, and other connections stay',
  (_name, connect, send) => {
    let server: TestServer;
    let other: RawWebSocket;

    beforeEach(async () => {
      server = await new TestServer().start(echo, limits);
      other = await connect(server);
      await other.upgrade();
    });
    afterEach(stopServers);

    it.each(cases)('%s', async (_case, said, code) => {
      const client = await connect(server);
      await client.upgrade({ 'Sec-WebSocket-Extensions': 'permessage-deflate' });
      send(client, Buffer.isBuffer(said) ? said : frame(said));
      expect(await client.closeFrame()).toEqual({ code, reason: '' });
      // The client continues to send, because it has not read yet. That must not turn the end into a reset.
      for (let more = 0; more < 20; more++) client.send(Buffer.alloc(10_000));
      await client.when(() => client.hasEnded);
      client.stream.end();
      await client.closed;
      expect(client.error).toBeUndefined();

      other.send(frame({ payload: 'still here' }));
      expect(String((await other.frame())?.payload)).toBe('still here');
      expect(server.errors).toEqual([]);
      await until(() => server.server.upgradedConnectionCount === 1);
    });
  },
);

describe('a message that does not end', () => {
  afterEach(stopServers);

  it('a frame in one-byte chunks: 1008 from maxBufferedChunks on', async () => {
    const server = await new TestServer().start(echo, { maxBufferedChunks: 50 });
    const client = await server.rawInMemory();
    await client.upgrade();
    for (const byte of frame({ payload: 'a'.repeat(100) })) {
      client.send(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await client.closeFrame()).toMatchObject({ code: 1008 });
  });

  it('a message that stalls: 1008 after messageTimeout, with or without pings', async () => {
    const server = await new TestServer().start(echo, { messageTimeout: 5000, keepAliveInterval: null });
    const client = await server.raw();
    await client.upgrade();
    client.send(frame({ payload: 'complete' }));
    await client.frame(0);
    server.clock.seconds(60);
    client.send(frame({ fin: false, payload: 'begun' }));
    client.send(frame({ opcode: Opcode.ping, payload: 'x' }));
    await client.frame(1);
    server.clock.seconds(5);
    client.send(frame({ opcode: Opcode.ping, payload: 'y' }));
    await client.frame(2);
    expect(client.frames.map(({ opcode }) => opcode)).toEqual([Opcode.text, Opcode.pong, Opcode.pong]);
    server.clock.seconds(1);
    expect(await client.closeFrame()).toEqual({ code: 1008, reason: 'a message takes too long' });
  });

  it.each([
    ['after a whole message', frame({ payload: 'complete' })],
    ['after a ping', frame({ opcode: Opcode.ping, payload: 'complete' })],
  ])('a message that begins in the same chunk %s and stalls: 1008 after messageTimeout', async (_name, before) => {
    const server = await new TestServer().start(echo, { messageTimeout: 5000, keepAliveInterval: null });
    const client = await server.rawInMemory();
    await client.upgrade();
    client.send(Buffer.concat([before, frame({ payload: 'unfinished' }).subarray(0, -1)]));
    await client.frame(0);
    server.clock.seconds(6);
    expect(await client.closeFrame()).toEqual({ code: 1008, reason: 'a message takes too long' });
  });

  it.each([
    ['ping', Opcode.ping],
    ['pong', Opcode.pong],
  ])('a message that stalls after 200 %s frames: 1008 after messageTimeout', async (_name, opcode) => {
    const server = await new TestServer().start(echo, { messageTimeout: 5000, keepAliveInterval: null });
    const client = await server.raw();
    await client.upgrade();
    client.send(frame({ payload: 'complete' }));
    for (let sent = 0; sent < 200; sent++) client.send(frame({ opcode, payload: 'x' }));
    client.send(frame({ opcode: Opcode.ping, payload: 'last' }));
    await client.when(() => client.frames.some(({ payload }) => payload.toString() === 'last'));
    client.send(frame({ payload: 'unfinished' }).subarray(0, -1));
    // The bytes of the message have arrived when the beat finds more of them than belong to whole frames.
    await until(() => {
      server.clock.seconds(1);
      return client.frames.some(({ opcode: received }) => received === Opcode.close);
    });
    expect(await client.closeFrame()).toEqual({ code: 1008, reason: 'a message takes too long' });
  });

  it('pings alone do not start messageTimeout', async () => {
    const server = await new TestServer().start(echo, { messageTimeout: 2000 });
    const client = await server.raw();
    await client.upgrade();
    for (let sent = 0; sent < 10; sent++) {
      client.send(frame({ opcode: Opcode.ping, payload: 'a ping' }));
      await client.frame(sent);
      server.clock.seconds(1);
    }
    expect(client.frames.every(({ opcode }) => opcode === Opcode.pong)).toBe(true);
  });
});
