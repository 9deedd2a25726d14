import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { type HttpContext, checkContentCoding, mediaType } from '@windhover/http';
import { FileContent } from './file-content.ts';
import { MultipartError, type MultipartErrorCode } from './errors.ts';
import { type MultipartOptions, type ResolvedMultipartOptions, resolveMultipartOptions } from './options.ts';

/** A field of a form. */
export interface FieldPart {
  readonly kind: 'field';
  readonly name: string;
  readonly value: string;
}

/** A file of a form. */
export interface FilePart {
  readonly kind: 'file';
  readonly name: string;
  /**
   * Last segment of the client's file name; empty if the client has sent none. Untrusted text: do not write to it as a
   * path.
   */
  readonly fileName: string;
  /** Media type sent by the client, unchecked. */
  readonly mediaType: string;
  /**
   * The content as it arrives. Read it before the next part: unread content is dropped then, also after a loop over it
   * was left or it was destroyed. It fails with the error of the whole content, with `MULTIPART_FILE_TOO_LARGE`, or when
   * the client disconnects.
   */
  readonly content: Readable;
}

export type Part = FieldPart | FilePart;

/**
 * Reads a multipart/form-data request part by part. Nothing is kept in memory or in files: the client holds back unread
 * content. If a loop ends early, the rest is dropped.
 *
 * Iterating throws:
 * - `MultipartError` for refused content (400, 413, 415)
 * - `BadHttpRequestError` if the content breaks a rule or a limit of the server
 * - `HttpError` `HTTP_CONTENT_CODING_UNSUPPORTED` for compressed content (415), `HTTP_BODY_CONSUMED`, and
 *   `HTTP_REQUEST_ABORTED` when the client disconnects
 *
 * @throws MultipartError `MULTIPART_LIMIT_INVALID`
 * Source: RFC 7578
 */
export const multipart = (context: HttpContext, given: MultipartOptions = {}): AsyncIterable<Part> => {
  const options = resolveMultipartOptions(given);
  return { [Symbol.asyncIterator]: () => parts(context, options) };
};

async function* parts(context: HttpContext, options: ResolvedMultipartOptions): AsyncGenerator<Part, void> {
  checkContentCoding(context.request.headers);
  const reading = new FormReading(parserFor(context.request.contentType ?? '', options), options.maxNameSize);
  void pump(context, reading);
  try {
    for (let part = await reading.next(); part !== undefined; part = await reading.next()) {
      yield part;
      if (part.kind === 'file') await dropRest(part.content);
    }
  } finally {
    // The pump may wait for the client, which may wait for the response: it ends with the request.
    reading.stop();
  }
}

/** @throws MultipartError `MULTIPART_CONTENT_TYPE`, `MULTIPART_MALFORMED` */
const parserFor = (contentType: string, options: ResolvedMultipartOptions): BusboyInstance => {
  if (mediaType(contentType) !== 'multipart/form-data') throw new MultipartError('MULTIPART_CONTENT_TYPE');
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: {
        parts: options.maxParts,
        fields: options.maxFields,
        files: options.maxFiles,
        fieldNameSize: options.maxNameSize,
        fieldSize: options.maxFieldSize,
        fileSize: options.maxFileSize,
        headerPairs: options.maxHeaders,
        headerSize: options.maxHeaderSize,
      },
    });
  } catch (cause) {
    // No boundary.
    throw new MultipartError('MULTIPART_MALFORMED', { cause });
  }
};

/** Passes the content to the parser, as fast as its parts are read. Never rejects. */
const pump = async ({ request }: HttpContext, reading: FormReading): Promise<void> => {
  try {
    for await (const piece of request.body) {
      if (reading.isOver) return;
      await reading.write(piece);
    }
    reading.end();
  } catch (error) {
    reading.fail(error);
  }
};

/** Reads a file to its end and drops it. The next part reports its errors. */
const dropRest = (content: Readable): Promise<void> =>
  new Promise((resolve) => {
    if (content.destroyed || content.readableEnded) return resolve();
    content.once('close', resolve).once('end', resolve).resume();
  });

/** RFC 7578 section 4.2 requires a name. Without one the parser passes undefined, unlike its types. */
const hasName = (name: string | undefined): boolean => name !== undefined;

/** Parts that the parser has found and the handler has not taken: at most those of one piece of content. */
class FormReading {
  readonly #parser: BusboyInstance;
  readonly #maxNameSize: number;
  readonly #found: Part[] = [];
  #file: FileContent | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(parser: BusboyInstance, maxNameSize: number) {
    this.#parser = parser;
    this.#maxNameSize = maxNameSize;
    parser
      .on('field', (name, value, nameTruncated, valueTruncated) => {
        if (!hasName(name)) return this.#refuse('MULTIPART_MALFORMED');
        if (nameTruncated || valueTruncated || this.#isTooLong(name)) return this.#refuse('MULTIPART_FIELD_TOO_LARGE');
        this.#add({ kind: 'field', name, value });
      })
      .on('file', (name, stream, fileName, _encoding, mediaType) => this.#addFile(stream, name, fileName, mediaType))
      .on('partsLimit', () => this.#refuse('MULTIPART_TOO_MANY_PARTS'))
      .on('fieldsLimit', () => this.#refuse('MULTIPART_TOO_MANY_FIELDS'))
      .on('filesLimit', () => this.#refuse('MULTIPART_TOO_MANY_FILES'))
      .on('error', (cause) => this.fail(new MultipartError('MULTIPART_MALFORMED', { cause })))
      .on('finish', () => this.#finish());
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The next part; `undefined` at the end. */
  async next(): Promise<Part | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const part = this.#found.shift();
      if (part !== undefined) return part;
      if (this.#isOver) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Resolves when the parser is ready for more, or is done. */
  write(piece: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#onOver = resolve;
      this.#parser.write(piece, () => resolve());
    });
  }

  end(): void {
    if (!this.#isOver) this.#parser.end();
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#failure = { error };
    this.#file?.destroy(error as Error);
    this.#finish();
  }

  /** Called when the handler takes no further parts. */
  stop(): void {
    this.#file?.destroy();
    this.#finish();
  }

  #onOver: (() => void) | undefined;

  /** @param fileName `undefined` for a part of the type application/octet-stream without a name, unlike its type says */
  #addFile(source: BusboyFileStream, name: string, fileName: string | undefined, mediaType: string): void {
    const content = new FileContent(source);
    this.#file = content;
    // If nothing reads the file, the next part reports its error.
    content.on('error', () => undefined);
    if (!hasName(name)) return this.#refuse('MULTIPART_MALFORMED');
    if (this.#isTooLong(name)) return this.#refuse('MULTIPART_FIELD_TOO_LARGE');
    source.once('limit', () => this.#refuse('MULTIPART_FILE_TOO_LARGE'));
    this.#add({ kind: 'file', name, fileName: fileName ?? '', mediaType, content });
  }

  /** The parser limits names only in urlencoded forms. */
  #isTooLong(name: string): boolean {
    return Buffer.byteLength(name) > this.#maxNameSize;
  }

  #add(part: Part): void {
    if (this.#isOver) return;
    this.#found.push(part);
    this.#notify();
  }

  #refuse(code: MultipartErrorCode): void {
    this.fail(new MultipartError(code));
  }

  #finish(): void {
    this.#isOver = true;
    this.#onOver?.();
    this.#notify();
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
