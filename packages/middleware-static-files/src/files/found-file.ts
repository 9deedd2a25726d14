import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { httpDate } from '../negotiation/http-date.ts';
import type { Validators } from '../negotiation/conditions.ts';

/** State of a file when it was read or opened. */
export interface FileDescription extends Validators {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Value of the Last-Modified field. */
  readonly lastModified: string;
}

/** A file with its bytes in memory. Nothing has to be closed. */
export interface FileInMemory {
  readonly file: FileDescription;
  readonly bytes: Uint8Array;
}

/** A file that is open. The receiver closes it. */
interface FileOnDisk {
  readonly file: FileDescription;
  readonly handle: FileHandle;
}

export type FoundFile = FileInMemory | FileOnDisk;

/** Closes a file that is not sent. */
export const closeFound = async (found: FoundFile): Promise<void> => {
  if ('handle' in found) await found.handle.close();
};

/**
 * Milliseconds within which two changes may have the same modification time, because file systems count in ticks of
 * milliseconds or seconds. Only a file that was not changed for longer has a strong entity tag.
 */
const settlingTime = 2000;

/** Whether a further change of a file is certain to change its times. @param now in milliseconds */
export const isSettled = ({ mtimeMs, ctimeMs }: Stats, now: number): boolean =>
  now - Math.max(mtimeMs, ctimeMs) > settlingTime;

/**
 * The time of the last change in milliseconds, from 1970 to now. Files can have other times, which are not valid in an
 * HTTP date or, in a field, must not be in the future.
 *
 * @param now in milliseconds
 * Source: RFC 9110 sections 5.6.7 and 8.8.2.1
 */
export const modifiedAt = ({ mtimeMs }: Pick<Stats, 'mtimeMs'>, now: number): number =>
  Math.max(0, Math.min(mtimeMs, now));

/**
 * Describes a file. The entity tag consists of the size and the modification time in microseconds, so that several
 * servers with copies of the same files use the same tag.
 *
 * @param now in milliseconds, from before the file was opened
 * Source: RFC 9110 section 8.8.1
 */
export const describeFile = (path: string, stats: Stats, now: number): FileDescription => {
  const modified = modifiedAt(stats, now);
  const tag = `"${stats.size.toString(36)}-${Math.round(stats.mtimeMs * 1000).toString(36)}"`;
  return {
    path,
    size: stats.size,
    etag: isSettled(stats, now) ? tag : `W/${tag}`,
    modified,
    lastModified: httpDate(modified),
  };
};
