import { isDeepStrictEqual } from 'node:util';
import type { EndpointPlan, HostPlan } from './host-plan.ts';

/** Changes of endpoints, which are identified by name. */
export interface EndpointChanges {
  readonly unchanged: readonly EndpointPlan[];
  readonly added: readonly EndpointPlan[];
  readonly removed: readonly EndpointPlan[];
  readonly changed: readonly { readonly before: EndpointPlan; readonly after: EndpointPlan }[];
}

/** Compares endpoints by their whole plan. Source: Kestrel `KestrelConfigurationLoader.Reload` */
export const compareEndpoints = (before: readonly EndpointPlan[], after: readonly EndpointPlan[]): EndpointChanges => {
  const old = new Map(before.map((plan) => [plan.name, plan]));
  const names = new Set(after.map(({ name }) => name));
  const kept = after.flatMap((plan) => ({ before: old.get(plan.name), after: plan }));
  return {
    unchanged: after.filter((plan) => isDeepStrictEqual(plan, old.get(plan.name))),
    added: after.filter(({ name }) => !old.has(name)),
    removed: before.filter(({ name }) => !names.has(name)),
    changed: kept.filter(isChange),
  };
};

const isChange = (pair: {
  before: EndpointPlan | undefined;
  after: EndpointPlan;
}): pair is { before: EndpointPlan; after: EndpointPlan } =>
  pair.before !== undefined && !isDeepStrictEqual(pair.before, pair.after);

/** Parts of a plan that can change while a host runs; all others are fixed at the start. */
const changesAtRunTime: ReadonlySet<string> = new Set([
  'endpoints',
  'hasAddresses',
  'logging',
  'warnings',
] satisfies (keyof HostPlan)[]);

/** Keys of the changed settings that take effect only after a restart. */
export const needsRestart = (before: HostPlan, after: HostPlan): string[] =>
  (Object.keys(after) as (keyof HostPlan)[])
    .filter((key) => !changesAtRunTime.has(key) && !isDeepStrictEqual(before[key], after[key]))
    .concat(before.logging.format === after.logging.format ? [] : ['logging'])
    .map((key) => settingNames[key] ?? key);

const settingNames: Partial<Record<keyof HostPlan, string>> = {
  limits: 'server.limits',
  serverHeader: 'server.serverHeader',
  dateHeader: 'server.dateHeader',
  rejectedConnections: 'server.rejectedConnections',
  endpointDefaults: 'server.endpointDefaults and server.certificates, for endpoints added in code',
  ignoresCodeEndpoints: 'server.preferHostingUrls',
  logging: 'logging.format',
};
