import type { Server, Socket } from 'node:net';
import {
  type ConnectionDelegate,
  type ConnectionListener,
  type Endpoint,
  acceptConnection,
} from '@windhover/connections';
import type { AcceptObserver, AcceptWatch } from './accept-watch.ts';
import { type AcceptedSocketOptions, acceptIntoReusedBuffer } from './reused-read-buffer.ts';
import { SocketConnection, type SocketOrigin } from './socket-connection.ts';
import { ipEndpoint } from './socket-endpoints.ts';
import { closeBeside, fileIdentity, fileOf } from './unix-socket-file.ts';

const turnOfEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The most turns of the event loop that `unbind` spends on a queue that clients keep filling. */
const mostTurns = 64;

/** The actual endpoint of the server: with the port that the system chose, and the kind of an inherited descriptor. */
const boundEndpoint = (server: Server, requested: Endpoint): Endpoint => {
  const address = server.address();
  if (address === null || requested.kind === 'unix' || requested.kind === 'pipe') return requested;
  if (typeof address === 'string') return { kind: 'unix', path: address };
  return requested.kind === 'ip'
    ? { ...requested, port: address.port }
    : (ipEndpoint(address.address, address.port) ?? requested);
};

const namelessPipe = { kind: 'pipe', name: '' } as const;

/** Only the address of a TCP server is an object; an inherited unix socket has no address. */
const originAt = (server: Server, localEndpoint: Endpoint): SocketOrigin => {
  const address = server.address();
  if (localEndpoint.kind === 'pipe') return { transport: 'pipe', localEndpoint, remoteEndpoint: namelessPipe };
  return address !== null && typeof address === 'object'
    ? { transport: 'tcp', localEndpoint: undefined, remoteEndpoint: undefined }
    : { transport: 'unix', localEndpoint, remoteEndpoint: { kind: 'unix', path: '' } };
};

const ignore = (): void => {};

/**
 * Keeps the sockets that a server accepts before its `SocketListener` exists. A socket that is reset in the meantime
 * becomes a connection that is closed; without a listener, its error would end the process.
 */
export const keepEarlySockets = (server: Server): readonly Socket[] => {
  const early: Socket[] = [];
  server.on('connection', (socket) => early.push(socket.on('error', ignore)));
  return early;
};

/** The parts of a `SocketListener` in addition to its server, which listens since this turn of the event loop. */
export interface SocketListenerParts {
  /** The sockets that the server has accepted already. */
  readonly early: readonly Socket[];
  /** Notified of the start and the end of listening, and of each failed accept. */
  readonly watch: AcceptWatch;
  /** Notified by the watch. */
  readonly observer: AcceptObserver;
  /** Options of the accepted sockets; the server has the same. */
  readonly socketOptions: AcceptedSocketOptions;
}

/** One listening server socket. */
export class SocketListener implements ConnectionListener {
  readonly endpoint: Endpoint;
  readonly #server: Server;
  readonly #accept: ConnectionDelegate;
  readonly #origin: SocketOrigin;
  readonly #watch: AcceptWatch;
  readonly #observer: AcceptObserver;
  /** The identity of the unix socket's file when it was created. */
  readonly #file: string | undefined;
  #accepted = 0;
  #unbound: Promise<void> | undefined;

  /** @param requested the requested endpoint */
  constructor(
    server: Server,
    requested: Endpoint,
    accept: ConnectionDelegate,
    { early, watch, observer, socketOptions }: SocketListenerParts,
  ) {
    this.endpoint = boundEndpoint(server, requested);
    this.#server = server;
    this.#accept = accept;
    this.#origin = originAt(server, this.endpoint);
    this.#watch = watch;
    this.#observer = observer;
    const file = fileOf(requested);
    this.#file = file === undefined ? undefined : fileIdentity(file);
    server.removeAllListeners('connection');
    const connected = (socket: Socket): void => this.#connected(socket);
    server.on('connection', connected);
    acceptIntoReusedBuffer(server, socketOptions, connected);
    server.on('error', (error) => watch.failed(error));
    watch.add(observer);
    for (const socket of early) this.#connected(socket);
  }

  #connected(socket: Socket): void {
    this.#accepted++;
    acceptConnection(new SocketConnection(socket, this.#origin), this.#accept);
  }

  /**
   * Accepts the connections that the system has already queued, then stops listening and removes the file of a unix
   * socket. Open connections stay open.
   */
  unbind(): Promise<void> {
    this.#unbound ??= this.#stop();
    return this.#unbound;
  }

  async #stop(): Promise<void> {
    await this.#emptyBacklog();
    // Not awaited: `close` stops listening immediately, but calls back only after the last connection has closed.
    this.#close();
    this.#watch.remove(this.#observer);
  }

  #close(): void {
    const file = fileOf(this.endpoint);
    if (file === undefined) this.#server.close();
    else closeBeside(file, this.#file, () => this.#server.close());
  }

  /** Accepts queued clients for a limited time, because closing would reset the clients in the queue of the system. */
  async #emptyBacklog(): Promise<void> {
    await turnOfEventLoop();
    for (let turn = 0, before = -1; turn < mostTurns && before !== this.#accepted; turn++) {
      before = this.#accepted;
      await turnOfEventLoop();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unbind();
  }
}
