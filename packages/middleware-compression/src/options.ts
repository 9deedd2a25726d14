import { receivedText, resolveOptions } from '@windhover/http';
import { type ContentCoding, codings } from './coding/encoder.ts';
import { CompressionError } from './errors.ts';
import { isCompressible } from './compressible.ts';

/** Options of `compression`. */
export interface ResolvedCompressionOptions {
  /** Offered codings; if the client has no preference, the first one is used. */
  readonly codings: readonly ContentCoding[];
  /** Content known to be shorter, in bytes, is sent uncompressed. */
  readonly threshold: number;
  /** Whether content of a media type is compressed. @param mediaType in lower case, without parameters: `text/html` */
  readonly compressible: (mediaType: string) => boolean;
  /** Compression level of each coding: br 0 to 11, zstd 1 to 22, gzip 1 to 9. */
  readonly levels: Readonly<Record<ContentCoding, number>>;
  /**
   * Whether responses over https are compressed. Risk (BREACH): an attacker who can make a browser send requests with
   * chosen text and sees the length of the responses can guess secrets in compressed pages that repeat that text.
   */
  readonly enableForHttps: boolean;
}

export const compressionDefaults: ResolvedCompressionOptions = {
  codings: ['br', 'zstd', 'gzip'], // Brotli first, as in ASP.NET Core
  threshold: 1024, // bytes; less fits one packet anyway
  compressible: isCompressible,
  levels: { br: 4, zstd: 3, gzip: 6 }, // as fast as gzip is, and smaller
  enableForHttps: false, // same as ASP.NET Core EnableForHttps
};

/** The options as passed by the caller; each member of `levels` is optional. */
export type CompressionOptions = Partial<Omit<ResolvedCompressionOptions, 'levels'>> & {
  readonly levels?: Partial<ResolvedCompressionOptions['levels']>;
};

const levelRanges: Readonly<Record<ContentCoding, readonly [least: number, most: number]>> = {
  br: [0, 11],
  zstd: [1, 22],
  gzip: [1, 9],
};

/** @throws CompressionError `COMPRESSION_OPTION_INVALID` */
export const resolveCompressionOptions = (given: CompressionOptions): ResolvedCompressionOptions => {
  const options = {
    ...resolveOptions('compression', compressionDefaults, given, { kinds: { levels: 'object' } }),
    levels: resolveOptions('compression levels', compressionDefaults.levels, given.levels),
  };
  const unknown = options.codings.find((coding) => !codings.includes(coding));
  if (unknown !== undefined) throw invalid('codings must contain only br, zstd and gzip', unknown);
  checkInteger('threshold', options.threshold, 0, Number.MAX_SAFE_INTEGER);
  for (const coding of codings) checkInteger(`levels.${coding}`, options.levels[coding], ...levelRanges[coding]);
  return options;
};

const checkInteger = (name: string, value: number, least: number, most: number): void => {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalid(`${name} must be an integer from ${least} to ${most}`, value);
};

const invalid = (rule: string, received: string | number): CompressionError =>
  new CompressionError('COMPRESSION_OPTION_INVALID', `${rule}; received ${receivedText(received)}`);
