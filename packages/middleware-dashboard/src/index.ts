export { type DashboardOptions, dashboard, dashboardDefaults } from './dashboard.ts';
export type { LiveView, ProcessView, RateView, RequestCounts, Snapshot } from './snapshot.ts';
export { ProcessWatch } from './processes/process-watch.ts';
export type { SocketName } from './processes/socket-folder.ts';
export { SummedProcesses } from './processes/summed-processes.ts';
