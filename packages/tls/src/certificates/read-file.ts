import { Buffer } from 'node:buffer';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { TlsError, type TlsErrorCode } from '../errors.ts';

/** Maximum size of a file in bytes. Certificates have a few KB; lists of revoked certificates may have several MB. */
const maxFileSize = 16 * 1024 * 1024;

/** With this flag, opening a pipe does not wait for a writer. Windows has no such flag. */
const readWithoutWaiting = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

const codes: Readonly<Record<string, TlsErrorCode>> = {
  ENOENT: 'TLS_FILE_NOT_FOUND',
  ENOTDIR: 'TLS_FILE_NOT_FOUND',
  // The path is a socket, or a device that does not exist.
  ENXIO: 'TLS_FILE_NOT_REGULAR',
};

/**
 * Reads a whole file without blocking the event loop, even if the path is a pipe or a device.
 *
 * @throws TlsError `TLS_FILE_NOT_FOUND`, `TLS_FILE_UNREADABLE`, `TLS_FILE_NOT_REGULAR`, `TLS_FILE_TOO_LARGE`
 */
export const readFile = async (path: string): Promise<Buffer> => {
  let file: FileHandle | undefined;
  try {
    file = await open(path, readWithoutWaiting);
    if (!(await file.stat()).isFile()) throw new TlsError('TLS_FILE_NOT_REGULAR', path);
    return await readAll(file, path);
  } catch (cause) {
    if (cause instanceof TlsError) throw cause;
    const code = codes[String((cause as NodeJS.ErrnoException).code)] ?? 'TLS_FILE_UNREADABLE';
    throw new TlsError(code, path, { cause });
  } finally {
    await file?.close();
  }
};

/** Does not rely on the reported size: it is 0 for files in /proc and may change during the read. */
const readAll = async (file: FileHandle, path: string): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for (let size = 0; size <= maxFileSize;) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024));
    if (bytesRead === 0) return Buffer.concat(chunks);
    chunks.push(buffer.subarray(0, bytesRead));
    size += bytesRead;
  }
  throw new TlsError('TLS_FILE_TOO_LARGE', path);
};
