import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { type HttpContext, mediaType } from '@windhover/http';
import { MultipartError, type MultipartErrorCode } from './errors.ts';
import { type MultipartLimits, resolveMultipartLimits } from './limits.ts';

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
  /** Last segment of the name that the client gives: its text, not a path to write to. */
  readonly fileName: string;
  /** Media type that the client gives, without a check. */
  readonly mediaType: string;
  /**
   * The content as it arrives. Read it before the next part: what is not read by then is dropped. It fails with the error of
   * the whole content, with `MULTIPART_FILE_TOO_LARGE`, or when the client leaves.
   */
  readonly content: Readable;
}

export type Part = FieldPart | FilePart;

/**
 * Reads a request of the type multipart/form-data, part by part. Nothing is kept in memory or in files: content that is not
 * read stays with the client. A loop that is left drops the rest.
 *
 * Iterating throws:
 * - `MultipartError` for content that is not accepted (400, 413, 415)
 * - `BadHttpRequestError` where the content breaks a rule or a limit of the server
 * - `HttpError` `HTTP_BODY_CONSUMED`, and `HTTP_REQUEST_ABORTED` when the client leaves
 *
 * @throws MultipartError `MULTIPART_LIMIT_INVALID`
 * Source: RFC 7578
 */
export const multipart = (context: HttpContext, given: Partial<MultipartLimits> = {}): AsyncIterable<Part> => {
  const limits = resolveMultipartLimits(given);
  return { [Symbol.asyncIterator]: () => parts(context, limits) };
};

async function* parts(context: HttpContext, limits: MultipartLimits): AsyncGenerator<Part, void> {
  const reading = new FormReading(parserFor(context.request.contentType ?? '', limits), limits.maxNameSize);
  const pumped = pump(context, reading);
  try {
    for (let part = await reading.next(); part !== undefined; part = await reading.next()) {
      yield part;
      if (part.kind === 'file') await dropRest(part.content);
    }
  } finally {
    reading.stop();
    await pumped;
  }
}

/** @throws MultipartError `MULTIPART_CONTENT_TYPE`, `MULTIPART_MALFORMED` */
const parserFor = (contentType: string, limits: MultipartLimits): BusboyInstance => {
  if (mediaType(contentType) !== 'multipart/form-data') throw new MultipartError('MULTIPART_CONTENT_TYPE');
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: {
        parts: limits.maxParts,
        fields: limits.maxFields,
        files: limits.maxFiles,
        fieldNameSize: limits.maxNameSize,
        fieldSize: limits.maxFieldSize,
        fileSize: limits.maxFileSize,
        headerPairs: limits.maxHeaders,
        headerSize: limits.maxHeaderSize,
      },
    });
  } catch (cause) {
    // No boundary.
    throw new MultipartError('MULTIPART_MALFORMED', { cause });
  }
};

/** Gives the content to the parser, as fast as its parts are read. */
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

/** Reads a file to its end without keeping anything. It fails with an error that the next part has, too. */
const dropRest = (content: Readable): Promise<void> =>
  new Promise((resolve) => {
    if (content.destroyed || content.readableEnded) return resolve();
    content.once('close', resolve).once('end', resolve).resume();
  });

/** RFC 7578 section 4.2 asks for a name; without one the parser gives none, whatever its types say. */
const hasName = (name: string | undefined): boolean => name !== undefined;

/** The parts that a parser has found and the handler has not taken yet: those of one piece of content at most. */
class FormReading {
  readonly #parser: BusboyInstance;
  readonly #maxNameSize: number;
  readonly #found: Part[] = [];
  #file: BusboyFileStream | undefined;
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

  /** Resolves when the parser wants more, or nothing any more. */
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

  /** The handler takes no further parts. */
  stop(): void {
    this.#file?.destroy();
    this.#finish();
  }

  #onOver: (() => void) | undefined;

  #addFile(content: BusboyFileStream, name: string, fileName: string, mediaType: string): void {
    this.#file = content;
    // Where nothing reads the file, its error comes with the next part.
    content.on('error', () => undefined);
    if (!hasName(name)) return this.#refuse('MULTIPART_MALFORMED');
    if (this.#isTooLong(name)) return this.#refuse('MULTIPART_FIELD_TOO_LARGE');
    content.once('limit', () => this.#refuse('MULTIPART_FILE_TOO_LARGE'));
    this.#add({ kind: 'file', name, fileName, mediaType, content });
  }

  /** The parser limits the names of urlencoded forms only. */
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
