import { type HttpContext, type HttpRequest, addVary } from '@windhover/http';
import { writeRange } from './files/file-reading.ts';
import { type FileDescription, type FoundFile, closeFound } from './files/found-file.ts';
import { type ByteRange, byteRange } from './negotiation/byte-range.ts';
import { evaluateConditions, isRangeCurrent } from './negotiation/conditions.ts';
import type { ContentCoding } from './negotiation/content-coding.ts';
import type { FileToSend } from './options.ts';

/** Properties of the response with a file. */
export interface FilePresentation {
  readonly contentType: string;
  /** Empty for no Cache-Control field. */
  readonly cacheControl: string;
  /** The coding of the file's bytes. */
  readonly coding?: ContentCoding | undefined;
  /** Whether the coding was chosen by the Accept-Encoding field of the request. */
  readonly varies?: boolean | undefined;
  readonly prepareResponse?: (context: HttpContext, file: FileToSend) => void | Promise<void>;
}

/**
 * Answers with a file: 200, 206 for a range, 304, or 412 and 416 if the request cannot be met. Always closes the file.
 */
export const sendFoundFile = async (
  context: HttpContext,
  found: FoundFile,
  presentation: FilePresentation,
): Promise<void> => {
  const { request, response } = context;
  try {
    const range = await startResponse(context, describeAs(found.file, presentation), presentation);
    if (range === undefined) return;
    if ('bytes' in found) return response.send(found.bytes.subarray(range.start, range.end + 1));
    if (request.method !== 'HEAD') await writeRange(response, found.handle, range);
    response.end();
  } finally {
    await closeFound(found);
  }
};

/** The same file in another coding is another representation with another entity tag (RFC 9110 8.8.3.3). */
const describeAs = (file: FileDescription, { coding }: FilePresentation): FileDescription =>
  coding === undefined ? file : { ...file, etag: `${file.etag.slice(0, -1)}-${coding}"` };

/** Sets status and fields. @returns the bytes to send; `undefined` for none */
const startResponse = async (
  context: HttpContext,
  file: FileDescription,
  presentation: FilePresentation,
): Promise<ByteRange | undefined> => {
  const { request, response } = context;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const verdict = isRead ? evaluateConditions(request.headers, file) : 'serve';
  if (verdict === 'failed') {
    response.statusCode = 412;
    return undefined;
  }
  const range = verdict === 'serve' ? requestedRange(request, file) : undefined;
  if (range === 'unsatisfiable') {
    response.statusCode = 416;
    response.headers.set('content-range', `bytes */${file.size}`);
    return undefined;
  }
  setFileFields(context, file, presentation);
  if (verdict === 'serve') setContentFields(context, file, range, presentation);
  else response.statusCode = 304;
  await presentation.prepareResponse?.(context, {
    file: file.path,
    size: file.size,
    modified: new Date(file.modified),
  });
  if (verdict === 'serve') return range ?? { start: 0, end: file.size - 1 };
  response.end();
  return undefined;
};

const requestedRange = (
  { method, headers }: HttpRequest,
  file: FileDescription,
): ByteRange | 'unsatisfiable' | undefined => {
  const value = method === 'GET' ? headers.get('range') : undefined;
  if (value === undefined || !isRangeCurrent(headers, file, Date.now())) return undefined;
  return byteRange(value, file.size);
};

/** Sets the fields that a 304 also has (RFC 9110 15.4.5). */
const setFileFields = (context: HttpContext, file: FileDescription, presentation: FilePresentation): void => {
  const { headers } = context.response;
  headers.set('etag', file.etag);
  headers.set('last-modified', file.lastModified);
  if (presentation.cacheControl !== '') headers.set('cache-control', presentation.cacheControl);
  if (presentation.varies) addVary(headers, 'accept-encoding');
};

const setContentFields = (
  context: HttpContext,
  file: FileDescription,
  range: ByteRange | undefined,
  { contentType, coding }: FilePresentation,
): void => {
  const { response } = context;
  const { headers } = response;
  headers.set('accept-ranges', 'bytes');
  headers.set('content-type', contentType);
  headers.set('x-content-type-options', 'nosniff');
  if (coding !== undefined) headers.set('content-encoding', coding);
  if (range !== undefined) {
    response.statusCode = 206;
    headers.set('content-range', `bytes ${range.start}-${range.end}/${file.size}`);
  }
  headers.set('content-length', range === undefined ? file.size : range.end + 1 - range.start);
};
