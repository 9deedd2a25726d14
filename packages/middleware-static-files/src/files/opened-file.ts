import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readlink, realpath, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { propertyOf } from '@windhover/thrown-values';

/** A file that is open for reading. The receiver closes it. */
export interface OpenedFile {
  readonly handle: FileHandle;
  readonly stats: Stats;
}

/** Without O_NONBLOCK, opening a named pipe would wait for a writer. Windows has no such flag. */
const readOnly = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Error codes for a path that is not a file readable by this process. Others, such as too many open files, are thrown.
 */
const missing = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'EACCES', 'EPERM', 'ELOOP', 'ENXIO', 'EINVAL']);

/** Whether an error means that the path is not a file readable by this process. */
export const isMissing = (error: unknown): boolean => missing.has(String(propertyOf(error, 'code')));

/**
 * Opens a regular file.
 *
 * @param root folder that must contain the file after symbolic links are followed; `undefined` for none
 * @returns `folder` for a folder, `undefined` for anything else that is not a file
 */
export const openFile = async (path: string, root: string | undefined): Promise<OpenedFile | 'folder' | undefined> => {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, readOnly);
    const stats = await handle.stat();
    const isInside = root === undefined || (await isOpenedBelow(handle, path, stats, root));
    if (isInside && stats.isFile()) {
      const opened = { handle, stats };
      handle = undefined;
      return opened;
    }
    return isInside && stats.isDirectory() ? 'folder' : undefined;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return process.platform === 'win32' && (await isFolder(path, root)) ? 'folder' : undefined;
  } finally {
    await handle?.close();
  }
};

/** Whether a path is a regular file, links followed. */
export const isRegularFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
};

/** Windows cannot open folders. */
const isFolder = async (path: string, root: string | undefined): Promise<boolean> => {
  try {
    const stats = await stat(path);
    return stats.isDirectory() && (root === undefined || (await isBelow(path, stats, root)));
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
};

/**
 * Whether an open file is below a folder after symbolic links are followed. Linux knows the real path of an open file, so
 * links and files that are replaced meanwhile have no effect. The real path of the folder is resolved each time, because
 * releases are often switched by a link.
 */
const isOpenedBelow = async (handle: FileHandle, path: string, opened: Stats, root: string): Promise<boolean> => {
  const real = await openedPath(handle);
  return real === undefined ? isBelow(path, opened, root) : isInFolder(real, await realpath(root));
};

/** The real path of an open file; `undefined` without a `/proc` file system, and for a file outside of a chroot. */
const openedPath = async ({ fd }: FileHandle): Promise<string | undefined> => {
  if (process.platform !== 'linux') return undefined;
  try {
    const path = await readlink(`/proc/self/fd/${fd}`);
    return isAbsolute(path) ? path : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Whether a path leads below a folder after symbolic links are followed, to the file that was opened. On systems other
 * than Linux, a process that replaces folders of the path by links at the right moments can deceive it.
 */
const isBelow = async (path: string, opened: Stats, root: string): Promise<boolean> => {
  const [realRoot, real] = await Promise.all([realpath(root), realpath(path)]);
  if (!isInFolder(real, realRoot)) return false;
  // A real path is no link, unless it has become one.
  const { dev, ino } = await lstat(real);
  return dev === opened.dev && ino === opened.ino;
};

/** Whether a path is a folder or below it. Both are real paths. */
export const isInFolder = (path: string, folder: string): boolean => {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};
