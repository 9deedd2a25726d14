import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  cleanDevelopmentCertificates,
  createDevelopmentCertificate,
  exportDevelopmentCertificate,
} from '../src/index.ts';
import { TemporaryStore, day, temporaryFolder } from './support/temporary-store.ts';

const made = async (): Promise<TemporaryStore> => {
  const store = new TemporaryStore();
  await createDevelopmentCertificate(store);
  return store;
};

describe('clean', () => {
  it('removes the files and the folder', async () => {
    const store = await made();
    const removed = cleanDevelopmentCertificates(store);
    expect(removed.toSorted()).toEqual(
      (['authority-key.pem', 'authority.pem', 'localhost.pem'] as const).map((file) => store.path(file)),
    );
    expect(existsSync(store.folder)).toBe(false);
  });

  it('removes files of a process that was killed while writing, and no other files', async () => {
    const store = await made();
    const left = join(store.folder, 'localhost.pem.3f.tmp');
    for (const file of [left, join(store.folder, 'mine.tmp'), join(store.folder, 'localhost.pem.bak')]) {
      writeFileSync(file, '');
    }
    expect(cleanDevelopmentCertificates(store)).toContain(left);
    expect(readdirSync(store.folder).toSorted()).toEqual(['localhost.pem.bak', 'mine.tmp']);
  });

  it('does nothing when there is no store', () => {
    expect(cleanDevelopmentCertificates(new TemporaryStore())).toEqual([]);
  });

  it('a file that cannot be removed: DEV_CERTS_WRITE_FAILED', async () => {
    const store = new TemporaryStore();
    mkdirSync(store.path('localhost.pem'), { recursive: true });
    expect(() => cleanDevelopmentCertificates(store)).toThrow(
      expect.objectContaining({ code: 'DEV_CERTS_WRITE_FAILED' }),
    );
  });
});

describe('export', () => {
  it('copies certificate, key and authority as separate files, without the key of the authority', async () => {
    const store = await made();
    const folder = join(temporaryFolder(), 'new', 'folder');
    const { certificatePath, keyPath, authorityPath } = exportDevelopmentCertificate(folder, store);
    expect([certificatePath, keyPath].map((path) => readFileSync(path, 'latin1')).join('')).toBe(
      store.read('localhost.pem'),
    );
    expect(readFileSync(authorityPath, 'latin1')).toBe(store.read('authority.pem'));
    expect(readdirSync(folder).toSorted()).toEqual(['authority.pem', 'localhost-key.pem', 'localhost.pem']);
  });

  it.skipIf(process.platform === 'win32')(
    'leaves the key for the user alone, also in the place of another',
    async () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'localhost-key.pem'), 'old', { mode: 0o644 });
      const { keyPath } = exportDevelopmentCertificate(folder, await made());
      expect(statSync(keyPath).mode & 0o777).toBe(0o600);
    },
  );

  it.each<readonly [string, (store: TemporaryStore) => void]>([
    ['DEV_CERTS_MISSING', (store) => void cleanDevelopmentCertificates(store)],
    ['DEV_CERTS_EXPIRED', (store) => void (store.now += 400 * day)],
    ['DEV_CERTS_AUTHORITY_MISMATCH', (store) => store.write('authority.pem', 'garbage')],
  ])('of what is of no use: %s', async (code, harm) => {
    const store = await made();
    harm(store);
    const folder = temporaryFolder();
    expect(() => exportDevelopmentCertificate(folder, store)).toThrow(expect.objectContaining({ code }));
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each<[string, (store: TemporaryStore) => string]>([
    ['itself', ({ folder }) => folder],
    ['with another path', ({ folder }) => join(folder, 'none', '..')],
    [
      'by a symbolic link',
      ({ folder }) => {
        const link = join(temporaryFolder(), 'link');
        symlinkSync(folder, link);
        return link;
      },
    ],
  ])(
    'into the folder of the certificate, %s: DEV_CERTS_EXPORT_INTO_STORE, and nothing changes',
    async (_what, choose) => {
      const store = await made();
      const before = store.read('localhost.pem');
      expect(() => exportDevelopmentCertificate(choose(store), store)).toThrow(
        expect.objectContaining({ code: 'DEV_CERTS_EXPORT_INTO_STORE' }),
      );
      expect(store.read('localhost.pem')).toBe(before);
      expect(await createDevelopmentCertificate(store)).toMatchObject({ created: false });
    },
  );

  it('into a file: DEV_CERTS_WRITE_FAILED', async () => {
    const store = await made();
    expect(() => exportDevelopmentCertificate(store.path('authority.pem'), store)).toThrow(
      expect.objectContaining({ code: 'DEV_CERTS_WRITE_FAILED' }),
    );
  });
});
