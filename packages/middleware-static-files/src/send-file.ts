import { resolve } from 'node:path';
import { type HttpContext, resolveOptions } from '@windhover/http';
import { contentDisposition } from './content-disposition.ts';
import { contentTypeOf } from './content-type.ts';
import { StaticFilesError } from './errors.ts';
import { describeFile } from './files/found-file.ts';
import { openFile } from './files/opened-file.ts';
import { isServablePath } from './files/request-path.ts';
import { sendFoundFile } from './send-found-file.ts';

/** Options of `sendFile`. */
export interface SendFileOptions {
  /**
   * The folder that contains the file. The path is relative to it and must not leave it, by `..` or by symbolic links,
   * so the path may come from a request; names that begin with a dot are refused. Without a root, the path is used
   * unchanged; a root that is `undefined` or empty is refused, e.g. from a missing environment variable.
   */
  readonly root?: string;
  /** The name under which a browser saves the file: sets Content-Disposition. */
  readonly download?: string;
  /** Default: the type of the extension. */
  readonly contentType?: string;
  /** Default `no-cache`; an empty string for no Cache-Control field. */
  readonly cacheControl?: string;
}

/**
 * Answers a request with a file; supports ranges, conditions and HEAD like `staticFiles`.
 *
 * @param path relative to the working directory, or to the option `root`
 * @returns a promise that the handler must return or await
 * @throws StaticFilesError `STATIC_FILES_NOT_FOUND`, answered 404 unless the handler catches it; the response is then
 *   unchanged. `STATIC_FILES_ROOT_INVALID`
 * Source: ASP.NET Core `Results.File`, `SendFileResponseExtensions`
 */
export const sendFile = async (context: HttpContext, path: string, options: SendFileOptions = {}): Promise<void> => {
  checkRoot(options);
  const {
    root,
    download,
    contentType = contentTypeOf(path),
    cacheControl,
  } = resolveOptions('sendFile', sendFileDefaults, options, {
    kinds: { root: 'any', download: 'any', contentType: 'any' },
  });
  const now = Date.now();
  const file = root === undefined ? resolve(path) : pathBelow(resolve(root), path);
  const opened = await openFile(file, root === undefined ? undefined : resolve(root));
  if (opened === undefined || opened === 'folder') throw notFound(path);
  // A callback, because setting a field can fail, and `sendFoundFile` closes the file then.
  const prepareResponse = ({ response }: HttpContext): void => {
    if (download !== undefined) response.headers.set('content-disposition', contentDisposition(download));
  };
  const found = { file: describeFile(file, opened.stats, now), handle: opened.handle };
  await sendFoundFile(context, found, { contentType, cacheControl, prepareResponse });
};

const sendFileDefaults = { cacheControl: 'no-cache' };

/** Without its root, a path from a request could lead to every file. */
const checkRoot = (options: SendFileOptions): void => {
  const { root } = options;
  if (!Object.hasOwn(options, 'root') || (typeof root === 'string' && root !== '')) return;
  throw new StaticFilesError('STATIC_FILES_ROOT_INVALID', `received ${JSON.stringify(root) ?? 'undefined'} as root`);
};

const pathBelow = (root: string, path: string): string => {
  const below = path.startsWith('/') ? path : `/${path}`;
  const rules = { dotfiles: false, windows: process.platform === 'win32' };
  if (!isServablePath(below, rules)) throw notFound(path);
  return root.replace(/[/\\]$/, '') + below;
};

const notFound = (path: string): StaticFilesError =>
  new StaticFilesError('STATIC_FILES_NOT_FOUND', `received ${JSON.stringify(path)}`);
