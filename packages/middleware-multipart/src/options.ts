import { resolveOptions } from '@windhover/http';
import { MultipartError } from './errors.ts';

/** Options of `multipart`: limits of one request. `maxRequestBodySize` of the server limits the whole content. */
export interface ResolvedMultipartOptions {
  /** Fields and files together. */
  readonly maxParts: number;
  readonly maxFields: number;
  readonly maxFiles: number;
  /** Bytes of the name of a field or file. */
  readonly maxNameSize: number;
  /** Bytes of the value of a field. */
  readonly maxFieldSize: number;
  /** Bytes of a file. */
  readonly maxFileSize: number;
  /** Header fields of a part. Further ones are ignored; a part without Content-Disposition is skipped. */
  readonly maxHeaders: number;
  /** Bytes of the header section of a part. Further ones are ignored. */
  readonly maxHeaderSize: number;
}

/** The options as the caller passes them: all are optional. See `ResolvedMultipartOptions` for their meaning. */
export type MultipartOptions = Partial<ResolvedMultipartOptions>;

export const multipartDefaults: ResolvedMultipartOptions = {
  maxParts: 1024,
  maxFields: 1024, // as ASP.NET Core FormOptions.ValueCountLimit
  maxFiles: 16,
  maxNameSize: 2048, // bytes; as ASP.NET Core FormOptions.KeyLengthLimit
  maxFieldSize: 1_048_576, // bytes
  maxFileSize: 10_485_760, // bytes
  maxHeaders: 16, // as ASP.NET Core FormOptions.MultipartHeadersCountLimit
  maxHeaderSize: 16_384, // bytes; as ASP.NET Core FormOptions.MultipartHeadersLengthLimit
};

/** @throws MultipartError `MULTIPART_LIMIT_INVALID` */
export const resolveMultipartOptions = (given: MultipartOptions): ResolvedMultipartOptions => {
  const options = resolveOptions('multipart', multipartDefaults, given);
  for (const [name, value] of Object.entries<number>(options)) {
    if (Number.isSafeInteger(value) && value >= 0) continue;
    throw new MultipartError('MULTIPART_LIMIT_INVALID', { detail: `received ${name}: ${value}` });
  }
  return options;
};
