import type { ConnectionBuilder } from '@windhover/connections';
import { type EndpointDescription, ServerEndpoint, type WindhoverServer } from '@windhover/server';
import { type EndpointChanges, compareEndpoints } from './compare-plans.ts';
import type { EndpointPlan, HttpsPlan } from './host-plan.ts';

/** Adds TLS to an endpoint of the settings. */
export type AddHttps = (endpoint: ConnectionBuilder, plan: HttpsPlan) => void;

/** The part of `WindhoverServer` that changes its endpoints. */
export type ChangeableServer = Pick<WindhoverServer, 'add' | 'changeEndpoints'>;

/** Changes that were applied to the endpoints of a server. */
export interface AppliedChanges extends EndpointChanges {
  /** Resolves when the connections of the closed endpoints are closed, after at most five seconds. */
  readonly drained: Promise<void>;
}

interface RunningEndpoint {
  readonly plan: EndpointPlan;
  readonly endpoint: ServerEndpoint;
}

/**
 * The endpoints of a server that come from its settings. It does not affect endpoints added in code.
 *
 * Source: Kestrel `KestrelConfigurationLoader`
 */
export class RunningEndpoints {
  readonly #server: ChangeableServer;
  readonly #addHttps: AddHttps;
  #running: readonly RunningEndpoint[] = [];

  constructor(server: ChangeableServer, addHttps: AddHttps) {
    this.#server = server;
    this.#addHttps = addHttps;
  }

  /** Adds endpoints to a server that has not started, after its existing endpoints. */
  add(plans: readonly EndpointPlan[]): void {
    this.#running = plans.map((plan) => ({ plan, endpoint: new ServerEndpoint(this.#describe(plan)) }));
    for (const { endpoint } of this.#running) this.#server.add(endpoint);
  }

  /**
   * Changes the endpoints of a running server to other plans. Unchanged endpoints are not touched. If a new endpoint
   * cannot listen, nothing changes and no connection is closed or refused.
   *
   * @throws Error the reason why a new endpoint cannot listen
   */
  async change(plans: readonly EndpointPlan[]): Promise<AppliedChanges> {
    const changes = compareEndpoints(
      this.#running.map(({ plan }) => plan),
      plans,
    );
    const opening = [...changes.added, ...changes.changed.map(({ after }) => after)];
    const closing = this.#named([...changes.removed, ...changes.changed.map(({ before }) => before)]);
    const close = closing.map(({ endpoint }) => endpoint);
    const open = opening.map((plan) => this.#describe(plan));
    const opened = await this.#server.changeEndpoints({ open, close });
    const next = opening.map((plan, at) => ({ plan, endpoint: opened[at]! }));
    this.#running = [...this.#named(changes.unchanged), ...next];
    return { ...changes, drained: Promise.all(close.map((endpoint) => endpoint.close())).then(() => {}) };
  }

  #named(plans: readonly EndpointPlan[]): RunningEndpoint[] {
    const names = new Set(plans.map(({ name }) => name));
    return this.#running.filter(({ plan }) => names.has(plan.name));
  }

  #describe({ name, url, target, protocols, limits, socket, https }: EndpointPlan): EndpointDescription {
    return {
      target,
      isHttps: https !== undefined,
      name: name === url ? undefined : name,
      protocols,
      limits,
      socket,
      ...(https && { configure: (options) => this.#addHttps(options, https) }),
    };
  }
}
