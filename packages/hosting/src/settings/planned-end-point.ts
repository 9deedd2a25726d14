import { type ConfigureEndPoint, ListenOptions, type ServerEndPoint } from '@windhover/server';
import type { ChangeableServer } from './changeable-server.ts';
import type { EndPointPlan } from './host-plan.ts';
import { type ConfigureTls, type TlsParts, configureTls } from './tls-parts.ts';

/** A plan that is ready to be an end point of a server, and then is. */
export class PlannedEndPoint {
  readonly plan: EndPointPlan;
  readonly #useTls: ConfigureTls | undefined;
  #running: ServerEndPoint | undefined;

  private constructor(plan: EndPointPlan, useTls: ConfigureTls | undefined) {
    this.plan = plan;
    this.#useTls = useTls;
  }

  /** @throws ServerError `SERVER_TLS_NOT_CONFIGURED` */
  static async prepare(plan: EndPointPlan, tls: TlsParts | undefined): Promise<PlannedEndPoint> {
    return new PlannedEndPoint(plan, plan.https && (await configureTls(plan.https, plan.url, tls)));
  }

  /** What the server has made of it last. It may have ended since. */
  get running(): ServerEndPoint | undefined {
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
  startedAs(running: ServerEndPoint): void {
    this.#running = running;
  }

  /**
   * To a server that runs.
   *
   * @throws Error what keeps it from listening
   */
  async addTo(server: ChangeableServer): Promise<ServerEndPoint> {
    this.#running = await server.addEndPoint(this.plan.target, this.#configure);
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
    } finally {
      for (const resource of options.resources) {
        if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
        else resource[Symbol.dispose]();
      }
    }
  }

  readonly #configure: ConfigureEndPoint = (options) => {
    const { name, url, protocols, limits } = this.plan;
    if (name !== url) options.name = name;
    if (protocols !== undefined) options.protocols = protocols;
    options.limits = limits;
    this.#useTls?.(options);
  };
}
