import type { Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { modifiedAt } from '../files/found-file.ts';
import { isInFolder, isMissing } from '../files/opened-file.ts';
import { type PathRules, isServablePath } from '../files/request-path.ts';

/** A file or folder of a listing. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
  /** In bytes; 0 for a folder. */
  readonly size: number;
  readonly modified: Date;
}

/** The entries of a folder. */
export interface FolderEntries {
  readonly entries: readonly FolderEntry[];
  /** Whether the folder has more entries than are listed. */
  readonly hasMore: boolean;
}

/** Longer listings do not help readers, and each entry costs a disk access. */
export const maxEntries = 2000;

/** Number of entries that are read concurrently. */
const atOnce = 16;

/**
 * Files and folders that requests can reach, folders first, sorted by name.
 *
 * @param boundary folder that must contain the entries after links are followed; `undefined` for none
 * @returns `undefined` if the folder does not exist
 */
export const folderEntries = async (
  folder: string,
  boundary: string | undefined,
  rules: PathRules,
): Promise<FolderEntries | undefined> => {
  try {
    const realBoundary = boundary === undefined ? undefined : await realpath(boundary);
    if (realBoundary !== undefined && !isInFolder(await realpath(folder), realBoundary)) return undefined;
    const { names, hasMore } = await readNames(folder, rules);
    const entries: FolderEntry[] = [];
    for (let at = 0; at < names.length; at += atOnce) {
      const some = names.slice(at, at + atOnce).map((entry) => describeEntry(folder, entry, realBoundary));
      for (const entry of await Promise.all(some)) if (entry !== undefined) entries.push(entry);
    }
    return { entries: entries.sort(inOrder), hasMore };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

const readNames = async (folder: string, rules: PathRules): Promise<{ names: Dirent[]; hasMore: boolean }> => {
  const names: Dirent[] = [];
  for await (const entry of await opendir(folder)) {
    if (!isServablePath(`/${entry.name}`, rules)) continue;
    if (names.length === maxEntries) return { names, hasMore: true };
    names.push(entry);
  }
  return { names, hasMore: false };
};

const describeEntry = async (
  folder: string,
  entry: Dirent,
  realBoundary: string | undefined,
): Promise<FolderEntry | undefined> => {
  const path = `${folder}/${entry.name}`;
  try {
    const isChecked = realBoundary !== undefined && entry.isSymbolicLink();
    if (isChecked && !isInFolder(await realpath(path), realBoundary)) return undefined;
    const stats = await stat(path);
    const isFolder = stats.isDirectory();
    if (!isFolder && !stats.isFile()) return undefined;
    const modified = new Date(modifiedAt(stats, Date.now()));
    return { name: entry.name, isFolder, size: isFolder ? 0 : stats.size, modified };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

const { compare } = new Intl.Collator('en', { numeric: true });

const inOrder = (one: FolderEntry, other: FolderEntry): number =>
  Number(other.isFolder) - Number(one.isFolder) || compare(one.name, other.name);
