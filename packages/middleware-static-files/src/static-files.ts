import { type Stats, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { type HttpContext, type Middleware, type RequestDelegate, addVary } from '@windhover/http';
import { contentTypeOf } from './content-type.ts';
import { StaticFilesError } from './errors.ts';
import { FileSource } from './files/file-source.ts';
import { type FoundFile, closeFound } from './files/found-file.ts';
import { isRegularFile } from './files/opened-file.ts';
import { type PathRules, isServablePath } from './files/request-path.ts';
import { sendListing } from './listing/send-listing.ts';
import { type ContentCoding, codingExtensions, preferredCoding } from './negotiation/content-coding.ts';
import {
  type ResolvedStaticFilesOptions,
  type StaticFilesOptions,
  codingsOf,
  resolveStaticFilesOptions,
} from './options.ts';
import { sendFoundFile } from './send-found-file.ts';

/**
 * The absolute path of a folder. A wrong path would answer every request 404, which looks like a fault of the routes.
 *
 * @throws StaticFilesError `STATIC_FILES_ROOT_INVALID`
 * Source: .NET `PhysicalFileProvider`, which throws a `DirectoryNotFoundException`
 */
const existingFolder = (root: string): string => {
  if ((root as unknown) instanceof URL) throw invalidRoot('received a URL; convert it with fileURLToPath of node:url');
  if (typeof root !== 'string' || root === '') throw invalidRoot(`received ${JSON.stringify(root)}`);
  const folder = resolve(root);
  let stats: Stats | undefined;
  try {
    stats = statSync(folder, { throwIfNoEntry: false });
  } catch (cause) {
    throw invalidRoot(`${JSON.stringify(folder)} cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
  if (stats?.isDirectory() === true) return folder;
  if (stats !== undefined) {
    throw invalidRoot(`${JSON.stringify(folder)} is not a folder; send a single file with sendFile`);
  }
  throw invalidRoot(`${JSON.stringify(folder)} does not exist; ${isAbsolute(root) ? 'create it' : relativeAdvice}`);
};

const relativeAdvice =
  'a relative path is resolved against the working directory; for a folder next to the module use join(import.meta.dirname, …)';

const invalidRoot = (detail: string, cause?: unknown): StaticFilesError =>
  new StaticFilesError('STATIC_FILES_ROOT_INVALID', detail, { cause });

/**
 * Request middleware that answers GET and HEAD requests with the files of a folder. Requests without a matching file
 * continue with the next middleware.
 *
 * @param root the folder, which must exist; relative to the working directory
 * @throws StaticFilesError `STATIC_FILES_ROOT_INVALID`, `STATIC_FILES_OPTION_INVALID`
 * Source: ASP.NET Core `StaticFileMiddleware`, `DefaultFilesMiddleware`, `DirectoryBrowserMiddleware`
 */
export const staticFiles = (root: string, given: StaticFilesOptions = {}): Middleware => {
  const options = resolveStaticFilesOptions(given);
  const folder = new StaticFolder(existingFolder(root), options);
  return (context, next) => folder.answer(context, next);
};

class StaticFolder {
  readonly #options: ResolvedStaticFilesOptions;
  readonly #source: FileSource;
  readonly #rules: PathRules;
  readonly #codings: readonly ContentCoding[];

  constructor(root: string, options: ResolvedStaticFilesOptions) {
    this.#options = options;
    // The root of a file system already ends with a slash.
    this.#source = new FileSource(root.replace(/[/\\]$/, ''), options);
    this.#rules = { dotfiles: options.dotfiles, windows: process.platform === 'win32' };
    this.#codings = codingsOf(options.precompressed);
  }

  answer(context: HttpContext, next: RequestDelegate): void | Promise<void> {
    const { method, path } = context.request;
    if (method !== 'GET' && method !== 'HEAD') return next(context);
    if (!isServablePath(path, this.#rules)) return next(context);
    return this.#answerPath(context, path, next);
  }

  async #answerPath(context: HttpContext, path: string, next: RequestDelegate): Promise<void> {
    if (path.endsWith('/')) return this.#answerFolder(context, path, next);
    const found = await this.#source.find(path);
    if (found === 'folder') return this.#redirectToFolder(context, path, next);
    if (found === undefined) return this.#answerMissing(context, next);
    return this.#send(context, path, found);
  }

  async #answerFolder(context: HttpContext, path: string, next: RequestDelegate): Promise<void> {
    for (const name of this.#options.index) {
      const found = await this.#source.find(path + name);
      if (found !== undefined && found !== 'folder') return this.#send(context, path + name, found);
    }
    const isListed = this.#options.listing && (await this.#sendListing(context, path));
    if (!isListed) return this.#answerMissing(context, next);
  }

  #sendListing(context: HttpContext, path: string): Promise<boolean> {
    const { root, boundary } = this.#source;
    return sendListing(context, { folder: root + path, boundary, isRoot: path === '/', rules: this.#rules });
  }

  /**
   * Redirects to the path with a trailing slash, so that relative links of the index file work. The location is
   * relative: it works behind proxies that remove part of the path, and never leads to another host.
   */
  async #redirectToFolder(context: HttpContext, path: string, next: RequestDelegate): Promise<void> {
    if (!this.#options.listing && !(await this.#hasIndex(path))) return this.#answerMissing(context, next);
    const { request, response } = context;
    const name = (request.pathBase + path).split('/').at(-1)!;
    response.redirect(`./${encodeURIComponent(name)}/${request.queryString}`, 301);
  }

  async #hasIndex(path: string): Promise<boolean> {
    const found = await Promise.all(
      this.#options.index.map((name) => isRegularFile(`${this.#source.root}${path}/${name}`)),
    );
    return found.includes(true);
  }

  async #answerMissing(context: HttpContext, next: RequestDelegate): Promise<void> {
    const { fallback } = this.#options;
    if (fallback === undefined || hasExtension(context.request.path)) return next(context);
    for (const name of ['accept', 'sec-fetch-mode']) addVary(context.response.headers, name);
    if (!isPageRequest(context)) return next(context);
    const found = await this.#source.find(`/${fallback}`);
    if (found === undefined || found === 'folder') return next(context);
    return this.#send(context, `/${fallback}`, found);
  }

  async #send(context: HttpContext, path: string, plain: FoundFile): Promise<void> {
    const { cacheControl, contentTypes, immutable, prepareResponse } = this.#options;
    const { found, coding, varies } =
      this.#codings.length === 0 ? { found: plain } : await this.#compressedIfPreferred(context, path, plain);
    return sendFoundFile(context, found, {
      contentType: contentTypeOf(path, contentTypes),
      cacheControl: immutable(path) ? 'public, max-age=31536000, immutable' : cacheControl,
      coding,
      varies,
      prepareResponse,
    });
  }

  /** Uses a compressed file if the client prefers one, and then closes the plain one. */
  async #compressedIfPreferred(context: HttpContext, path: string, plain: FoundFile): Promise<Choice> {
    try {
      const existing = await this.#existingCodings(path);
      if (existing.length === 0) return { found: plain };
      const coding = preferredCoding(context.request.headers.get('accept-encoding'), existing);
      const found = coding && (await this.#source.find(path + codingExtensions[coding]));
      if (found === undefined || found === 'folder') return { found: plain, varies: true };
      await closeFound(plain);
      return { found, coding, varies: true };
    } catch (error) {
      await closeFound(plain);
      throw error;
    }
  }

  async #existingCodings(path: string): Promise<ContentCoding[]> {
    const exist = await Promise.all(
      this.#codings.map((coding) => isRegularFile(`${this.#source.root}${path}${codingExtensions[coding]}`)),
    );
    return this.#codings.filter((_, at) => exist[at]);
  }
}

interface Choice {
  readonly found: FoundFile;
  readonly coding?: ContentCoding | undefined;
  /** Whether another request could get another file. */
  readonly varies?: boolean;
}

/** Whether the last segment of a path looks like the name of a file. */
const hasExtension = (path: string): boolean => path.slice(path.lastIndexOf('/')).includes('.');

/** Whether a browser requests a page: a navigation, if the browser says so. */
const isPageRequest = ({ request: { headers } }: HttpContext): boolean => {
  const mode = headers.get('sec-fetch-mode');
  if (mode !== undefined) return mode === 'navigate';
  const accept = headers.get('accept');
  return accept === undefined || /text\/html|\*\/\*/i.test(accept);
};
