import type { HttpContext } from '@windhover/http';
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
export interface StaticFilesOptions {
  /** Files that answer for their folder, the first that exists; `[]` for none. */
  readonly index: readonly string[];
  /** Whether a folder without an index file is answered with a list of its files. */
  readonly listing: boolean;
  /**
   * A file of the folder that answers requests of browsers for pages that are no file, e.g. `index.html` of an application
   * with its routes in the browser. `undefined` for none. Add the middleware after your routes then.
   */
  readonly fallback: string | undefined;
  /** Whether files and folders whose names begin with a dot are served. */
  readonly dotfiles: boolean;
  /** Whether symbolic links may lead out of the folder. */
  readonly outsideLinks: boolean;
  /** Codings for which `app.js.br`, `app.js.zst` and `app.js.gz` beside `app.js` are sent in its place; `true` for all. */
  readonly precompressed: boolean | readonly ContentCoding[];
  /** Value of the Cache-Control field; empty for none. `no-cache` lets clients keep a file and ask whether it has changed. */
  readonly cacheControl: string;
  /**
   * Whether a file never changes under its name, e.g. because its name has a hash of the content. Its Cache-Control is
   * `public, max-age=31536000, immutable`.
   *
   * @param path the path of the request, from the folder on: `/assets/app-3f9a2c1b.js`
   */
  readonly immutable: (path: string) => boolean;
  /** Media types by extension in lower case, without dot: `{ gltf: 'model/gltf+json' }`. They override the built-in ones. */
  readonly contentTypes: Readonly<Record<string, string>>;
  /** Bytes of memory for small files; 0 for none. A cached file is compared with the one on disk for each request. */
  readonly cacheSize: number;
  /** Called before a file is sent, also before a 304; may change fields of the response. */
  readonly prepareResponse: (context: HttpContext, file: FileToSend) => void;
}

export const staticFilesDefaults: StaticFilesOptions = {
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
export const resolveStaticFilesOptions = (given: Partial<StaticFilesOptions>): StaticFilesOptions => {
  const options = { ...staticFilesDefaults, ...given };
  for (const name of [...options.index, ...(options.fallback === undefined ? [] : [options.fallback])]) {
    if (name === '' || name.startsWith('/')) throw invalid('a file name is relative to the folder', name);
  }
  for (const coding of codingsOf(options.precompressed)) {
    if (!contentCodings.includes(coding)) throw invalid('precompressed takes br, zstd and gzip', coding);
  }
  const { cacheSize } = options;
  if (!Number.isSafeInteger(cacheSize) || cacheSize < 0) {
    throw invalid('cacheSize must be an integer of at least 0', cacheSize);
  }
  return options;
};

/** The codings of the option `precompressed`. */
export const codingsOf = (precompressed: StaticFilesOptions['precompressed']): readonly ContentCoding[] => {
  if (typeof precompressed !== 'boolean') return precompressed;
  return precompressed ? contentCodings : [];
};

const invalid = (rule: string, received: string | number): StaticFilesError =>
  new StaticFilesError('STATIC_FILES_OPTION_INVALID', `${rule}; received ${JSON.stringify(received)}`);
