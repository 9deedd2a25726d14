export { HostFilteringError, type HostFilteringErrorCode, hostFilteringErrors } from './errors.ts';
export { hostFiltering } from './host-filtering.ts';
export { type GivenHostFilteringOptions, type HostFilteringOptions, hostFilteringDefaults } from './options.ts';
