import type { Socket, SocketConnectOpts } from 'node:net';
import { type Connection, ConnectionError, type Endpoint, formatEndpoint } from '@windhover/connections';
import type { AcceptObserver } from './accept-watch.ts';
import { namedPipePath } from './named-pipe-path.ts';
import { net } from './node-builtins.ts';
import { SocketConnection, type SocketOrigin } from './socket-connection.ts';
import { type ResolvedSocketTransportOptions, resolveSocketTransportOptions } from './socket-options.ts';

type ListeningOption = 'backlog' | 'reusePort' | 'unixMode' | keyof AcceptObserver;

/** Options of `connectSocket`: the transport options that do not concern listening, and a signal that cancels. */
export interface ConnectSocketOptions extends Partial<Omit<ResolvedSocketTransportOptions, ListeningOption>> {
  readonly signal?: AbortSignal;
}

const connectOptions = (endpoint: Endpoint): SocketConnectOpts => {
  if (endpoint.kind === 'ip') return { host: endpoint.address, port: endpoint.port };
  if (endpoint.kind === 'unix') return { path: endpoint.path };
  if (endpoint.kind === 'pipe' && process.platform === 'win32') return { path: namedPipePath(endpoint.name) };
  throw new TypeError(`Sockets cannot connect to ${formatEndpoint(endpoint)}`);
};

const originTo = (endpoint: Endpoint): SocketOrigin => {
  switch (endpoint.kind) {
    case 'unix':
      return { transport: 'unix', localEndpoint: { kind: 'unix', path: '' }, remoteEndpoint: endpoint };
    case 'pipe':
      return { transport: 'pipe', localEndpoint: { kind: 'pipe', name: '' }, remoteEndpoint: endpoint };
    default:
      return { transport: 'tcp', localEndpoint: undefined, remoteEndpoint: undefined };
  }
};

const connected = (socket: Socket, where: SocketConnectOpts): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.connect(where, () => {
      socket.off('error', reject);
      resolve();
    });
  });

/**
 * Opens a connection as a client.
 *
 * @param endpoint of the kind `ip` or `unix`; on Windows also `pipe`
 * @throws ConnectionError `CONNECTION_REFUSED`, with the system's error as its `cause`; after an abort of the signal, with the
 *   reason of the signal
 * @throws TypeError for another kind of endpoint; RangeError when an option is out of range
 */
export const connectSocket = async (endpoint: Endpoint, options: ConnectSocketOptions = {}): Promise<Connection> => {
  const { signal, ...given } = options;
  const { highWaterMark, noDelay, keepAlive, keepAliveInitialDelay } = resolveSocketTransportOptions(given);
  const where = { ...connectOptions(endpoint), noDelay, keepAlive, keepAliveInitialDelay };
  // `Duplex` reads `highWaterMark`, which is missing in the types of `net.Socket`.
  const socket = new net.Socket({ allowHalfOpen: true, highWaterMark } as object);
  const giveUp = (): void => void socket.destroy(new Error('Given up'));
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    signal?.throwIfAborted();
    await connected(socket, where);
    return new SocketConnection(socket, originTo(endpoint));
  } catch (error) {
    const cause: unknown = signal?.aborted === true ? signal.reason : error;
    throw new ConnectionError('CONNECTION_REFUSED', `Cannot connect to ${formatEndpoint(endpoint)}`, { cause });
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
};
