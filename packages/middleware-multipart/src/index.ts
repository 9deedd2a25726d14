export { MultipartError, type MultipartErrorCode, multipartErrors } from './errors.ts';
export { type FieldPart, type FilePart, type Part, multipart } from './multipart.ts';
export { type MultipartOptions, type ResolvedMultipartOptions, multipartDefaults } from './options.ts';
