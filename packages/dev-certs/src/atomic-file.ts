import { randomUUID } from 'node:crypto';
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { DevCertsError } from './errors.ts';

/** How files end that a process has not finished writing. */
export const temporarySuffix = '.tmp';

/** For the user alone, or for everybody to read. */
export type FileMode = 0o600 | 0o644;

/**
 * Puts a whole file in the place of what may be there: readers see the old one or the new one.
 *
 * @throws DevCertsError `DEV_CERTS_WRITE_FAILED`
 */
export const replaceFile = (path: string, text: string, mode: FileMode): void =>
  throughTemporaryFile(path, text, mode, (temporary) => renameSync(temporary, path));

/**
 * Makes a file, whole, if there is none: of several processes one succeeds.
 *
 * @returns false if there is one
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
