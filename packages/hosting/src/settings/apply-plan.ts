import type { LogLevels } from '../log-filter.ts';
import { needsRestart } from './compare-plans.ts';
import type { HostPlan } from './host-plan.ts';
import type { AppliedChanges, RunningEndPoints } from './running-end-points.ts';

/** What can be changed of a host that runs. */
export interface ChangeableHost {
  readonly endPoints: Pick<RunningEndPoints, 'change'>;
  /** Left out where the logger is not one of the host's own. */
  changeLogLevels?(levels: LogLevels): void;
  warn(message: string): void;
}

/**
 * Makes a running host that of another plan, as far as it can be while it runs; a warning names the rest.
 *
 * @throws Error what keeps a new end point from listening; nothing has changed then
 */
export const applyPlan = async (current: HostPlan, next: HostPlan, host: ChangeableHost): Promise<AppliedChanges> => {
  const changes = await host.endPoints.change(next.endPoints);
  host.changeLogLevels?.(next.logging);
  for (const warning of next.warnings) host.warn(warning);
  const restart = needsRestart(current, next);
  if (restart.length > 0) host.warn(`These settings come into effect with the next start: ${restart.join(', ')}`);
  return changes;
};
