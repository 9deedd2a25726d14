import type { ConnectionBuilder, Endpoint, Transport } from '@windhover/connections';
import { type HttpLimits, httpLimitDefaults } from '@windhover/http';
import type { ConfigureEndpoint, ServerOptions, WindhoverServer } from '@windhover/server';
import type { LoadedSettings } from '../settings/loaded-settings.ts';
import type { HostPlan } from '../settings/index.ts';

/**
 * What `useServer` hands to its callback: the options of the server, to be changed, and its endpoints, to be added.
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
  /** What becomes of a connection that is over a limit: closed, or told why first. Default `close`. */
  rejectedConnections: NonNullable<ServerOptions['rejectedConnections']> = 'close';
  /** Adds TLS to what listens on addresses that begin with `https`, e.g. what `useHttps(…)` of `@windhover/tls` returns. */
  https: ((endpoint: ConnectionBuilder) => void) | undefined;
  /** Content for requests that are refused; by default they are answered with the status alone. */
  refusal: ServerOptions['refusal'];
  /**
   * Processes that serve when the host is run, each with an event loop of its own; from 2 on the first process of the
   * program only watches over them. Default 1.
   */
  threadCount = 1;
  readonly #transports: readonly Transport[];
  readonly #defaults: ConfigureEndpoint[] = [];
  readonly #endpoints: ((server: WindhoverServer) => void)[] = [];

  constructor(transports: readonly Transport[]) {
    this.#transports = transports;
  }

  /** Configures every endpoint, before its own configuration does; those of addresses, too. */
  configureEndpointDefaults(configure: ConfigureEndpoint): this {
    this.#defaults.push(configure);
    return this;
  }

  /** Listens on an endpoint. Where there is one, addresses of `useUrls` are not used, and a warning says so. */
  listen(endpoint: Endpoint, configure?: ConfigureEndpoint): this {
    return this.#add((server) => server.listen(endpoint, configure));
  }

  /** Both loopback addresses. @param port 0 for one that is free on both */
  listenLocalhost(port: number, configure?: ConfigureEndpoint): this {
    return this.#add((server) => server.listenLocalhost(port, configure));
  }

  /** Every interface, IPv6 and IPv4. @param port 0 for any free one */
  listenAnyIP(port: number, configure?: ConfigureEndpoint): this {
    return this.#add((server) => server.listenAnyIP(port, configure));
  }

  /** @param path file path; a leading NUL for a Linux abstract socket */
  listenUnixSocket(path: string, configure?: ConfigureEndpoint): this {
    return this.#add((server) => server.listenUnixSocket(path, configure));
  }

  /** A listening descriptor that this process has inherited. */
  listenHandle(fd: number, configure?: ConfigureEndpoint): this {
    return this.#add((server) => server.listenHandle(fd, configure));
  }

  /** The sockets that systemd has handed to this process; without any it adds nothing. */
  listenSystemd(configure?: ConfigureEndpoint): this {
    const areThere = this.#transports.some((transport) => (transport.inheritedEndpoints?.() ?? []).length > 0);
    return areThere ? this.#add((server) => server.listenSystemd(configure)) : this;
  }

  /** Whether an endpoint was added. */
  get hasEndpoints(): boolean {
    return this.#endpoints.length > 0;
  }

  /** What the settings say goes before what the program says. */
  applySettings(settings: LoadedSettings, plan: HostPlan): void {
    for (const name of Object.keys(plan.limits) as (keyof HttpLimits)[]) {
      if (settings.isSet('server', 'limits', name)) Object.assign(this.limits, { [name]: plan.limits[name] });
    }
    for (const name of ['serverHeader', 'dateHeader', 'rejectedConnections'] as const) {
      if (settings.isSet('server', name)) Object.assign(this, { [name]: plan[name] });
    }
    const { protocols } = plan.endpointDefaults;
    if (protocols !== undefined) this.#defaults.unshift((options) => void (options.protocols = protocols));
    if (plan.ignoresCodeEndpoints) this.#endpoints.length = 0;
  }

  /** Gives the server its endpoints, in the order in which they were added, and the defaults of all. */
  applyTo(server: WindhoverServer): void {
    for (const configure of this.#defaults) server.configureEndpointDefaults(configure);
    for (const apply of this.#endpoints) apply(server);
  }

  #add(apply: (server: WindhoverServer) => void): this {
    this.#endpoints.push(apply);
    return this;
  }
}
