import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect as connectHttp2, constants } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { http2 } from '@windhover/http2';
import { ServerAddressesFeature, WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { RawClient } from '../../../tools/test-support/raw-client.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type NodeHandler, createServer, nodeHandler } from '../src/index.ts';

type Act = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Content that no buffer between a server and a client that does not read can take. */
const contentSize = 12 * 2 ** 20;
const piece = Buffer.alloc(2 ** 16);

/** Reads no content of the request. */
const fillBuffers = (response: ServerResponse): void => {
  let rest = contentSize / piece.length;
  const write = (): void => {
    while (rest-- > 0) if (!response.write(piece)) return void response.once('drain', write);
  };
  write();
};

const isBlocked: Wait['isWaiting'] = (_, response) => response.writableNeedDrain;

/** What a handler waits for when the connection ends. */
interface Wait {
  readonly what: string;
  /** Bytes of content that the client sends, of a larger Content-Length; default none, of GET. */
  readonly sends?: number;
  readonly handler: Act;
  /** Whether the handler waits; default once it has been called. */
  readonly isWaiting?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

const waits: readonly Wait[] = [
  { what: 'nothing', handler: () => {} },
  { what: 'nothing, content unread', sends: 100, handler: () => {} },
  { what: 'data', sends: 100, handler: (request) => request.resume() },
  { what: 'readable', sends: 100, handler: (request) => request.on('readable', () => request.read()) },
  {
    what: 'drain',
    sends: 100,
    handler: (_, response) => fillBuffers(response),
    isWaiting: isBlocked,
  },
  {
    what: 'drain, of a pipe of the request',
    sends: contentSize,
    handler: (request, response) => request.pipe(response),
    isWaiting: isBlocked,
  },
  {
    what: 'drain, of a pipe through a transform',
    sends: contentSize,
    handler: (request, response) => request.pipe(new PassThrough()).pipe(response),
    isWaiting: isBlocked,
  },
  { what: 'finish', handler: (_, response) => response.end(Buffer.alloc(contentSize)) },
];

/** How the handler ends the connection, and what the client does then. */
interface End {
  readonly name: string;
  readonly act: Act;
  /** Whether the client ends the connection: a handler of `nodeHandler` may still answer a client that has ended its side. */
  readonly isOfClient?: boolean;
  readonly isHttp1?: boolean;
}

const ends: readonly End[] = [
  { name: 'the client leaves', act: () => {}, isOfClient: true },
  { name: 'socket.end', act: ({ socket }) => socket.end() },
  { name: 'socket.destroySoon', act: ({ socket }) => socket.destroySoon() },
  { name: 'socket.destroy', act: ({ socket }) => socket.destroy() },
  { name: 'socket.resetAndDestroy', act: ({ socket }) => socket.resetAndDestroy() },
  { name: 'res.destroy', act: (_, response) => response.destroy() },
  { name: 'req.destroy', act: (request) => request.destroy() },
  { name: 'bytes on the socket', act: ({ socket }) => socket.write('raw'), isHttp1: true },
  { name: 'bytes on the socket, then its end', act: ({ socket }) => socket.end('raw'), isHttp1: true },
  {
    name: 'bytes on the socket, then res.end',
    act: ({ socket }, response) => (socket.write('raw'), response.end()),
    isHttp1: true,
  },
  {
    name: 'bytes on the socket, then req.destroy',
    act: (request) => (request.socket.write('raw'), request.destroy()),
    isHttp1: true,
  },
];

/** A client that has sent a request and reads nothing. */
interface Client {
  /** Reads what is left, and ends its side of a connection of HTTP/1.1; or resets the connection or the stream. */
  leave(): void;
  destroy(): void;
}

const leaves = ['end', 'reset'] as const;

const http1Client = (port: number, sends: number, leaves: 'end' | 'reset'): Client => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {});
  socket.pause();
  const fields = sends === 0 ? '' : `Content-Length: ${sends + 1}\r\n`;
  socket.write(`${sends === 0 ? 'GET' : 'POST'} / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`);
  if (sends > 0) socket.write(Buffer.alloc(sends));
  return {
    leave: () => void (leaves === 'end' ? socket.resume().end() : socket.resetAndDestroy()),
    destroy: () => void socket.destroy(),
  };
};

const http2Client = (port: number, sends: number, leaves: 'end' | 'reset'): Client => {
  const session = connectHttp2(`http://127.0.0.1:${port}`).on('error', () => {});
  const headers = { ':method': sends === 0 ? 'GET' : 'POST' };
  const stream = session.request(headers, { endStream: sends === 0 }).on('error', () => {});
  // The client of Node.js resets a stream when its session holds 10 MB.
  if (sends > 0) stream.write(Buffer.alloc(Math.min(sends, 2 ** 22)));
  return {
    leave: () => void (leaves === 'end' ? stream.resume() : stream.close(constants.NGHTTP2_CANCEL)),
    destroy: () => session.destroy(),
  };
};

/** A server that runs the handler of the current case. */
interface Host {
  readonly name: string;
  readonly client: typeof http1Client;
  readonly isHttp2?: boolean;
  /** Whether a client that has ended its side may still read the response. */
  readonly allowsHalfOpen?: boolean;
  /**
   * @param ended called when an exchange has ended
   * @param clock of a server that is not a `NodeServer`; default the system's
   */
  start(
    handler: NodeHandler,
    ended: () => void,
    clock?: ManualClock,
  ): Promise<{ readonly port: number; stop(): unknown }>;
}

const windhover: Host['start'] = async (handler, ended, clock) => {
  const server = new WindhoverServer({
    transports: [sockets()],
    protocols: [http1(), http2()],
    events: { applicationError: () => {} },
    limits: { keepAliveTimeout: Infinity },
    ...(clock && { clock }),
  });
  const delegate = nodeHandler(handler);
  server.listen('http://127.0.0.1:0');
  await server.start(
    pipelineApplication(async (context) => {
      try {
        await delegate(context);
      } finally {
        ended();
      }
    }),
  );
  const [address] = server.features.require(ServerAddressesFeature).addresses;
  return { port: Number(new URL(address!).port), stop: () => server.stop(AbortSignal.abort()) };
};

const hosts: readonly Host[] = [
  {
    name: 'createServer',
    client: http1Client,
    async start(handler, ended) {
      const server = createServer((request, response) => void handler(request, response, () => {}));
      server.on('connection', (socket) => socket.on('close', ended)).on('applicationError', () => {});
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const stop = (): void => (server.close(), server.closeAllConnections());
      return { port: (server.address() as AddressInfo).port, stop };
    },
  },
  { name: 'nodeHandler over HTTP/1.1', client: http1Client, allowsHalfOpen: true, start: windhover },
  { name: 'nodeHandler over HTTP/2', client: http2Client, isHttp2: true, allowsHalfOpen: true, start: windhover },
];

const openSockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;

/** Sockets that other tests have left may close at any time. */
const noneStays = (before: number): boolean => openSockets() <= before;

describe.each(hosts.filter(({ isHttp2 }) => isHttp2 !== true).map((host) => [host.name, host] as const))(
  '%s',
  (_name, host) => {
    it.each<[string, Act]>([
      ['destroys', ({ socket }) => socket.destroy()],
      ['ends', ({ socket }) => socket.end()],
      ['destroys soon', ({ socket }) => socket.destroySoon()],
      ['destroys later', ({ socket }, response) => response.on('close', () => setImmediate(() => socket.destroy()))],
    ])('a handler that %s the socket after the response: it is sent, and the connection closes', async (_, act) => {
      const before = openSockets();
      const clock = new ManualClock();
      const server = await host.start(
        (request, response) => (response.end('sent'), act(request, response)),
        () => {},
        clock,
      );
      try {
        const client = await RawClient.open({ port: server.port, host: '127.0.0.1' });
        client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
        // The server keeps an idle connection for a request that the client may be sending.
        await until(() => (clock.seconds(1), client.hasEnded));
        expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 200[^]*\r\n\r\nsent$/);
      } finally {
        await server.stop();
      }
      await until(() => noneStays(before));
    });
  },
);

describe.each(hosts.map((host) => [host.name, host] as const))('%s', (_name, host) => {
  let server: Awaited<ReturnType<Host['start']>>;
  let handler: Act = () => {};
  let ended = 0;
  beforeAll(async () => {
    server = await host.start(
      (request, response) => handler(request, response),
      () => ended++,
    );
  });
  afterAll(() => server.stop());

  /** Runs one exchange to its end. @returns the messages that have closed */
  const run = async (wait: Wait, end: End, leave: 'end' | 'reset'): Promise<string[]> => {
    const before = openSockets();
    ended = 0;
    const closed: string[] = [];
    let messages: [IncomingMessage, ServerResponse] | undefined;
    handler = (request, response) => {
      messages = [request, response];
      request.on('error', () => {}).on('close', () => closed.push('request'));
      response.on('error', () => {}).on('close', () => closed.push('response'));
      request.socket.on('error', () => {});
      wait.handler(request, response);
    };
    const client = host.client(server.port, wait.sends ?? 0, leave);
    try {
      await until(() => messages !== undefined && wait.isWaiting?.(...messages) !== false);
      end.act(...messages!);
      client.leave();
      // A connection of HTTP/2 persists.
      await until(() => closed.length === 2 && ended === 1 && (host.isHttp2 === true || noneStays(before)));
    } finally {
      client.destroy();
    }
    await until(() => noneStays(before));
    return closed.toSorted();
  };

  const possible = ends.filter(({ isHttp1 }) => isHttp1 !== true || host.isHttp2 !== true);
  const cases = waits.flatMap((wait) => possible.map((end) => [wait.what, end.name, wait, end] as const));
  it.each(cases)('a handler that waits for %s; %s: request, response, exchange and socket close', async (...given) => {
    const [, , wait, end] = given;
    for (const leave of leaves) {
      if (leave === 'end' && end.isOfClient === true && host.allowsHalfOpen === true) continue;
      expect(await run(wait, end, leave)).toEqual(['request', 'response']);
    }
  });
});
