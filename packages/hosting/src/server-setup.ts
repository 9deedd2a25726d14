import type { EndPoint } from '@windhover/connections';
import { type HttpLimits, httpLimitDefaults } from '@windhover/http';
import type { ListenOptions, WindhoverServer } from '@windhover/server';

type ConfigureListen = (options: ListenOptions) => void;

/**
 * What `useServer` hands to its callback: the options of the server, to be changed, and its end points, to be added.
 *
 * Source: Kestrel `KestrelServerOptions`
 */
export class ServerSetup {
  /** Starts with the defaults. Checked when the host is built. */
  readonly limits: { -readonly [K in keyof HttpLimits]: HttpLimits[K] } = { ...httpLimitDefaults };
  /** Value of the Server field; `null` for none. Default `windhover`. */
  serverHeader: string | null = 'windhover';
  /** Whether responses have a Date field. Default true. */
  dateHeader = true;
  /**
   * Processes that serve when the host is run, each with an event loop of its own; from 2 on the first process of the
   * program only watches over them. Default 1.
   */
  threadCount = 1;
  readonly #endPoints: ((server: WindhoverServer) => void)[] = [];

  /** Listens on an end point. Where there is one, addresses of `useUrls` are not used, and a warning says so. */
  listen(endPoint: EndPoint, configure?: ConfigureListen): this {
    return this.#add((server) => server.listen(endPoint, configure));
  }

  /** Both loopback addresses. @param port 0 for one that is free on both */
  listenLocalhost(port: number, configure?: ConfigureListen): this {
    return this.#add((server) => server.listenLocalhost(port, configure));
  }

  /** Every interface, IPv6 and IPv4. @param port 0 for any free one */
  listenAnyIP(port: number, configure?: ConfigureListen): this {
    return this.#add((server) => server.listenAnyIP(port, configure));
  }

  /** @param path file path; a leading NUL for a Linux abstract socket */
  listenUnixSocket(path: string, configure?: ConfigureListen): this {
    return this.#add((server) => server.listenUnixSocket(path, configure));
  }

  /** A listening descriptor that this process has inherited. */
  listenHandle(fd: number, configure?: ConfigureListen): this {
    return this.#add((server) => server.listenHandle(fd, configure));
  }

  /** Whether an end point was added. */
  get hasEndPoints(): boolean {
    return this.#endPoints.length > 0;
  }

  /** Gives the end points to the server, in the order in which they were added. */
  applyEndPoints(server: WindhoverServer): void {
    for (const apply of this.#endPoints) apply(server);
  }

  #add(apply: (server: WindhoverServer) => void): this {
    this.#endPoints.push(apply);
    return this;
  }
}
