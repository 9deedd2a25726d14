import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { pipelineApplication, resolveHttpLimits } from '@windhover/http';
import { http2 } from '@windhover/http2';
import { toDuplex } from '@windhover/connections';
import { WindhoverServer } from '@windhover/server';
import { MemoryTransport, connectionPair } from '@windhover/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { acceptWebSocket } from '../src/index.ts';
import { Opcode, RawWebSocket, frame } from './support/raw-web-socket.ts';

type ServedWebSocket = NonNullable<ReturnType<typeof acceptWebSocket>>;

const options = { protocols: ['chat'], closeTimeout: 20 };

const sessions: ClientHttp2Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

/** A session with a server whose handler accepts each WebSocket. */
const serve = (onSocket: (socket: ServedWebSocket) => void): ClientHttp2Session => {
  const [client, served] = connectionPair();
  const application = pipelineApplication(({ features, response }) => {
    const socket = acceptWebSocket({ features }, options);
    if (socket === undefined) return;
    expect(response.hasStarted).toBe(true);
    onSocket(socket);
  });
  void http2().createHandler(application, {
    limits: resolveHttpLimits(),
    serverHeader: null,
    dateHeader: false,
    wallClock: Date.now,
    events: { applicationError: () => undefined, badRequest: () => undefined },
  })(served);
  const stream = toDuplex(client);
  const session = connect('http://a', { createConnection: () => stream });
  sessions.push(session);
  return session;
};

const openSocket = async (
  session: ClientHttp2Session,
  fields = {},
): Promise<[ClientHttp2Stream, Record<string, unknown>]> => {
  await until(() => session.remoteSettings.enableConnectProtocol === true);
  const stream = session.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':path': '/chat',
    'sec-websocket-version': '13',
    'sec-websocket-protocol': 'chat',
    ...fields,
  });
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  return [stream, headers];
};

describe('WebSockets over HTTP/2 (RFC 8441)', () => {
  it('messages in both directions, several sockets on one connection', async () => {
    const session = serve((socket) =>
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    );
    const streams = await Promise.all([openSocket(session), openSocket(session), openSocket(session)]);
    for (const [at, [stream, headers]] of streams.entries()) {
      expect([headers[':status'], headers['sec-websocket-protocol']]).toEqual([200, 'chat']);
      const raw = new RawWebSocket(stream);
      raw.head = 'HTTP/1.1 101';
      raw.send(frame({ payload: `message ${at}` }));
      expect(String((await raw.frame(0))?.payload)).toBe(`message ${at}`);
    }
  });

  it('the close handshake ends both sides of the stream', async () => {
    let code: number | undefined;
    const session = serve((socket) => socket.on('close', (received) => (code = received)));
    const [stream] = await openSocket(session);
    const raw = new RawWebSocket(stream);
    raw.head = 'HTTP/1.1 101';
    raw.send(frame({ opcode: Opcode.close, payload: Buffer.from([3, 232]) }));
    const answer = await raw.frame(0);
    expect([answer?.opcode, answer?.payload.readUInt16BE(0)]).toEqual([Opcode.close, 1000]);
    stream.end();
    await until(() => stream.closed && code !== undefined);
    expect([stream.rstCode, code]).toEqual([0, 1000]);
  });

  it('a client that resets the stream: close code 1006', async () => {
    let code: number | undefined;
    const session = serve((socket) => socket.on('close', (received) => (code = received)));
    const [stream] = await openSocket(session);
    stream.close(8);
    await until(() => code !== undefined);
    expect(code).toBe(1006);
  });

  it('a client that ends its side and does not read: the stream ends after closeTimeout', async () => {
    let closed: [code: number] | undefined;
    const session = serve((socket) => {
      socket.on('close', (code) => (closed = [code]));
      socket.once('message', () => {
        // More than the window of the stream, and less than waits for `drained`.
        socket.send(Buffer.alloc(65_535));
        socket.send(Buffer.alloc(1000));
        socket.close();
      });
    });
    const [stream] = await openSocket(session);
    stream.pause();
    stream.write(frame({ payload: 'send' }));
    stream.end(frame({ opcode: Opcode.close, payload: Buffer.from([3, 232]) }));
    await until(() => closed !== undefined);
    expect(closed).toEqual([1000]);
  });

  it('a server that stops: each WebSocket is closed with 1001, and the connection ends without a reset', async () => {
    const memory = new MemoryTransport();
    const server = new WindhoverServer({ transports: [memory], protocols: [http2()] });
    server.listen({ kind: 'memory', name: 'here' });
    await server.start(pipelineApplication((context) => void acceptWebSocket(context)));
    const stream = toDuplex(memory.connect({ kind: 'memory', name: 'here' }));
    const session = connect('http://a', { createConnection: () => stream });
    sessions.push(session);
    const sockets = await Promise.all([openSocket(session), openSocket(session)]);
    const stopped = server.stop();
    for (const [socket] of sockets) {
      const raw = new RawWebSocket(socket);
      raw.head = 'HTTP/1.1 101';
      const close = await raw.frame(0);
      expect([close?.opcode, close?.payload.readUInt16BE(0)]).toEqual([Opcode.close, 1001]);
      raw.send(frame({ opcode: Opcode.close, payload: Buffer.from([3, 233]) }));
      socket.end();
    }
    await stopped;
    expect(server.connectionCount).toBe(0);
  });

  it('a version that is not spoken: 426', async () => {
    const session = serve(() => undefined);
    const [, headers] = await openSocket(session, { 'sec-websocket-version': '8' });
    expect(headers[':status']).toBe(426);
  });
});
