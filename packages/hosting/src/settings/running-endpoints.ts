import type { ServerEndpoint } from '@windhover/server';
import type { ChangeableServer } from './changeable-server.ts';
import { type EndpointChanges, compareEndpoints } from './compare-plans.ts';
import type { EndpointPlan } from './host-plan.ts';
import { PlannedEndpoint } from './planned-endpoint.ts';
import type { TlsParts } from './tls-parts.ts';

/** What has been done to the endpoints of a server. */
export interface AppliedChanges extends EndpointChanges {
  /** Resolves when the connections of endpoints that have gone are closed, five seconds later at the latest. */
  readonly drained: Promise<void>;
}

/**
 * The endpoints of a server that come from its settings. Those of the program are left alone.
 *
 * Source: Kestrel `KestrelConfigurationLoader`, `AddressBinder`
 */
export class RunningEndpoints {
  readonly #server: ChangeableServer;
  readonly #tls: TlsParts | undefined;
  #planned: readonly PlannedEndpoint[] = [];

  /** @param tls left out where the host has none */
  constructor(server: ChangeableServer, tls?: TlsParts) {
    this.#server = server;
    this.#tls = tls;
  }

  /**
   * Gives endpoints to a server that has not started, after those that it has already, and starts it.
   *
   * @throws ServerError `SERVER_TLS_NOT_CONFIGURED`
   * @throws Error what `start` throws
   */
  async start(plans: readonly EndpointPlan[], start: () => Promise<void>): Promise<void> {
    const all = await this.#prepare(plans);
    for (const planned of all) planned.listenOn(this.#server);
    await start();
    const first = this.#server.endpoints.length - all.length;
    for (const [at, planned] of all.entries()) planned.startedAs(this.#server.endpoints[first + at]!);
    this.#planned = all;
  }

  /**
   * Makes the endpoints of a running server those of other plans: what has not changed is not touched. When it fails,
   * the same endpoints listen as before; those that were to change or to go may have closed their connections.
   *
   * @throws Error what keeps a new endpoint from listening
   */
  async change(plans: readonly EndpointPlan[]): Promise<AppliedChanges> {
    const before = this.#planned.map(({ plan }) => plan);
    const changes = compareEndpoints(before, plans);
    const added = await this.#prepare(changes.added);
    const changed = await this.#prepare(changes.changed.map(({ after }) => after));
    for (const planned of [...added, ...changed]) await planned.rehearse();
    const leaving = this.#named([...changes.removed, ...changes.changed.map((change) => change.before)]);
    const gone = runningOf(leaving);
    await this.#replace(leaving, added, changed);
    this.#planned = [...this.#named(changes.unchanged), ...added, ...changed];
    return { ...changes, drained: removeAll(gone) };
  }

  async #prepare(plans: readonly EndpointPlan[]): Promise<PlannedEndpoint[]> {
    const planned: PlannedEndpoint[] = [];
    for (const plan of plans) planned.push(await PlannedEndpoint.prepare(plan, this.#tls));
    return planned;
  }

  #named(plans: readonly EndpointPlan[]): PlannedEndpoint[] {
    const names = new Set(plans.map(({ name }) => name));
    return this.#planned.filter(({ plan }) => names.has(plan.name));
  }

  /** New ones listen before old ones end, unless an old one has the address that they need. */
  async #replace(
    leaving: readonly PlannedEndpoint[],
    added: readonly PlannedEndpoint[],
    changed: readonly PlannedEndpoint[],
  ): Promise<void> {
    const begun: ServerEndpoint[] = [];
    const waiting: PlannedEndpoint[] = [];
    let unbound: readonly ServerEndpoint[] = [];
    try {
      for (const planned of added) {
        const listening = await planned.addTo(this.#server).catch((error: unknown) => inUse(error, leaving));
        if (listening === undefined) waiting.push(planned);
        else begun.push(listening);
      }
      unbound = runningOf(leaving);
      await Promise.all(unbound.map((endpoint) => endpoint.unbind()));
      for (const planned of [...changed, ...waiting]) begun.push(await planned.addTo(this.#server));
    } catch (error) {
      await removeAll(begun, AbortSignal.abort());
      // Their connections stay with those that were unbound, and end with them.
      void removeAll(unbound);
      if (unbound.length > 0) await this.#restore(leaving, error);
      throw error;
    }
  }

  /** Lets old endpoints listen again. One that cannot is given up, and comes again with the next change. */
  async #restore(leaving: readonly PlannedEndpoint[], reason: unknown): Promise<void> {
    const results = await Promise.allSettled(leaving.map((planned) => planned.addTo(this.#server)));
    const lost = leaving.filter((_planned, at) => results[at]!.status === 'rejected');
    if (lost.length === 0) return;
    this.#planned = this.#planned.filter((planned) => !lost.includes(planned));
    const names = lost.map(({ plan }) => plan.name).join(', ');
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    throw new AggregateError([reason, ...errors], `These endpoints do not listen any more: ${names}`);
  }
}

const runningOf = (planned: readonly PlannedEndpoint[]): ServerEndpoint[] =>
  planned.flatMap(({ running }) => running ?? []);

const removeAll = async (endpoints: readonly ServerEndpoint[], signal?: AbortSignal): Promise<void> => {
  await Promise.all(endpoints.map((endpoint) => endpoint.remove(signal)));
};

const addressInUse: ReadonlySet<unknown> = new Set([
  'TRANSPORT_ADDRESS_IN_USE',
  'SERVER_ADDRESS_TWICE',
  'SERVER_ADDRESS_SHARED_BY_SCHEMES',
]);

/** An address in use may be that of an endpoint which is about to leave. */
const inUse = (error: unknown, leaving: readonly PlannedEndpoint[]): undefined => {
  if (leaving.length === 0 || !(error instanceof Error && 'code' in error && addressInUse.has(error.code))) throw error;
};
