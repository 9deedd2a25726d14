export type { ContentCoding } from './coding/encoder.ts';
export { isCompressible } from './compressible.ts';
export { compression } from './compression.ts';
export { CompressionError, type CompressionErrorCode, compressionErrors } from './errors.ts';
export { type CompressionOptions, type ResolvedCompressionOptions, compressionDefaults } from './options.ts';
