import type { Transport, UseHttps } from '@windhover/connections';
import {
  type ConfigureEndpoint,
  ListenMethods,
  type ListenOptions,
  type ServerEndpoint,
  type ServerLimits,
  type ServerOptions,
  type WindhoverServer,
  serverDefaults,
  serverLimitDefaults,
} from '@windhover/server';
import type { EndpointDefaultsPlan, HostPlan } from '../settings/index.ts';
import type { LoadedSettings } from '../settings/loaded-settings.ts';

/**
 * The argument of the `useServer` callback: options of the server that can be changed, and methods that add endpoints.
 *
 * Source: Kestrel `KestrelServerOptions`
 */
export class ServerSetup extends ListenMethods {
  /** Initially the defaults. Checked when the host is built. */
  readonly limits: { -readonly [K in keyof ServerLimits]: ServerLimits[K] } = { ...serverLimitDefaults };
  /** Value of the Server field; `null` for none. Default `windhover`. */
  serverHeader: string | null = serverDefaults.serverHeader;
  /** Whether responses have a Date field. Default true. */
  dateHeader: boolean = serverDefaults.dateHeader;
  /** Whether a connection over a limit is closed, or first answered. Default `close`. */
  rejectedConnections: NonNullable<ServerOptions['rejectedConnections']> = serverDefaults.rejectedConnections;
  /**
   * Default TLS for endpoints whose address begins with `https`, e.g. `useHttps('shop.pfx', password)`. It applies to
   * addresses from any source, unless the settings of the endpoint have their own certificate.
   *
   * Source: Kestrel `ConfigureHttpsDefaults`
   */
  useHttps: UseHttps | undefined;
  /** Response content of refused requests. Default none: the response has only a status. */
  refusal: ServerOptions['refusal'];
  /**
   * Processes that serve when the host runs, each with its own event loop. From 2 on, the first process of the program
   * only supervises them. Default 1.
   */
  threadCount = 1;
  readonly #transports: readonly Transport[];
  #defaultsOfSettings: EndpointDefaultsPlan | undefined;
  readonly #defaults: ConfigureEndpoint[] = [(endpoint) => this.#applyDefaultsOfSettings(endpoint)];
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

  /** Configures every endpoint, including the endpoints of addresses, before the endpoint's own configuration. */
  configureEndpointDefaults(configure: ConfigureEndpoint): this {
    this.#defaults.push(configure);
    return this;
  }

  /**
   * Sets the defaults of the settings for endpoints that open from now on. Defaults set in code override them.
   *
   * @returns the ones before
   */
  useDefaultsOfSettings(defaults: EndpointDefaultsPlan | undefined): EndpointDefaultsPlan | undefined {
    const before = this.#defaultsOfSettings;
    this.#defaultsOfSettings = defaults;
    return before;
  }

  #applyDefaultsOfSettings(endpoint: ListenOptions): void {
    if (this.#defaultsOfSettings === undefined) return;
    const { protocols, https } = this.#defaultsOfSettings;
    const { defaultCertificate: _, ...httpsDefaults } = https;
    if (protocols !== undefined) endpoint.protocols = protocols;
    endpoint.httpsDefaults = httpsDefaults;
  }

  /** Whether an endpoint was added. */
  get hasEndpoints(): boolean {
    return this.#endpoints.some(({ isClosed }) => !isClosed);
  }

  #applyHttp2Limits(settings: LoadedSettings, { limits: { http2 } }: HostPlan): void {
    const isSet = ([name]: readonly [string, unknown]): boolean => settings.isSet('server', 'limits', 'http2', name);
    this.limits.http2 = { ...this.limits.http2, ...Object.fromEntries(Object.entries(http2).filter(isSet)) };
  }

  /** Applies settings. They override values set in code. */
  applySettings(settings: LoadedSettings, plan: HostPlan): void {
    for (const name of Object.keys(plan.limits) as (keyof ServerLimits)[]) {
      if (name === 'http2') this.#applyHttp2Limits(settings, plan);
      else if (settings.isSet('server', 'limits', name)) Object.assign(this.limits, { [name]: plan.limits[name] });
    }
    for (const name of ['serverHeader', 'dateHeader', 'rejectedConnections'] as const) {
      if (settings.isSet('server', name)) Object.assign(this, { [name]: plan[name] });
    }
    this.useDefaultsOfSettings(plan.endpointDefaults);
    if (plan.ignoresCodeEndpoints) this.#endpoints.length = 0;
  }

  /** Adds the endpoints to the server, in order, with the defaults of all endpoints. */
  applyTo(server: WindhoverServer): void {
    for (const configure of this.#defaults) server.configureEndpointDefaults(configure);
    for (const endpoint of this.#endpoints) server.add(endpoint);
  }
}
