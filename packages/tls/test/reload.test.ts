import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CertificateWatch } from '../src/certificates/certificate-watch.ts';
import { ReloadingCertificate } from '../src/certificates/reloading-certificate.ts';
import { NameEntries } from '../src/names/name-entries.ts';
import { SessionTicketKeys } from '../src/names/session-ticket-keys.ts';
import { resolveHttpsOptions } from '../src/options.ts';
import { until } from '../../../tools/test-support/until.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { TestEndpoint } from './support/endpoint.ts';

let first: KeyAndCertificate;
let second: KeyAndCertificate;
let folder: string;
let warnings: string[];

beforeAll(async () => {
  const authority = await CertificateAuthority.create();
  [first, second] = await Promise.all([authority.issue({ names: ['first'] }), authority.issue({ names: ['second'] })]);
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));
  warnings = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (where: string, { certificate, key }: KeyAndCertificate): void => {
  mkdirSync(where, { recursive: true });
  writeFileSync(join(where, 'tls.crt'), certificate);
  writeFileSync(join(where, 'tls.key'), key);
};

/** Watched by looks that the test asks for. */
const watched = async (where: string) => {
  const warn = (message: string): void => void warnings.push(message);
  const source = { certificate: join(where, 'tls.crt'), key: join(where, 'tls.key') };
  const certificate = await ReloadingCertificate.load(source, warn);
  const reloaded: string[] = [];
  const watch = new CertificateWatch(
    [certificate],
    Infinity,
    ({ current }) => void reloaded.push(current.leaf.subject),
  );
  return {
    reloaded,
    look: () => watch.look(),
    get name() {
      return certificate.current.leaf.subject.slice('CN='.length);
    },
    certificate,
  };
};

describe('a certificate whose files change', () => {
  it('written files are loaded again', async () => {
    write(folder, first);
    const subject = await watched(folder);
    await subject.look();
    write(folder, second);
    await subject.look();
    expect(subject.name).toBe('second');
    expect(subject.reloaded).toEqual(['CN=second']);
    expect(warnings).toEqual([]);
  });

  it('unchanged files keep the same certificate object', async () => {
    write(folder, first);
    const subject = await watched(folder);
    await subject.look();
    const before = subject.certificate.current;
    await subject.look();
    expect(subject.certificate.current).toBe(before);
  });

  it('files changed between start and first check are loaded at that check', async () => {
    write(folder, first);
    const subject = await watched(folder);
    write(folder, second);
    await subject.look();
    expect(subject.name).toBe('second');
  });

  it('replaced files are loaded', async () => {
    write(folder, first);
    const subject = await watched(folder);
    await subject.look();
    write(join(folder, 'new'), second);
    for (const name of ['tls.crt', 'tls.key']) renameSync(join(folder, 'new', name), join(folder, name));
    await subject.look();
    expect(subject.name).toBe('second');
  });

  it('a symbolic link changed to another folder, as in Kubernetes, with equal times and sizes: loaded', async () => {
    const long = new Date(2020, 1, 1);
    for (const [name, identity] of [
      ['..1', first],
      ['..2', second],
    ] as const) {
      write(join(folder, name), identity);
      for (const file of ['tls.crt', 'tls.key']) utimesSync(join(folder, name, file), long, long);
    }
    symlinkSync('..1', join(folder, '..data'));
    for (const file of ['tls.crt', 'tls.key']) symlinkSync(join('..data', file), join(folder, file));
    const subject = await watched(folder);
    await subject.look();
    symlinkSync('..2', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    await subject.look();
    expect(subject.name).toBe('second');
  });

  it('the certificate first and the key later: loaded when both are written, without a warning', async () => {
    write(folder, first);
    const subject = await watched(folder);
    await subject.look();
    writeFileSync(join(folder, 'tls.crt'), second.certificate);
    await subject.look();
    expect(subject.name).toBe('first');
    writeFileSync(join(folder, 'tls.key'), second.key);
    await subject.look();
    expect(subject.name).toBe('second');
    expect(warnings).toEqual([]);
  });

  it.each<[string, () => void, RegExp]>([
    ['rubbish', () => writeFileSync(join(folder, 'tls.crt'), 'rubbish'), /tls\.crt: this is not a certificate/],
    ['the key of another', () => writeFileSync(join(folder, 'tls.key'), second.key), /does not belong/],
    ['nothing', () => rmSync(join(folder, 'tls.key')), /tls\.key: the file does not exist/],
  ])('for %s: it stays as it was, with one warning, until it is good again', async (_what, spoil, warning) => {
    write(folder, first);
    const subject = await watched(folder);
    await subject.look();
    spoil();
    for (let look = 0; look < 5; look++) await subject.look();
    expect(subject.name).toBe('first');
    expect(warnings).toEqual([expect.stringMatching(warning)]);
    write(folder, second);
    await subject.look();
    expect(subject.name).toBe('second');
  });

  it('an expired certificate: loaded, with a warning', async () => {
    const authority = await CertificateAuthority.create();
    const [notBefore, notAfter] = [new Date(Date.now() - 9e7), new Date(Date.now() - 8e7)];
    write(folder, first);
    const subject = await watched(folder);
    await subject.look();
    write(folder, await authority.issue({ names: ['old'], notBefore, notAfter }));
    await subject.look();
    expect(subject.name).toBe('old');
    expect(warnings).toEqual([expect.stringContaining('has expired')]);
  });
});

/** Lets the process open no files, as when it has too many open ones. */
const withoutDescriptors = (): Disposable => {
  const { open } = fsPromises;
  const refuse: typeof open = async () => Promise.reject(Object.assign(new Error('no descriptor'), { code: 'EMFILE' }));
  fsPromises.open = refuse;
  syncBuiltinESMExports();
  return {
    [Symbol.dispose]: () => {
      fsPromises.open = open;
      syncBuiltinESMExports();
    },
  };
};

describe('files that cannot be used for a time', () => {
  it('while the process has too many open files: one warning, and loaded afterwards', async () => {
    write(folder, first);
    const subject = await watched(folder);
    write(folder, second);
    {
      using _none = withoutDescriptors();
      for (let look = 0; look < 5; look++) await subject.look();
    }
    expect(warnings).toEqual([expect.stringContaining('the file cannot be read')]);
    await subject.look();
    expect(subject.name).toBe('second');
    expect(subject.reloaded).toEqual(['CN=second']);
  });

  it.each<[string, (certificates: string) => void]>([
    ['back', (certificates) => renameSync(`${certificates}-away`, certificates)],
    ['replaced', (certificates) => write(certificates, second)],
  ])('missing at one check, then %s, and missing at one check again: no warning', async (_what, restore) => {
    const certificates = join(folder, 'certificates');
    write(certificates, first);
    const subject = await watched(certificates);
    renameSync(certificates, `${certificates}-away`);
    await subject.look();
    restore(certificates);
    await subject.look();
    rmSync(certificates, { recursive: true });
    await subject.look();
    expect(warnings).toEqual([]);
  });

  it('paths do not depend on a later working directory', async () => {
    write(folder, first);
    const before = process.cwd();
    process.chdir(folder);
    try {
      const warn = (message: string): void => void warnings.push(message);
      const certificate = await ReloadingCertificate.load({ certificate: 'tls.crt', key: 'tls.key' }, warn);
      process.chdir(before);
      write(folder, second);
      expect(await certificate.look()).toBe(true);
      expect(certificate.current.leaf.subject).toBe('CN=second');
    } finally {
      process.chdir(before);
    }
  });
});

describe('a new certificate that the options do not allow', () => {
  it('is not used: the previous one stays, with a warning', async () => {
    const weak = await (await CertificateAuthority.create()).issue({ names: ['weak'], key: 'rsa' });
    write(folder, first);
    const endpoint = new TestEndpoint();
    const options = {
      certificate: join(folder, 'tls.crt'),
      key: join(folder, 'tls.key'),
      ciphers: 'DEFAULT@SECLEVEL=3',
    };
    const entries = await NameEntries.load(resolveHttpsOptions(options), new SessionTicketKeys(), (message) =>
      endpoint.warn(message),
    );
    const { certificate } = entries.default;
    write(folder, weak);
    for (let look = 0; look < 3; look++) expect(await certificate!.look()).toBe(false);
    expect(certificate!.current.leaf.subject).toBe('CN=first');
    expect(endpoint.warnings).toEqual([expect.stringMatching(/previous certificate stays in use: .*too weak/)]);
  });
});

describe('several certificates', () => {
  it('one on a file system that hangs does not keep the others from being loaded', async () => {
    write(folder, first);
    const subject = await watched(folder);
    let looks = 0;
    const hanging = {
      hasFiles: true,
      look: () => {
        looks++;
        return new Promise<boolean>(() => {});
      },
    } as unknown as ReloadingCertificate;
    const reloaded: string[] = [];
    const watch = new CertificateWatch(
      [hanging, subject.certificate],
      Infinity,
      () => void reloaded.push(subject.name),
    );
    for (const [at, identity] of [second, first].entries()) {
      write(folder, identity);
      void watch.look();
      await until(() => reloaded.length === at + 1);
    }
    expect(reloaded).toEqual(['second', 'first']);
    expect(looks).toBe(1);
  });

  it('one that cannot be loaded does not delay the others', async () => {
    write(join(folder, 'a'), first);
    write(join(folder, 'b'), first);
    const load = (name: string): Promise<ReloadingCertificate> => {
      const [certificate, key] = ['tls.crt', 'tls.key'].map((file) => join(folder, name, file));
      return ReloadingCertificate.load({ certificate, key }, () => undefined);
    };
    const certificates = [await load('a'), await load('b')];
    const watch = new CertificateWatch(certificates, Infinity);
    await watch.look();
    writeFileSync(join(folder, 'a', 'tls.crt'), 'rubbish');
    write(join(folder, 'b'), second);
    await watch.look();
    expect(certificates.map(({ current }) => current.leaf.subject)).toEqual(['CN=first', 'CN=second']);
  });
});
