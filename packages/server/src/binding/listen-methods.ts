import type { Endpoint, Transport } from '@windhover/connections';
import { type EndpointDescription, describeEndpoint } from './endpoint-description.ts';
import { type ConfigureEndpoint, type ListenOptions, configureEndpoint } from './listen-options.ts';
import { type ListenTarget, formatListenTarget } from './listen-target.ts';
import { ServerEndpoint } from './server-endpoint.ts';

/**
 * Methods that add endpoints before a server starts. If any endpoint was added, addresses given as text are ignored
 * with a warning.
 *
 * Source: Kestrel `KestrelServerOptions`
 */
export abstract class ListenMethods {
  /** Targets of the endpoints that were added, as text. */
  readonly #targets = new Set<string>();

  /** Stores an endpoint until the server starts. */
  protected abstract addToStart(endpoint: ServerEndpoint): void;
  /** Transports among which `listenSystemd` looks for inherited sockets. */
  protected abstract get transports(): readonly Transport[];

  /**
   * Listens on an endpoint, or on an address such as `https://localhost:5001`.
   *
   * @throws AddressError the address is malformed
   * @throws ServerError `SERVER_PORT_INVALID`, `SERVER_ALREADY_STARTED`, `SERVER_STOPPED`
   */
  listen(target: ListenTarget | string, configure?: ConfigureEndpoint): ServerEndpoint {
    return this.#add(describeEndpoint(target, configure));
  }

  /** Listens on both loopback addresses. @param port 0 selects a port that is free on both */
  listenLocalhost(port: number, configure?: ConfigureEndpoint): ServerEndpoint {
    return this.listen({ kind: 'localhost', host: 'localhost', port }, configure);
  }

  /** Listens on every interface, IPv6 and IPv4. @param port 0 selects any free port */
  listenAnyIP(port: number, configure?: ConfigureEndpoint): ServerEndpoint {
    return this.listen({ kind: 'any', port }, configure);
  }

  /** Listens on a unix socket. @param path file path; a leading NUL for a Linux abstract socket */
  listenUnixSocket(path: string, configure?: ConfigureEndpoint): ServerEndpoint {
    return this.listen({ kind: 'unix', path }, configure);
  }

  /** Listens on an inherited descriptor that is already listening. */
  listenHandle(fd: number, configure?: ConfigureEndpoint): ServerEndpoint {
    return this.listen({ kind: 'handle', fd }, configure);
  }

  /**
   * Listens on every socket that systemd has passed to this process, except those that earlier calls have added. The
   * name of a socket (`FileDescriptorName=`) becomes the name of its endpoint.
   *
   * @returns the added endpoints; none if the process was not started by socket activation
   * @throws SystemdError the variables of socket activation contradict its protocol
   * Source: Kestrel `UseSystemd`; sd_listen_fds(3)
   */
  listenSystemd(configure?: ConfigureEndpoint): readonly ServerEndpoint[] {
    return inheritedEndpoints(this.transports)
      .map(({ name, endpoint }) => ({
        ...describeEndpoint(endpoint),
        name,
        configure: (options: ListenOptions) => configureEndpoint(options, configure),
      }))
      .filter(({ target }) => !this.#targets.has(formatListenTarget(target)))
      .map((description) => this.#add(description));
  }

  #add(description: EndpointDescription): ServerEndpoint {
    const endpoint = new ServerEndpoint(description);
    this.addToStart(endpoint);
    this.#targets.add(formatListenTarget(description.target));
    return endpoint;
  }
}

/** Endpoints of the inherited sockets. A name without meaning is left out. */
const inheritedEndpoints = (
  transports: readonly Transport[],
): { readonly name: string | undefined; readonly endpoint: Endpoint }[] =>
  transports
    .flatMap((transport) => transport.inheritedEndpoints?.() ?? [])
    .map(({ name, endpoint }) => ({ name: name === '' || name === 'unknown' ? undefined : name, endpoint }));
