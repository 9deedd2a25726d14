import type { Transport, UseHttps } from '@windhover/connections';
import {
  type ConfigureEndpoint,
  ListenMethods,
  type ServerEndpoint,
  type ServerLimits,
  type ServerOptions,
  type WindhoverServer,
  serverDefaults,
  serverLimitDefaults,
} from '@windhover/server';
import type { HostPlan } from '../settings/index.ts';
import type { LoadedSettings } from '../settings/loaded-settings.ts';

/**
 * What `useServer` hands to its callback: the options of the server, to be changed, and its endpoints, to be added.
 *
 * Source: Kestrel `KestrelServerOptions`
 */
export class ServerSetup extends ListenMethods {
  /** Starts with the defaults. Checked when the host is built. */
  readonly limits: { -readonly [K in keyof ServerLimits]: ServerLimits[K] } = { ...serverLimitDefaults };
  /** Value of the Server field; `null` for none. Default `windhover`. */
  serverHeader: string | null = serverDefaults.serverHeader;
  /** Whether responses have a Date field. Default true. */
  dateHeader: boolean = serverDefaults.dateHeader;
  /** Whether a connection over a limit is closed, or answered first. Default `close`. */
  rejectedConnections: NonNullable<ServerOptions['rejectedConnections']> = serverDefaults.rejectedConnections;
  /**
   * The default TLS for endpoints whose address begins with `https`, e.g. `useHttps('shop.pfx', password)`. It is used
   * wherever the address comes from, unless the settings of the endpoint name a certificate of its own.
   *
   * Source: Kestrel `ConfigureHttpsDefaults`
   */
  useHttps: UseHttps | undefined;
  /** Content for requests that are refused; by default they are answered with the status alone. */
  refusal: ServerOptions['refusal'];
  /**
   * Processes that serve when the host is run, each with an event loop of its own; from 2 on the first process of the
   * program only watches over them. Default 1.
   */
  threadCount = 1;
  readonly #transports: readonly Transport[];
  readonly #defaults: ConfigureEndpoint[] = [];
  readonly #endpoints: ServerEndpoint[] = [];

  constructor(transports: readonly Transport[]) {
    super();
    this.#transports = transports;
  }

  protected get transports(): readonly Transport[] {
    return this.#transports;
  }

  protected addToStart(endpoint: ServerEndpoint): void {
    this.#endpoints.push(endpoint);
  }

  /** Configures every endpoint, also the endpoints of addresses, before its own configuration does. */
  configureEndpointDefaults(configure: ConfigureEndpoint): this {
    this.#defaults.push(configure);
    return this;
  }

  /** Whether an endpoint was added. */
  get hasEndpoints(): boolean {
    return this.#endpoints.some(({ isClosed }) => !isClosed);
  }

  #applyHttp2Limits(settings: LoadedSettings, { limits: { http2 } }: HostPlan): void {
    const isSet = ([name]: readonly [string, unknown]): boolean => settings.isSet('server', 'limits', 'http2', name);
    this.limits.http2 = { ...this.limits.http2, ...Object.fromEntries(Object.entries(http2).filter(isSet)) };
  }

  /** Applies settings, which override values of the program. */
  applySettings(settings: LoadedSettings, plan: HostPlan): void {
    for (const name of Object.keys(plan.limits) as (keyof ServerLimits)[]) {
      if (name === 'http2') this.#applyHttp2Limits(settings, plan);
      else if (settings.isSet('server', 'limits', name)) Object.assign(this.limits, { [name]: plan.limits[name] });
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
    for (const endpoint of this.#endpoints) server.add(endpoint);
  }
}
