import { mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The time of the last change of files in tests, in whole seconds. */
export const modified = new Date('2024-05-06T07:08:09Z');

/** A temporary folder with files, which were last changed at `modified`. The test that has made it removes it. */
export const folderWith = (files: Readonly<Record<string, string | Uint8Array>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-static-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeOldFile(join(folder, name), content);
  return folder;
};

/** Writes a file as if it had been changed at `modified`. */
export const writeOldFile = (file: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  utimesSync(file, modified, modified);
};

/** A file of zeros that takes no room on disk, as if it had been changed at `modified`. @param size in bytes */
export const writeSparseFile = (file: string, size: number): void => {
  writeFileSync(file, '');
  truncateSync(file, size);
  utimesSync(file, modified, modified);
};
