export type { CodeSettings } from './code-settings.ts';
export { type EndpointChanges, compareEndpoints, needsRestart } from './compare-plans.ts';
export { defaultSettings } from './default-settings.ts';
export { describeSettings } from './describe-settings.ts';
export type {
  CertificatePlan,
  EndpointDefaultsPlan,
  EndpointPlan,
  HostPlan,
  HttpsPlan,
  HttpsNamePlan,
} from './host-plan.ts';
export { type PlanContext, planHost } from './plan-host.ts';
export { type AddHttps, type AppliedChanges, type ChangeableServer, RunningEndpoints } from './running-endpoints.ts';
export type { HostSettings, HostSettingsInput, NoSections, Sections, SettingsWith } from './schema.ts';
export { type SettingsErrorCode, settingsErrors } from './settings-errors.ts';
export { type SettingsPlaces, mayHaveSettings } from './settings-places.ts';
export { type SettingsPlan, type SettingsSources, planSettings } from './settings-plan.ts';
