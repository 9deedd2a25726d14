import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cacheFolder } from './cache-folder.mjs';

/** Paths of the files that the subjects with static files serve. */
export const smallFile = '/small.html';
export const largeFile = '/large.bin';

/** Sizes of the files in bytes: a page, and a file that no server keeps in memory. */
const sizes = { [smallFile]: 4 * 1024, [largeFile]: 16 * 1024 * 1024 };

const folder = `${cacheFolder}/static`;

/** The folder that all subjects with static files serve; created by the first start, which is not measured. */
export function staticFolder() {
  mkdirSync(folder, { recursive: true });
  for (const [path, size] of Object.entries(sizes)) {
    if (!existsSync(folder + path)) writeFileSync(folder + path, Buffer.alloc(size, 'x'));
  }
  return folder;
}
