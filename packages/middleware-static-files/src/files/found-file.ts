import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { httpDate } from '../negotiation/http-date.ts';
import type { Validators } from '../negotiation/conditions.ts';

/** A file as it was when it was read or opened. */
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

/** Closes a file that is not sent after all. */
export const closeFound = async (found: FoundFile): Promise<void> => {
  if ('handle' in found) await found.handle.close();
};

/**
 * Two changes within this time may leave the same time of change, because file systems count in ticks of some
 * milliseconds, some of them in seconds. Only a file that has been left alone for longer has a strong entity tag.
 */
const settlingTime = 2000;

/** Whether a further change of a file is certain to show in its times. @param now in milliseconds */
export const isSettled = ({ mtimeMs, ctimeMs }: Stats, now: number): boolean =>
  now - Math.max(mtimeMs, ctimeMs) > settlingTime;

/**
 * Describes a file. The entity tag is made of size and time of the last change in microseconds, so that several servers with
 * copies of the same files agree on it.
 *
 * @param now in milliseconds, from before the file was opened
 * Source: RFC 9110 section 8.8.1
 */
export const describeFile = (path: string, stats: Stats, now: number): FileDescription => {
  const tag = `"${stats.size.toString(36)}-${Math.round(stats.mtimeMs * 1000).toString(36)}"`;
  return {
    path,
    size: stats.size,
    etag: isSettled(stats, now) ? tag : `W/${tag}`,
    modified: stats.mtimeMs,
    lastModified: httpDate(stats.mtimeMs),
  };
};
