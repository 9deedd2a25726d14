export { Http1Error, type Http1ErrorCode, type Http1ErrorSpec, http1Errors } from './errors.ts';
export { http1 } from './http1.ts';
export { type Http1Options, http1OptionDefaults } from './http1-options.ts';
export { RequestDecoder, RequestEvent } from './request-decoder.ts';
export type { RequestHead } from './request-head.ts';

export { Http1EncodeError } from './encode-error.ts';
export { type FieldLines, encodeChunk, encodeChunkHead, encodeLastChunk } from './chunk-encoder.ts';
export { type EncodedRequestHead, type RequestHeadInit, encodeRequestHead } from './request-encoder.ts';
export { ResponseDecoder, ResponseEvent } from './response-decoder.ts';
export {
  Http1ResponseError,
  type Http1ResponseErrorCode,
  type Http1ResponseErrorSpec,
  http1ResponseErrors,
} from './response-errors.ts';
export type { ResponseHead } from './response-head.ts';
export { type ResponseLimits, resolveResponseLimits, responseLimitDefaults } from './response-limits.ts';
