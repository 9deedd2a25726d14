import { type BigIntStats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** What tells a file from the one before it: a swapped symbolic link leads to another inode. */
const describe = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join();

const missing = (error: unknown): string => String((error as NodeJS.ErrnoException).code);

const stateOf = async (file: string): Promise<string> => stat(file, { bigint: true }).then(describe, missing);

const stateOfNow = (file: string): string => {
  try {
    return describe(statSync(file, { bigint: true }));
  } catch (error) {
    return missing(error);
  }
};

/** The state of several files as one value; another value means that one of them is another. */
export const fileState = async (files: readonly string[]): Promise<string> =>
  (await Promise.all(files.map(stateOf))).join(';');

/** The same, synchronously: for the start only. */
export const fileStateNow = (files: readonly string[]): string => files.map(stateOfNow).join(';');
