export * from './codec/errors.ts';
export { http2 } from './http2.ts';
export { type Http2Options, type ResolvedHttp2Options, http2OptionDefaults } from './http2-options.ts';
export { Http2RefusalError, type Http2RefusalCode, http2Refusals } from './exchange/refusal-errors.ts';
