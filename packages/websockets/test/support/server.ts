import type { Connection } from '@windhover/connections';
import { toDuplex } from '@windhover/connections';
import { Features } from '@windhover/features';
import { ApplicationBuilder, type HttpContext, type RequestDelegate, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { ServerAddressesFeature, type ServerOptions, WindhoverServer } from '@windhover/server';
import { MemoryTransport } from '@windhover/transport-memory';
import { sockets } from '@windhover/transport-sockets';
import { WebSocket } from 'ws';
import { type WebSocketOptions, webSockets } from '../../src/index.ts';
import { ManualClock } from '../../../../tools/test-support/manual-clock.ts';
import { RawWebSocket } from './raw-web-socket.ts';

const running: WindhoverServer[] = [];
const open: WebSocket[] = [];

/** For `afterEach`: resets everything that the tests have left open. */
export const stopServers = async (): Promise<void> => {
  for (const socket of open.splice(0)) socket.terminate();
  await Promise.all(running.splice(0).map((server) => server[Symbol.asyncDispose]()));
};

/** The server of a test. */
export class TestServer {
  readonly server: WindhoverServer;
  readonly clock: ManualClock = new ManualClock();
  readonly memory: MemoryTransport = new MemoryTransport();
  readonly errors: unknown[] = [];

  constructor(options: Partial<ServerOptions> = {}) {
    this.server = new WindhoverServer({
      transports: [this.memory, sockets()],
      protocols: [http1()],
      clock: this.clock,
      events: { applicationError: (error) => void this.errors.push(error) },
      ...options,
    });
    running.push(this.server);
  }

  async start(handler: RequestDelegate, options?: WebSocketOptions): Promise<this> {
    const app = new ApplicationBuilder(new Features()).use(webSockets(options)).run(handler);
    this.server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
    this.server.listen({ kind: 'memory', name: 'here' });
    await this.server.start(pipelineApplication(app.build()));
    return this;
  }

  get port(): number {
    return Number(new URL(this.server.features.require(ServerAddressesFeature).addresses[0]!).port);
  }

  /** A client that has not said anything yet. */
  raw(): Promise<RawWebSocket> {
    return RawWebSocket.open({ host: '127.0.0.1', port: this.port });
  }

  /** The same over the memory transport. */
  async rawInMemory(): Promise<RawWebSocket> {
    const connection: Connection = this.memory.connect({ kind: 'memory', name: 'here' });
    return new RawWebSocket(toDuplex(connection));
  }

  /** A client of `ws`, open. */
  async open(path = '/', ...rest: [protocols?: string[], options?: object]): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}${path}`, ...(rest as [string[], object]));
    open.push(socket);
    await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return socket;
  }
}

/** A server on a free port and in memory. */
export const serve = (
  handler: RequestDelegate,
  options?: WebSocketOptions,
  serverOptions?: Partial<ServerOptions>,
): Promise<TestServer> => new TestServer(serverOptions).start(handler, options);

/** A handler that accepts, and the WebSockets that it has accepted. */
export const accepting = (
  use: (socket: WebSocket, context: HttpContext) => void | Promise<void> = () => {},
): { handler: RequestDelegate; sockets: WebSocket[] } => {
  const sockets: WebSocket[] = [];
  const handler: RequestDelegate = async (context) => {
    const socket = await context.webSockets.accept();
    sockets.push(socket);
    await use(socket, context);
  };
  return { handler, sockets };
};

/** Sends every message back as it came. */
export const echo: RequestDelegate = accepting((socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
}).handler;
