import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where programs lie that a path of an ordinary user may leave out. */
const systemFolders = ['/usr/sbin', '/sbin'];

/** Finds a program on the path. Tests that need one which is not here are skipped, and say so by their name. */
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
