import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import {
  type DevCertsErrorCode,
  checkDevelopmentCertificate,
  createDevelopmentCertificate,
  developmentCertificate,
} from '../src/index.ts';
import { issueCertificate } from '../src/issuer.ts';
import { pemBlocks } from '../src/identity.ts';
import { TemporaryStore, day } from './support/temporary-store.ts';

const codesOf = (store: TemporaryStore): DevCertsErrorCode[] =>
  checkDevelopmentCertificate(store).problems.map(({ code }) => code);

const made = async (): Promise<TemporaryStore> => {
  const store = new TemporaryStore();
  await createDevelopmentCertificate(store);
  return store;
};

const otherIdentity = async (): Promise<string> => (await made()).read('localhost.pem');

/** Replaces the certificate by one of the same authority with other names. */
const renamed = async (store: TemporaryStore): Promise<void> => {
  const text = store.read('authority-key.pem');
  const authority = { certificatePem: pemBlocks(text, 'CERTIFICATE')[0]!, keyPem: pemBlocks(text, 'PRIVATE KEY')[0]! };
  const { certificatePem, keyPem } = await issueCertificate(authority, ['localhost', '127.0.0.1'], store.now);
  store.write('localhost.pem', certificatePem + keyPem);
};

/** Ways to damage a store, each with the expected problem. */
const harms: Readonly<Record<string, readonly [DevCertsErrorCode, (store: TemporaryStore) => void | Promise<void>]>> = {
  'the certificate is missing': ['DEV_CERTS_MISSING', (store) => rmSync(store.path('localhost.pem'))],
  'the folder is missing': ['DEV_CERTS_MISSING', (store) => rmSync(store.folder, { recursive: true })],
  'it is empty': ['DEV_CERTS_CORRUPT', (store) => store.write('localhost.pem', '')],
  'it is binary': ['DEV_CERTS_CORRUPT', (store) => store.write('localhost.pem', new Uint8Array(1000).fill(0xff))],
  'it is too large': [
    'DEV_CERTS_CORRUPT',
    (store) => store.write('localhost.pem', store.read('localhost.pem').repeat(99)),
  ],
  'it has no key': [
    'DEV_CERTS_CORRUPT',
    (store) => store.write('localhost.pem', pemBlocks(store.read('localhost.pem'), 'CERTIFICATE')[0]!),
  ],
  'it has no certificate': [
    'DEV_CERTS_CORRUPT',
    (store) => store.write('localhost.pem', pemBlocks(store.read('localhost.pem'), 'PRIVATE KEY')[0]!),
  ],
  'it has the key of another': [
    'DEV_CERTS_KEY_MISMATCH',
    async (store) => {
      const [certificate] = pemBlocks(store.read('localhost.pem'), 'CERTIFICATE');
      const [key] = pemBlocks(await otherIdentity(), 'PRIVATE KEY');
      store.write('localhost.pem', certificate! + key!);
    },
  ],
  'a folder is in its place': [
    'DEV_CERTS_CORRUPT',
    (store) => {
      rmSync(store.path('localhost.pem'));
      mkdirSync(store.path('localhost.pem'), { mode: 0o700 });
    },
  ],
  'it expires in a month': ['DEV_CERTS_EXPIRES_SOON', (store) => void (store.now += 336 * day)],
  'it has expired': ['DEV_CERTS_EXPIRED', (store) => void (store.now += 366 * day)],
  'it is from the future': ['DEV_CERTS_NOT_YET_VALID', (store) => void (store.now -= day)],
  'it lacks names': ['DEV_CERTS_NAMES_MISSING', renamed],
  'another authority has issued it': [
    'DEV_CERTS_AUTHORITY_MISMATCH',
    async (store) => store.write('localhost.pem', await otherIdentity()),
  ],
  'the authority is gone': ['DEV_CERTS_AUTHORITY_MISMATCH', (store) => rmSync(store.path('authority.pem'))],
  'the authority is garbage': ['DEV_CERTS_AUTHORITY_MISMATCH', (store) => store.write('authority.pem', 'garbage')],
};

const modes: typeof harms = {
  'others can read it': ['DEV_CERTS_KEY_EXPOSED', (store) => chmodSync(store.path('localhost.pem'), 0o604)],
  'the group can read it': ['DEV_CERTS_KEY_EXPOSED', (store) => chmodSync(store.path('localhost.pem'), 0o640)],
};

const allHarms = Object.entries({ ...harms, ...(process.platform === 'win32' ? {} : modes) });
const usable: readonly DevCertsErrorCode[] = [
  'DEV_CERTS_EXPIRES_SOON',
  'DEV_CERTS_NAMES_MISSING',
  'DEV_CERTS_AUTHORITY_MISMATCH',
];

describe('checkDevelopmentCertificate', () => {
  it('a new certificate: no problems', async () => {
    const { certificate, problems } = checkDevelopmentCertificate(await made());
    expect(problems).toEqual([]);
    expect(certificate).toBeDefined();
  });

  it.each(allHarms)('%s: %s', async (_harm, [code, harm]) => {
    const store = await made();
    await harm(store);
    expect(codesOf(store)).toEqual([code]);
    expect(developmentCertificate(store) !== undefined).toBe(usable.includes(code));
  });

  it('several problems: all of them are reported', async () => {
    const store = await made();
    await renamed(store);
    rmSync(store.path('authority.pem'));
    store.now += 336 * day;
    expect(codesOf(store)).toEqual([
      'DEV_CERTS_EXPIRES_SOON',
      'DEV_CERTS_NAMES_MISSING',
      'DEV_CERTS_AUTHORITY_MISMATCH',
    ]);
  });

  it.skipIf(process.platform === 'win32')(
    'a folder that other users can write into: DEV_CERTS_FOLDER_EXPOSED',
    async () => {
      const store = await made();
      chmodSync(store.folder, 0o720);
      expect(codesOf(store)).toEqual(['DEV_CERTS_FOLDER_EXPOSED']);
    },
  );

  it.skipIf(process.platform === 'win32')('pipes in the place of the files: an answer without waiting', async () => {
    const store = await made();
    for (const [name, code] of [
      ['authority.pem', 'DEV_CERTS_AUTHORITY_MISMATCH'],
      ['localhost.pem', 'DEV_CERTS_CORRUPT'],
    ] as const) {
      rmSync(store.path(name));
      execFileSync('mkfifo', ['-m', '600', store.path(name)]);
      expect(codesOf(store)).toEqual([code]);
    }
  });

  it('a path that leads through a file: DEV_CERTS_UNREADABLE', async () => {
    const store = await made();
    const { problems } = checkDevelopmentCertificate({ folder: join(store.path('authority.pem'), 'below') });
    expect(problems.map(({ code }) => code)).toEqual(['DEV_CERTS_UNREADABLE']);
  });

  it.skipIf(process.getuid?.() !== 0)('a folder of another user: used by root only', async () => {
    const store = new TemporaryStore();
    await createDevelopmentCertificate({ folder: store.folder });
    chmodSync(dirname(store.folder), 0o755);
    chmodSync(store.folder, 0o755);
    chownSync(store.folder, 12_345, 12_345);
    const program = `
      const { checkDevelopmentCertificate } = await import('${new URL('../src/index.ts', import.meta.url).href}');
      const look = () => checkDevelopmentCertificate({ folder: process.argv[1] }).problems.map(({ code }) => code);
      const asRoot = look();
      process.seteuid(54321);
      console.log('looked', JSON.stringify([asRoot, look()]));
    `;
    await using child = new Child(['--input-type=module', '--eval', program, store.folder]);
    const [, codes] = await child.waitFor(/looked (.*)/);
    expect(JSON.parse(codes!)).toEqual([[], ['DEV_CERTS_FOLDER_EXPOSED']]);
  });

  it('a file cut off at any length: not used, and no exception', async () => {
    const store = await made();
    const whole = store.read('localhost.pem');
    const end = whole.trimEnd().length;
    for (let length = 0; length < end; length++) {
      store.write('localhost.pem', whole.slice(0, length));
      expect(codesOf(store), `${length} bytes`).toEqual(['DEV_CERTS_CORRUPT']);
    }
  });

  it('a file with one byte changed: used only if certificate and key still match', async () => {
    const store = await made();
    const whole = store.read('localhost.pem');
    const authority = new X509Certificate(store.read('authority.pem'));
    for (let at = 0; at < whole.length; at++) {
      store.write('localhost.pem', `${whole.slice(0, at)}#${whole.slice(at + 1)}`);
      const { certificate, problems } = checkDevelopmentCertificate(store);
      if (certificate === undefined || problems.length > 0) continue;
      expect(new X509Certificate(certificate.certificate).verify(authority.publicKey), `byte ${at}`).toBe(true);
    }
  });
});

/** Damage that is not repaired: clients may trust the authority, and folders of the user are not removed. */
const beyondRepair = ['it is from the future', 'a folder is in its place'];

describe('createDevelopmentCertificate repairs a store', () => {
  it.each(allHarms.filter(([name]) => !beyondRepair.includes(name)))('%s', async (_harm, [, harm]) => {
    const store = await made();
    const authority = store.read('authority-key.pem');
    await harm(store);
    const { certificate, authorityCreated } = await createDevelopmentCertificate(store);
    expect(checkDevelopmentCertificate(store)).toEqual({ certificate, problems: [] });
    expect(authorityCreated).toBe(authority !== store.read('authority-key.pem'));
  });

  it.each([
    ['gone', (store: TemporaryStore) => rmSync(store.path('authority-key.pem'))],
    ['garbage', (store: TemporaryStore) => store.write('authority-key.pem', 'garbage')],
    ['that of a server', (store: TemporaryStore) => store.write('authority-key.pem', store.read('localhost.pem'))],
  ])("the authority's key is %s: a new authority, and a certificate of it", async (_what, harm) => {
    const store = await made();
    harm(store);
    expect(checkDevelopmentCertificate(store).problems).toEqual([]);
    const { authorityCreated } = await createDevelopmentCertificate(store.with({ renew: true }));
    expect(authorityCreated).toBe(true);
    expect(checkDevelopmentCertificate(store).problems).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('an authority that cannot be read: kept', async () => {
    const store = await made();
    rmSync(store.path('authority-key.pem'));
    symlinkSync('authority-key.pem', store.path('authority-key.pem'));
    await expect(createDevelopmentCertificate(store)).rejects.toMatchObject({ code: 'DEV_CERTS_UNREADABLE' });
    expect(lstatSync(store.path('authority-key.pem')).isSymbolicLink()).toBe(true);
  });

  it('an authority that is not valid yet: kept, because the clock may be wrong and clients may trust it', async () => {
    const store = await made();
    const authority = store.read('authority-key.pem');
    store.now -= day;
    await expect(createDevelopmentCertificate(store)).rejects.toMatchObject({ code: 'DEV_CERTS_NOT_YET_VALID' });
    expect(store.read('authority-key.pem')).toBe(authority);
  });

  it.skipIf(process.platform === 'win32')('an authority whose key other users can read: replaced', async () => {
    const store = await made();
    chmodSync(store.path('authority-key.pem'), 0o644);
    expect(await createDevelopmentCertificate(store)).toMatchObject({ created: true, authorityCreated: true });
  });
});
