import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DevCertsOptions } from '../../src/index.ts';

/** A folder that is removed after the test. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-dev-certs-'));
  onTestFinished(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });
  return folder;
};

export const day = 24 * 60 * 60 * 1000;

/** A store for one test, and a clock that the test controls. */
export class TemporaryStore {
  readonly folder: string = join(temporaryFolder(), 'store');
  now: number = Date.UTC(2026, 0, 15, 12);
  readonly wallClock = (): number => this.now;

  /** Options that use the store, and more. */
  with<O>(more: O): O & DevCertsOptions {
    return { folder: this.folder, wallClock: this.wallClock, ...more };
  }

  path(file: StoredFile): string {
    return join(this.folder, file);
  }

  read(file: StoredFile): string {
    return readFileSync(this.path(file), 'latin1');
  }

  /** Writes a file and keeps the mode of an existing one. */
  write(file: StoredFile, content: string | Uint8Array): void {
    writeFileSync(this.path(file), content, { mode: 0o600 });
  }
}

export type StoredFile = 'localhost.pem' | 'authority.pem' | 'authority-key.pem';
