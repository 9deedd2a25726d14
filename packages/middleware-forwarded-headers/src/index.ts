export { ForwardedHeadersError, type ForwardedHeadersErrorCode, forwardedHeadersErrors } from './errors.ts';
export { forwardedHeaders } from './forwarded-headers.ts';
export { ForwardedHeadersFeature } from './forwarded-headers-feature.ts';
export type { ObfuscatedEndpoint } from './forwarded-node.ts';
export {
  type ForwardedHeadersOptions,
  type ForwardedName,
  type IgnoredReason,
  type ResolvedForwardedHeadersOptions,
  forwardedHeadersDefaults,
} from './options.ts';
