import type { ServerEndPoint } from '@windhover/server';
import type { ChangeableServer } from './changeable-server.ts';
import { type EndPointChanges, compareEndPoints } from './compare-plans.ts';
import type { EndPointPlan } from './host-plan.ts';
import { PlannedEndPoint } from './planned-end-point.ts';
import type { TlsParts } from './tls-parts.ts';

/** What has been done to the end points of a server. */
export interface AppliedChanges extends EndPointChanges {
  /** Resolves when the connections of end points that have gone are closed, five seconds later at the latest. */
  readonly drained: Promise<void>;
}

/**
 * The end points of a server that come from its settings. Those of the program are left alone.
 *
 * Source: Kestrel `KestrelConfigurationLoader`, `AddressBinder`
 */
export class RunningEndPoints {
  readonly #server: ChangeableServer;
  readonly #tls: TlsParts | undefined;
  #planned: readonly PlannedEndPoint[] = [];

  /** @param tls left out where the host has none */
  constructor(server: ChangeableServer, tls?: TlsParts) {
    this.#server = server;
    this.#tls = tls;
  }

  /**
   * Gives end points to a server that has not started, after those that it has already, and starts it.
   *
   * @throws ServerError `SERVER_TLS_NOT_CONFIGURED`
   * @throws Error what `start` throws
   */
  async start(plans: readonly EndPointPlan[], start: () => Promise<void>): Promise<void> {
    const all = await this.#prepare(plans);
    for (const planned of all) planned.listenOn(this.#server);
    await start();
    const first = this.#server.endPoints.length - all.length;
    for (const [at, planned] of all.entries()) planned.startedAs(this.#server.endPoints[first + at]!);
    this.#planned = all;
  }

  /**
   * Makes the end points of a running server those of other plans: what has not changed is not touched. When it fails,
   * the same end points listen as before; those that were to change or to go may have closed their connections.
   *
   * @throws Error what keeps a new end point from listening
   */
  async change(plans: readonly EndPointPlan[]): Promise<AppliedChanges> {
    const before = this.#planned.map(({ plan }) => plan);
    const changes = compareEndPoints(before, plans);
    const added = await this.#prepare(changes.added);
    const changed = await this.#prepare(changes.changed.map(({ after }) => after));
    for (const planned of [...added, ...changed]) await planned.rehearse();
    const leaving = this.#named([...changes.removed, ...changes.changed.map((change) => change.before)]);
    const gone = runningOf(leaving);
    await this.#replace(leaving, added, changed);
    this.#planned = [...this.#named(changes.unchanged), ...added, ...changed];
    return { ...changes, drained: removeAll(gone) };
  }

  async #prepare(plans: readonly EndPointPlan[]): Promise<PlannedEndPoint[]> {
    const planned: PlannedEndPoint[] = [];
    for (const plan of plans) planned.push(await PlannedEndPoint.prepare(plan, this.#tls));
    return planned;
  }

  #named(plans: readonly EndPointPlan[]): PlannedEndPoint[] {
    const names = new Set(plans.map(({ name }) => name));
    return this.#planned.filter(({ plan }) => names.has(plan.name));
  }

  /** New ones listen before old ones end, unless an old one has the address that they need. */
  async #replace(
    leaving: readonly PlannedEndPoint[],
    added: readonly PlannedEndPoint[],
    changed: readonly PlannedEndPoint[],
  ): Promise<void> {
    const begun: ServerEndPoint[] = [];
    const waiting: PlannedEndPoint[] = [];
    let unbound: readonly ServerEndPoint[] = [];
    try {
      for (const planned of added) {
        const listening = await planned.addTo(this.#server).catch((error: unknown) => inUse(error, leaving));
        if (listening === undefined) waiting.push(planned);
        else begun.push(listening);
      }
      unbound = runningOf(leaving);
      await Promise.all(unbound.map((endPoint) => endPoint.unbind()));
      for (const planned of [...changed, ...waiting]) begun.push(await planned.addTo(this.#server));
    } catch (error) {
      await removeAll(begun, AbortSignal.abort());
      // Their connections stay with those that were unbound, and end with them.
      void removeAll(unbound);
      if (unbound.length > 0) await this.#restore(leaving, error);
      throw error;
    }
  }

  /** Lets old end points listen again. One that cannot is given up, and comes again with the next change. */
  async #restore(leaving: readonly PlannedEndPoint[], reason: unknown): Promise<void> {
    const results = await Promise.allSettled(leaving.map((planned) => planned.addTo(this.#server)));
    const lost = leaving.filter((_planned, at) => results[at]!.status === 'rejected');
    if (lost.length === 0) return;
    this.#planned = this.#planned.filter((planned) => !lost.includes(planned));
    const names = lost.map(({ plan }) => plan.name).join(', ');
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    throw new AggregateError([reason, ...errors], `These end points do not listen any more: ${names}`);
  }
}

const runningOf = (planned: readonly PlannedEndPoint[]): ServerEndPoint[] =>
  planned.flatMap(({ running }) => running ?? []);

const removeAll = async (endPoints: readonly ServerEndPoint[], signal?: AbortSignal): Promise<void> => {
  await Promise.all(endPoints.map((endPoint) => endPoint.remove(signal)));
};

const addressInUse: ReadonlySet<unknown> = new Set([
  'TRANSPORT_ADDRESS_IN_USE',
  'SERVER_ADDRESS_TWICE',
  'SERVER_ADDRESS_SHARED_BY_SCHEMES',
]);

/** An address in use may be that of an end point which is about to leave. */
const inUse = (error: unknown, leaving: readonly PlannedEndPoint[]): undefined => {
  if (leaving.length === 0 || !(error instanceof Error && 'code' in error && addressInUse.has(error.code))) throw error;
};
