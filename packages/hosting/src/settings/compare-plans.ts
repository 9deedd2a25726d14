import { isDeepStrictEqual } from 'node:util';
import type { EndPointPlan, HostPlan } from './host-plan.ts';

/** What becomes of end points, told apart by their names. */
export interface EndPointChanges {
  readonly unchanged: readonly EndPointPlan[];
  readonly added: readonly EndPointPlan[];
  readonly removed: readonly EndPointPlan[];
  readonly changed: readonly { readonly before: EndPointPlan; readonly after: EndPointPlan }[];
}

/** Compares end points by all that is planned of them. Source: Kestrel `KestrelConfigurationLoader.Reload` */
export const compareEndPoints = (before: readonly EndPointPlan[], after: readonly EndPointPlan[]): EndPointChanges => {
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
  before: EndPointPlan | undefined;
  after: EndPointPlan;
}): pair is { before: EndPointPlan; after: EndPointPlan } =>
  pair.before !== undefined && !isDeepStrictEqual(pair.before, pair.after);

/** What can be changed while a host runs; all the rest of a plan is settled when it starts. */
const changesAtRunTime: ReadonlySet<string> = new Set([
  'endPoints',
  'logging',
  'warnings',
] satisfies (keyof HostPlan)[]);

/** The settings that differ and come into effect with the next start only, by their keys. */
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
  endPointDefaults: 'server.endpointDefaults and server.certificates, for end points of the program',
  ignoresCodeEndPoints: 'server.preferHostingUrls',
  logging: 'logging.format',
};
