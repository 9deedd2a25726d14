import { randomUUID } from 'node:crypto';
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { DevCertsError } from './errors.ts';

/** Suffix of files that are being written. */
export const temporarySuffix = '.tmp';

/** Readable by the user only, or by all users. */
export type FileMode = 0o600 | 0o644;

/**
 * Replaces a file as a whole: readers see the old content or the new one.
 *
 * @throws DevCertsError `DEV_CERTS_WRITE_FAILED`
 */
export const replaceFile = (path: string, text: string, mode: FileMode): void =>
  throughTemporaryFile(path, text, mode, (temporary) => renameSync(temporary, path));

/**
 * Makes a file as a whole if it does not exist. When several processes do this at once, one succeeds.
 *
 * @returns false when the file exists
 * @throws DevCertsError `DEV_CERTS_WRITE_FAILED`
 */
export const createFile = (path: string, text: string, mode: FileMode): boolean =>
  throughTemporaryFile(path, text, mode, (temporary) => {
    try {
      linkSync(temporary, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  });

const throughTemporaryFile = <T>(path: string, text: string, mode: FileMode, put: (temporary: string) => T): T => {
  const temporary = `${path}.${randomUUID()}${temporarySuffix}`;
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode, flush: true });
    return put(temporary);
  } catch (cause) {
    throw new DevCertsError('DEV_CERTS_WRITE_FAILED', path, { cause });
  } finally {
    rmSync(temporary, { force: true });
  }
};
