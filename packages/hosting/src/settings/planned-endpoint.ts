import { type ConfigureEndpoint, ListenOptions, type ServerEndpoint } from '@windhover/server';
import type { ChangeableServer } from './changeable-server.ts';
import type { EndpointPlan } from './host-plan.ts';
import { type ConfigureTls, type TlsParts, configureTls } from './tls-parts.ts';

/** A plan that is ready to be an endpoint of a server, and then is. */
export class PlannedEndpoint {
  readonly plan: EndpointPlan;
  readonly #useTls: ConfigureTls | undefined;
  #running: ServerEndpoint | undefined;

  private constructor(plan: EndpointPlan, useTls: ConfigureTls | undefined) {
    this.plan = plan;
    this.#useTls = useTls;
  }

  /** @throws ServerError `SERVER_TLS_NOT_CONFIGURED` */
  static async prepare(plan: EndpointPlan, tls: TlsParts | undefined): Promise<PlannedEndpoint> {
    return new PlannedEndpoint(plan, plan.https && (await configureTls(plan.https, plan.url, tls)));
  }

  /** What the server has made of it last. It may have ended since. */
  get running(): ServerEndpoint | undefined {
    return this.#running;
  }

  /** For a server that has not started. */
  listenOn(server: ChangeableServer): void {
    const { target } = this.plan;
    if (target.kind === 'localhost') server.listenLocalhost(target.port, this.#configure);
    else if (target.kind === 'any') server.listenAnyIP(target.port, this.#configure);
    else server.listen(target, this.#configure);
  }

  /** What the server has made of it at its start. */
  startedAs(running: ServerEndpoint): void {
    this.#running = running;
  }

  /**
   * To a server that runs.
   *
   * @throws Error what keeps it from listening
   */
  async addTo(server: ChangeableServer): Promise<ServerEndpoint> {
    this.#running = await server.addEndpoint(this.plan.target, this.#configure);
    return this.#running;
  }

  /**
   * Does all but listen, e.g. reads certificates.
   *
   * @throws Error what would keep it from listening
   */
  async rehearse(): Promise<void> {
    const options = new ListenOptions(this.plan.target, { applicationProtocols: [], warn: () => {} });
    try {
      this.#configure(options);
      await options.prepared();
    } finally {
      for (const resource of options.resources) {
        if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
        else resource[Symbol.dispose]();
      }
    }
  }

  readonly #configure: ConfigureEndpoint = (options) => {
    const { name, url, protocols, limits } = this.plan;
    if (name !== url) options.name = name;
    if (protocols !== undefined) options.protocols = protocols;
    options.limits = limits;
    this.#useTls?.(options);
  };
}
