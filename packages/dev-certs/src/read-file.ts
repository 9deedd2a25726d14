import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';

/** Bytes; a certificate and its key have about 1,300. */
const maxFileSize = 64 * 1024;

/** Opening a pipe does not wait for its other side; Windows has no such flag. */
const readWithoutWaiting = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** A path that leads to something else than a regular file of a reasonable size. */
export class NotARegularFileError extends Error {
  override readonly name = 'NotARegularFileError';
}

/**
 * Reads a small text file. It never waits, whatever the path leads to.
 *
 * @param check is called with the state of the file that is read, before it is read
 * @throws NotARegularFileError for a folder, a pipe, a device, or a file of more than 64 KiB
 * @throws the error of the system when the file cannot be read
 */
export const readSmallFile = (path: string, check?: (stats: Stats) => void): string => {
  const descriptor = openSync(path, readWithoutWaiting);
  try {
    const stats = fstatSync(descriptor);
    check?.(stats);
    if (!stats.isFile() || stats.size > maxFileSize) throw new NotARegularFileError(path);
    return readFileSync(descriptor, 'latin1');
  } finally {
    closeSync(descriptor);
  }
};
