import { watch } from 'node:fs';

/**
 * Tells of every change in a folder, until the returned function is called.
 *
 * @param changed with the name of what has changed in it, where the system says so
 * @throws Error where the folder cannot be watched
 */
export type WatchFolder = (folder: string, changed: (name: string | null) => void) => () => void;

/** `fs.watch`; it does not keep the process alive. */
export const watchFolder: WatchFolder = (folder, changed) => {
  const watcher = watch(folder, { persistent: false }, (_event, name) => changed(name));
  // A folder that has gone: what there is instead shows when its files are looked at.
  watcher.on('error', () => changed(null));
  return () => watcher.close();
};
