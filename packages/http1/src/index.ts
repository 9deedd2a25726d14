export { http1 } from './http1.ts';
export { type Http1Options, http1OptionDefaults } from '@windhover/http1-codec';
