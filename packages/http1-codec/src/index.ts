export { Http1Error, type Http1ErrorCode, type Http1ErrorSpec, http1Errors } from './grammar/errors.ts';
export { type Http1Options, type ResolvedHttp1Options, http1OptionDefaults } from './grammar/http1-options.ts';
export { type FieldLines, encodeChunk, encodeChunkHead, encodeLastChunk } from './grammar/chunk-encoder.ts';
export { Http1EncodeError, type Http1EncodeErrorCode } from './grammar/encode-error.ts';

export { HeadFlag } from './request/framing-fields.ts';
export { RequestDecoder, RequestEvent } from './request/request-decoder.ts';
export { type EncodedRequestHead, type RequestHeadInit, encodeRequestHead } from './request/request-encoder.ts';
export type { RequestHead } from './request/request-head.ts';

export { ResponseDecoder, ResponseEvent } from './response/response-decoder.ts';
export {
  Http1ResponseError,
  type Http1ResponseErrorCode,
  type Http1ResponseErrorSpec,
  http1ResponseErrors,
} from './response/response-errors.ts';
export { type EncodedResponseHead, type ResponseHeadInit, encodeResponseHead } from './response/response-encoder.ts';
export { ResponseHeadWriter, type ServerFields } from './response/response-head-writer.ts';
export type { ResponseHead } from './response/response-head.ts';
export {
  type ResponseLimitOptions,
  type ResponseLimits,
  resolveResponseLimits,
  responseLimitDefaults,
} from './response/response-limits.ts';
