export { HostFilteringError, type HostFilteringErrorCode, hostFilteringErrors } from './errors.ts';
export { hostFiltering } from './host-filtering.ts';
export { type HostFilteringOptions, type ResolvedHostFilteringOptions, hostFilteringDefaults } from './options.ts';
