export { contentDisposition } from './content-disposition.ts';
export { StaticFilesError, type StaticFilesErrorCode, staticFilesErrors } from './errors.ts';
export type { ContentCoding } from './negotiation/content-coding.ts';
export {
  type FileToSend,
  type ResolvedStaticFilesOptions,
  type StaticFilesOptions,
  staticFilesDefaults,
} from './options.ts';
export { type SendFileOptions, sendFile } from './send-file.ts';
export { staticFiles } from './static-files.ts';
