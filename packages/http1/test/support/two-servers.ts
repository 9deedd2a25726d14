import { Buffer } from 'node:buffer';
import {
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
  createServer as createHttpServer,
} from 'node:http';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { once } from 'node:events';
import { fromDuplex } from '@windhover/connections';
import { type BadHttpRequestError, type HttpContext, pipelineApplication, resolveHttpLimits } from '@windhover/http';
import { turns } from '../../../../tools/test-support/turns.ts';
import { until } from '../../../../tools/test-support/until.ts';
import { http1 } from '../../src/index.ts';

/** One request, as a server has understood it. */
export interface Reading {
  readonly method: string;
  readonly target: string;
  readonly fields: string[];
  readonly content: string;
  readonly trailers: string[];
}

/** Everything that a server has read to its end on one connection, and why it stopped if it said so. */
export interface Outcome {
  readonly requests: Reading[];
  refusal: string | undefined;
}

/** A server on a port of this machine that keeps what it reads, by the port of its client. */
export interface ReadingServer {
  readonly port: number;
  readonly outcomes: Map<number, Outcome>;
  /** Ports of clients whose end has been read. */
  readonly ended: Set<number>;
  close(): Promise<void>;
}

const none = (): Outcome => ({ requests: [], refusal: undefined });

const listening = async (server: Server | HttpServer): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** Windhover's connection over real sockets. */
export const startWindhover = async (): Promise<ReadingServer> => {
  const outcomes = new Map<number, Outcome>();
  const ended = new Set<number>();
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const outcome = none();
    outcomes.set(socket.remotePort!, outcome);
    noteEnd(socket, ended);
    sockets.add(socket.once('close', () => sockets.delete(socket)));
    const serve = http1().createHandler(pipelineApplication(reads(outcome)), {
      limits: resolveHttpLimits(),
      serverHeader: null,
      dateHeader: false,
      wallClock: Date.now,
      events: {
        applicationError: (error) => (outcome.refusal ??= String(error)),
        badRequest: (error: BadHttpRequestError) => (outcome.refusal ??= error.code),
      },
    });
    void serve(fromDuplex(socket));
  });
  const port = await listening(server);
  return { port, outcomes, ended, close: () => closed(server, sockets) };
};

const noteEnd = (socket: Socket, ended: Set<number>): void => {
  const { remotePort } = socket;
  socket.on('end', () => ended.add(remotePort!));
};

const reads =
  (outcome: Outcome) =>
  async ({ request, response }: HttpContext): Promise<void> => {
    const content = Buffer.from(await request.bytes()).toString('latin1');
    outcome.requests.push({
      method: request.method,
      target: request.target,
      fields: [...request.headers].flat(),
      content,
      trailers: [...(request.trailers ?? [])].flat(),
    });
    // A 2xx would open a tunnel.
    if (request.method === 'CONNECT') response.statusCode = 501;
    response.end();
  };

/** The server of Node.js, which also answers half-closed clients. */
export const startNode = async (): Promise<ReadingServer> => {
  const outcomes = new Map<number, Outcome>();
  const ended = new Set<number>();
  const sockets = new Set<Socket>();
  const bySocket = new WeakMap<Socket, Outcome>();
  const outcomeOf = (socket: Socket): Outcome => bySocket.get(socket)!;
  const server = createHttpServer((request, response) => readIncoming(request, response, outcomeOf(request.socket)));
  server.on('connection', (socket: Socket) => {
    const outcome = none();
    outcomes.set(socket.remotePort!, outcome);
    noteEnd(socket, ended);
    bySocket.set(socket, outcome);
    sockets.add(socket.once('close', () => sockets.delete(socket)));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    outcomeOf(socket).refusal ??= error.code;
    socket.destroy();
  });
  Object.assign(server, { httpAllowHalfOpen: true });
  const port = await listening(server);
  return { port, outcomes, ended, close: () => closed(server, sockets) };
};

const readIncoming = (request: IncomingMessage, response: ServerResponse, outcome: Outcome): void => {
  const pieces: Buffer[] = [];
  request.on('error', () => {});
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    outcome.requests.push({
      method: request.method!,
      target: request.url!,
      fields: request.rawHeaders,
      content: Buffer.concat(pieces).toString('latin1'),
      trailers: request.rawTrailers,
    });
    response.end();
  });
};

const closed = async (server: Server | HttpServer, sockets: Set<Socket>): Promise<void> => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
};

/** Sends the bytes and a FIN, and waits until the server has closed, or has read the FIN and done what follows from it. */
export const outcomeOf = async ({ port, outcomes, ended }: ReadingServer, text: string): Promise<Outcome> => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  const { localPort } = socket;
  // An earlier client may have had the same port.
  ended.delete(localPort!);
  socket.on('error', () => {}).on('end', () => socket.end());
  socket.resume();
  socket.end(Buffer.from(text, 'latin1'));
  await until(() => socket.closed || ended.has(localPort!));
  // Both servers run in this process, and their handlers wait for nothing but the content.
  await turns(20);
  socket.destroy();
  return outcomes.get(localPort!) ?? none();
};
