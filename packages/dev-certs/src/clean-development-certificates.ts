import { existsSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { temporarySuffix } from './atomic-file.ts';
import { DevCertsError } from './errors.ts';
import type { DevCertsOptions } from './options.ts';
import { type Store, storeOf } from './store.ts';

/**
 * Removes the certificate, the authority and their keys, and the folder if it is then empty. Clients keep trusting the
 * authority; `trustInstructions` returns the commands that undo that.
 *
 * @returns the files that were removed
 * @throws DevCertsError `DEV_CERTS_FOLDER_UNKNOWN`, `DEV_CERTS_WRITE_FAILED`
 */
export const cleanDevelopmentCertificates = (options: DevCertsOptions = {}): readonly string[] => {
  const store = storeOf(options);
  try {
    const files = filesOf(store);
    for (const file of files) rmSync(file, { force: true });
    removeIfEmpty(store.folder);
    return files;
  } catch (cause) {
    throw new DevCertsError('DEV_CERTS_WRITE_FAILED', store.folder, { cause });
  }
};

const filesOf = ({ folder, ...paths }: Store): string[] => {
  const names = Object.values(paths).map((path: string) => basename(path));
  const isOurs = (name: string): boolean =>
    names.some((own) => name === own || (name.startsWith(`${own}.`) && name.endsWith(temporarySuffix)));
  return entriesOf(folder)
    .filter(isOurs)
    .map((name) => join(folder, name));
};

const entriesOf = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** Keeps a folder that contains other files. */
const removeIfEmpty = (folder: string): void => {
  if (existsSync(folder) && entriesOf(folder).length === 0) rmdirSync(folder);
};
