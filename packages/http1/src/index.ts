export { http1 } from './http1.ts';
export { type Http1Options, type ResolvedHttp1Options, http1OptionDefaults } from '@windhover/http1-codec';
