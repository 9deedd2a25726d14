export { type DashboardOptions, dashboard, dashboardDefaults } from './dashboard.ts';
export type { LiveView, ProcessView, RateView } from './snapshot.ts';
