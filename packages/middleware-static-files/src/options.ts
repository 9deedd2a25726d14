import { type HttpContext, receivedText, resolveOptions } from '@windhover/http';
import { type ContentCoding, contentCodings } from './negotiation/content-coding.ts';
import { StaticFilesError } from './errors.ts';

/** A file that is about to be sent. */
export interface FileToSend {
  /** The file on disk. */
  readonly file: string;
  /** In bytes. */
  readonly size: number;
  readonly modified: Date;
}

/** Options of `staticFiles`. */
export interface ResolvedStaticFilesOptions {
  /** Index files of a folder; the first one that exists is used. `[]` for none. */
  readonly index: readonly string[];
  /** Whether a folder without an index file is answered with a listing. */
  readonly listing: boolean;
  /**
   * A file that answers browser requests for pages that do not exist as files, e.g. `index.html` of an application with
   * client-side routes. `undefined` for none. With it, add the middleware after your routes.
   */
  readonly fallback: string | undefined;
  /** Whether files and folders whose names begin with a dot are served. */
  readonly dotfiles: boolean;
  /** Whether symbolic links may lead out of the folder. */
  readonly outsideLinks: boolean;
  /** Codings for which `app.js.br`, `app.js.zst` and `app.js.gz` next to `app.js` are sent instead; `true` for all. */
  readonly precompressed: boolean | readonly ContentCoding[];
  /**
   * Value of the Cache-Control field; empty for none. `no-cache` lets clients store a file and revalidate it on each
   * use.
   */
  readonly cacheControl: string;
  /**
   * Whether the file of a path never changes, e.g. because its name contains a hash of the content. Its Cache-Control
   * is `public, max-age=31536000, immutable`.
   *
   * @param path request path relative to the folder: `/assets/app-3f9a2c1b.js`
   */
  readonly immutable: (path: string) => boolean;
  /**
   * Media types by extension in lower case, without the dot: `{ gltf: 'model/gltf+json' }`. They override the built-in
   * ones.
   */
  readonly contentTypes: Readonly<Record<string, string>>;
  /** Bytes of memory for small files; 0 for none. A cached file is compared with the file on disk for each request. */
  readonly cacheSize: number;
  /** Called before a file is sent, and before a 304; may change fields of the response. */
  readonly prepareResponse: (context: HttpContext, file: FileToSend) => void | Promise<void>;
}

/** The options as the caller passes them: all are optional. See `ResolvedStaticFilesOptions` for their meaning. */
export type StaticFilesOptions = Partial<ResolvedStaticFilesOptions>;

export const staticFilesDefaults: ResolvedStaticFilesOptions = {
  index: ['index.html'],
  listing: false,
  fallback: undefined,
  dotfiles: false,
  outsideLinks: false,
  precompressed: false,
  cacheControl: 'no-cache',
  immutable: () => false,
  contentTypes: {},
  cacheSize: 16 * 1024 * 1024, // bytes
  prepareResponse: () => undefined,
};

/** @throws StaticFilesError `STATIC_FILES_OPTION_INVALID` */
export const resolveStaticFilesOptions = (given: StaticFilesOptions): ResolvedStaticFilesOptions => {
  const options = resolveOptions('staticFiles', staticFilesDefaults, given, {
    kinds: { precompressed: ['strings', true, false], contentTypes: 'object' },
  });
  for (const name of [...options.index, ...(options.fallback === undefined ? [] : [options.fallback])]) {
    if (name === '' || name.startsWith('/')) throw invalid('a file name must be relative to the folder', name);
  }
  for (const coding of codingsOf(options.precompressed)) {
    if (!contentCodings.includes(coding)) throw invalid('precompressed must contain only br, zstd and gzip', coding);
  }
  const { cacheSize } = options;
  if (!Number.isSafeInteger(cacheSize) || cacheSize < 0) {
    throw invalid('cacheSize must be an integer of at least 0', cacheSize);
  }
  return options;
};

/** The codings of the option `precompressed`. */
export const codingsOf = (precompressed: ResolvedStaticFilesOptions['precompressed']): readonly ContentCoding[] => {
  if (typeof precompressed !== 'boolean') return precompressed;
  return precompressed ? contentCodings : [];
};

const invalid = (rule: string, received: string | number): StaticFilesError =>
  new StaticFilesError('STATIC_FILES_OPTION_INVALID', `${rule}; received ${receivedText(received)}`);
