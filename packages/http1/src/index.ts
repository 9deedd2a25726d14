export { Http1Error, type Http1ErrorCode, type Http1ErrorSpec, http1Errors } from './errors.ts';
export { http1 } from './http1.ts';
export { RequestDecoder, RequestEvent } from './request-decoder.ts';
export type { RequestHead } from './request-head.ts';
