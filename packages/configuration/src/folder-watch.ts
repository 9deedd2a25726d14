import { watch } from 'node:fs';

/**
 * Watches a folder until the returned function is called.
 *
 * @param changed called for each change, with the name of the changed entry if the system reports it
 * @throws Error if the folder cannot be watched
 */
export type WatchFolder = (folder: string, changed: (name: string | null) => void) => () => void;

/** `fs.watch`; it does not keep the process alive. */
export const watchFolder: WatchFolder = (folder, changed) => {
  const watcher = watch(folder, { persistent: false }, (_event, name) => changed(name));
  // The folder was removed. What replaced it is detected when its files are read.
  watcher.on('error', () => changed(null));
  return () => watcher.close();
};
