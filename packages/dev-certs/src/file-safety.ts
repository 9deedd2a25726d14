import { type Stats, statSync } from 'node:fs';
import { DevCertsError } from './errors.ts';

/** Permissions of other users to read, write or enter. */
const othersAccess = 0o077;
const othersWrite = 0o022;

/** Windows has no such modes. The user's local folder is protected as a whole there. */
const hasModes = process.platform !== 'win32';

/** Root may use files of other users, because a user's folder may be mounted into a container. */
const isForeign = ({ uid }: Stats): boolean => {
  const user = process.geteuid?.() ?? 0;
  return user !== 0 && uid !== user && uid !== 0;
};

/** Whether other users can read the file or have created it. */
export const isKeyExposed = (stats: Stats): boolean =>
  hasModes && ((stats.mode & othersAccess) !== 0 || isForeign(stats));

/**
 * Checks that other users cannot replace an authority that the user is then asked to trust. A folder that does not exist
 * is good.
 *
 * @throws DevCertsError `DEV_CERTS_FOLDER_EXPOSED`, `DEV_CERTS_UNREADABLE`
 */
export const checkFolder = (folder: string): void => {
  let stats: Stats | undefined;
  try {
    stats = statSync(folder, { throwIfNoEntry: false });
  } catch (cause) {
    throw new DevCertsError('DEV_CERTS_UNREADABLE', folder, { cause });
  }
  if (stats === undefined || !hasModes) return;
  if ((stats.mode & othersWrite) !== 0 || isForeign(stats)) throw new DevCertsError('DEV_CERTS_FOLDER_EXPOSED', folder);
};
