import { chmodSync } from 'node:fs';
import { type ListenOptions, type Server, createServer, isIP } from 'node:net';
import {
  type BindOptions,
  type ConnectionDelegate,
  type ConnectionListener,
  type EndPoint,
  type Transport,
  TransportError,
  formatEndPoint,
} from '@windhover/connections';
import { AcceptWatch } from './accept-watch.ts';
import { bindError, systemCode } from './bind-errors.ts';
import { checkDescriptor } from './inherited-descriptor.ts';
import { SocketListener } from './socket-listener.ts';
import { type SocketTransportOptions, resolveSocketTransportOptions } from './socket-options.ts';
import { listenWithMode } from './unix-socket-mode.ts';
import { checkPath, isAbstract, removeStaleSocket } from './unix-socket-path.ts';

/** What `net.Server.listen` takes for an end point; `undefined` for one that sockets cannot listen on. */
const listenOptions = (endPoint: EndPoint): ListenOptions | undefined => {
  switch (endPoint.kind) {
    case 'ip':
      if (isIP(endPoint.address) === 0) return undefined;
      return { host: endPoint.address, port: endPoint.port, ipv6Only: endPoint.ipv6Only ?? false };
    case 'unix':
      return process.platform === 'win32' ? undefined : { path: endPoint.path };
    case 'handle':
      // Documented, but not in the types. Node cannot do it on Windows.
      return process.platform === 'win32' ? undefined : ({ fd: endPoint.fd } as ListenOptions);
    default:
      return undefined;
  }
};

const listening = (server: Server, where: ListenOptions, mode: number | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const settled = (error?: Error): void => {
      server.off('error', settled);
      server.off('listening', settled);
      if (error === undefined) resolve();
      else reject(error);
    };
    server.on('error', settled);
    server.on('listening', settled);
    if (mode === undefined) server.listen(where);
    else listenWithMode(server, where, mode);
  });

/** Listens, also where a crashed process has left its socket behind. */
const listenReplacing = async (server: Server, where: ListenOptions, unixMode: number | undefined): Promise<void> => {
  const { path } = where;
  const mode = path === undefined || isAbstract(path) ? undefined : unixMode;
  try {
    await listening(server, where, mode);
  } catch (error) {
    if (systemCode(error) !== 'EADDRINUSE' || path === undefined) throw error;
    if (!(await removeStaleSocket(path))) throw error;
    await listening(server, where, mode);
  }
  if (mode !== undefined && path !== undefined) chmodSync(path, mode);
};

/**
 * TCP and unix sockets, and listening descriptors that another process has opened, over `node:net`.
 *
 * Source: Kestrel `SocketTransportFactory`.
 */
export class SocketTransport implements Transport {
  readonly name = 'sockets';
  readonly #options: SocketTransportOptions;
  /** One for all listeners: descriptors are the process's. */
  readonly #watch: AcceptWatch;

  /** @throws RangeError when an option is out of range */
  constructor(options?: Partial<SocketTransportOptions>) {
    this.#options = resolveSocketTransportOptions(options);
    this.#watch = new AcceptWatch(this.#options);
  }

  /** `ip` with an address in numbers; `unix` and `handle`, not on Windows. */
  canBind(endPoint: EndPoint): boolean {
    return listenOptions(endPoint) !== undefined;
  }

  /**
   * Listens. A unix socket file that nobody listens on any more is replaced.
   *
   * @throws TransportError with a sentence that says what to do; nothing listens then
   */
  async bind(endPoint: EndPoint, accept: ConnectionDelegate, options?: BindOptions): Promise<ConnectionListener> {
    const where = listenOptions(endPoint);
    if (where === undefined) {
      const detail =
        'Sockets listen on IP addresses in numbers and, except on Windows, on unix sockets and inherited descriptors';
      throw new TransportError('TRANSPORT_END_POINT_NOT_SUPPORTED', formatEndPoint(endPoint), { detail });
    }
    if (endPoint.kind === 'unix') checkPath(endPoint.path, endPoint);
    if (endPoint.kind === 'handle') checkDescriptor(endPoint.fd, endPoint);
    try {
      return new SocketListener(await this.#listen(where, options), endPoint, accept, this.#watch);
    } catch (error) {
      throw await bindError(error, endPoint);
    }
  }

  async #listen(where: ListenOptions, options: BindOptions | undefined): Promise<Server> {
    const { backlog, reusePort, unixMode, ...socketOptions } = this.#options;
    const highWaterMark = withinRange(options?.maxWriteBufferSize ?? socketOptions.highWaterMark);
    const server = createServer({ ...socketOptions, highWaterMark, allowHalfOpen: true });
    try {
      await listenReplacing(server, { ...where, backlog, reusePort }, unixMode);
    } catch (error) {
      server.close(); // It listens already when only its mode could not be set.
      throw error;
    }
    return server;
  }
}

/** A stream takes whole numbers from 0 on, and none of them means no limit. */
const withinRange = (bytes: number): number => Math.min(Math.max(bytes, 1), 2 ** 30);

/** A `SocketTransport`, for lists of transports: `transports: [sockets({ backlog: 2048 })]`. */
export const sockets = (options?: Partial<SocketTransportOptions>): SocketTransport => new SocketTransport(options);
