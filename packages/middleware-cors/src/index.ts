export { cors, corsPolicies } from './cors.ts';
export { type CorsPolicy, type ResolvedCorsPolicy, corsDefaults } from './policy.ts';
export { CorsError, type CorsErrorCode, corsErrors } from './errors.ts';
