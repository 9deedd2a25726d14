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
import { net } from './node-builtins.ts';
import { SocketListener, keepEarlySockets } from './socket-listener.ts';
import {
  type ResolvedSocketTransportOptions,
  type SocketTransportOptions,
  acceptedSocketOptions,
  listenerOptions,
  resolveSocketTransportOptions,
} from './socket-options.ts';
import { removeSystemdVariables, systemdEndpoints } from './systemd-endpoints.ts';
import { groupId } from './unix-group.ts';

/**
 * TCP and unix sockets, Windows named pipes, and listening descriptors that another process has opened, over `node:net`.
 *
 * Source: Kestrel `SocketTransportFactory`, `NamedPipeTransportFactory`.
 */
export class SocketTransport implements Transport {
  readonly name = 'sockets';
  readonly #options: ResolvedSocketTransportOptions;
  /** The endpoints from systemd. Cached, because `bind` removes their environment variables. */
  #inherited: readonly NamedEndpoint[] | undefined;
  /** One watch for all listeners, because descriptors are a limit of the process. */
  readonly #watch: AcceptWatch;

  /** @throws RangeError when an option is out of range */
  constructor(options?: SocketTransportOptions) {
    this.#options = resolveSocketTransportOptions(options);
    this.#watch = new AcceptWatch(this.#options);
  }

  /** True for `ip` with a numeric address; `unix` and `handle`, except on Windows; `pipe`, on Windows only. */
  canBind(endpoint: Endpoint): boolean {
    return canListen(endpoint);
  }

  /**
   * The sockets that systemd has passed to this process, with their names.
   *
   * @throws SystemdError the variables contradict the protocol
   */
  inheritedEndpoints(): readonly NamedEndpoint[] {
    return (this.#inherited ??= systemdEndpoints());
  }

  /**
   * Listens. Replaces the file of a unix socket whose process no longer listens.
   *
   * @throws TransportError with a message that says what to do; nothing is bound then
   */
  async bind(endpoint: Endpoint, accept: ConnectionDelegate, options?: BindOptions): Promise<ConnectionListener> {
    if (endpoint.kind === 'handle') removeSystemdVariables();
    const where = listenOptions(endpoint);
    const { reusePort } = this.#options;
    const { backlog, unixMode, unixGroup } = listenerOptions(this.#options, options);
    const group = groupId(unixGroup, endpoint);
    const acceptedOptions = acceptedSocketOptions(this.#options, options);
    const server = net.createServer({ ...acceptedOptions, allowHalfOpen: true });
    // A worker of `node:cluster` may get its first client together with the notification that it listens.
    const early = keepEarlySockets(server);
    if (isClusterWorker()) closeHandleInUse(server);
    try {
      await listenReplacing(server, { ...where, backlog, reusePort }, endpoint, {
        mode: unixMode,
        group,
      });
      return new SocketListener(server, endpoint, accept, {
        early,
        watch: this.#watch,
        observer: options ?? {},
        socketOptions: acceptedOptions,
      });
    } catch (error) {
      server.close(); // The server already listens if only setting the mode failed.
      for (const socket of early) socket.destroy();
      throw await bindError(error, endpoint);
    }
  }
}

/** A `SocketTransport`, for lists of transports: `transports: [sockets({ backlog: 2048 })]`. */
export const sockets = (options?: SocketTransportOptions): SocketTransport => new SocketTransport(options);
