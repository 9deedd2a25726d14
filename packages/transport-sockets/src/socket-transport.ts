import { type Socket, createServer } from 'node:net';
import {
  type BindOptions,
  type ConnectionDelegate,
  type ConnectionListener,
  type Endpoint,
  type NamedEndpoint,
  type Transport,
} from '@windhover/connections';
import { AcceptWatch } from './accept-watch.ts';
import { bindError } from './bind-errors.ts';
import { closeHandleInUse } from './cluster-bind.ts';
import { isClusterWorker } from './inherited-descriptor.ts';
import { canListen, listenOptions } from './listen-options.ts';
import { listenReplacing } from './listen-replacing.ts';
import { SocketListener } from './socket-listener.ts';
import { type SocketTransportOptions, listenerOptions, resolveSocketTransportOptions } from './socket-options.ts';
import { removeSystemdVariables, systemdEndpoints } from './systemd-endpoints.ts';
import { groupId } from './unix-group.ts';

/**
 * TCP and unix sockets, Windows named pipes, and listening descriptors that another process has opened, over `node:net`.
 *
 * Source: Kestrel `SocketTransportFactory`, `NamedPipeTransportFactory`.
 */
export class SocketTransport implements Transport {
  readonly name = 'sockets';
  readonly #options: SocketTransportOptions;
  /** Kept, because `bind` removes the variables that it is read from. */
  #inherited: readonly NamedEndpoint[] | undefined;
  /** One for all listeners: descriptors are the process's. */
  readonly #watch: AcceptWatch;

  /** @throws RangeError when an option is out of range */
  constructor(options?: Partial<SocketTransportOptions>) {
    this.#options = resolveSocketTransportOptions(options);
    this.#watch = new AcceptWatch(this.#options);
  }

  /** `ip` with an address in numbers; `unix` and `handle`, not on Windows; `pipe`, on Windows only. */
  canBind(endpoint: Endpoint): boolean {
    return canListen(endpoint);
  }

  /**
   * What systemd has handed to this process, by name.
   *
   * @throws SystemdError the variables contradict the protocol
   */
  inheritedEndpoints(): readonly NamedEndpoint[] {
    return (this.#inherited ??= systemdEndpoints());
  }

  /**
   * Listens. A unix socket file that nobody listens on any more is replaced.
   *
   * @throws TransportError with a sentence that says what to do; nothing listens then
   */
  async bind(endpoint: Endpoint, accept: ConnectionDelegate, options?: BindOptions): Promise<ConnectionListener> {
    if (endpoint.kind === 'handle') removeSystemdVariables();
    const where = listenOptions(endpoint);
    const { reusePort, ...socketOptions } = this.#options;
    const { backlog, unixMode, unixGroup } = listenerOptions(this.#options, options);
    const group = groupId(unixGroup);
    const highWaterMark = withinRange(options?.maxWriteBufferSize ?? socketOptions.highWaterMark);
    const acceptedOptions = { ...socketOptions, highWaterMark };
    // A worker of `node:cluster` may be handed a client together with the word that it listens.
    const early: Socket[] = [];
    const server = createServer({ ...acceptedOptions, allowHalfOpen: true }, (socket) => early.push(socket));
    if (isClusterWorker()) closeHandleInUse(server);
    try {
      await listenReplacing(server, { ...where, backlog, reusePort }, endpoint, {
        mode: unixMode,
        group,
      });
      return new SocketListener(server, early, endpoint, accept, this.#watch, options ?? {}, acceptedOptions);
    } catch (error) {
      server.close(); // It listens already when only its mode could not be set.
      for (const socket of early) socket.destroy();
      throw await bindError(error, endpoint);
    }
  }
}

/** A stream takes whole numbers from 0 on, and none of them means no limit. */
const withinRange = (bytes: number): number => Math.min(Math.max(bytes, 1), 2 ** 30);

/** A `SocketTransport`, for lists of transports: `transports: [sockets({ backlog: 2048 })]`. */
export const sockets = (options?: Partial<SocketTransportOptions>): SocketTransport => new SocketTransport(options);
