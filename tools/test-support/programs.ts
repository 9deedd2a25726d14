import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Folders with programs that may be missing from the path of an ordinary user. */
const systemFolders = ['/usr/sbin', '/sbin'];

/** Finds a program on the path. Tests are skipped if their program is missing, and their names say so. */
export const findProgram = (name: string): string | undefined => {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...systemFolders];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
