import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CertificateWatch } from '../src/certificates/certificate-watch.ts';
import { ReloadingCertificate } from '../src/certificates/reloading-certificate.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';

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

describe('several certificates', () => {
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
