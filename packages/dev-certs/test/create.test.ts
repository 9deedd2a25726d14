import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkDevelopmentCertificate,
  createDevelopmentCertificate,
  developmentCertificate,
  devCertsNames,
  devCertsValidity,
} from '../src/index.ts';
import { TemporaryStore, day } from './support/temporary-store.ts';

const validityOf = ({ validFromDate, validToDate }: X509Certificate): [Date, Date] => [validFromDate, validToDate];

describe('a new certificate', () => {
  it('is for servers on this machine, and its authority can certify no others', async () => {
    const store = new TemporaryStore();
    const { certificate, created, authorityCreated } = await createDevelopmentCertificate(store);
    expect({ created, authorityCreated }).toEqual({ created: true, authorityCreated: true });
    const leaf = new X509Certificate(certificate.certificate);
    const authority = new X509Certificate(store.read('authority.pem'));
    expect(leaf.ca).toBe(false);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(leaf.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(certificate.names).toEqual(devCertsNames);
    expect(authority.ca).toBe(true);
    expect(authority.subject).toBe(`CN=${certificate.authorityName}`);
  });

  it('is valid for a year from an hour ago, its authority for ten', async () => {
    const store = new TemporaryStore();
    const { certificate } = await createDevelopmentCertificate(store);
    const start = new Date(store.now - devCertsValidity.backdating);
    expect(validityOf(new X509Certificate(certificate.certificate))).toEqual([start, new Date(store.now + 365 * day)]);
    expect(validityOf(new X509Certificate(store.read('authority.pem')))).toEqual([
      start,
      new Date(store.now + 3650 * day),
    ]);
    expect(certificate.validTo.getTime() - certificate.validFrom.getTime()).toBeLessThan(398 * day);
  });

  it('has another serial number and authority in another store', async () => {
    const [one, other] = await Promise.all(
      [new TemporaryStore(), new TemporaryStore()].map(createDevelopmentCertificate),
    );
    const serials = [one!, other!].map(({ certificate }) => new X509Certificate(certificate.certificate).serialNumber);
    expect(new Set(serials).size).toBe(2);
    expect(one!.certificate.authorityName).not.toBe(other!.certificate.authorityName);
  });

  it('is returned by developmentCertificate', async () => {
    const store = new TemporaryStore();
    expect(developmentCertificate(store)).toBeUndefined();
    const { certificate } = await createDevelopmentCertificate(store);
    expect(developmentCertificate(store)).toEqual(certificate);
  });

  it.skipIf(process.platform === 'win32')('keys can be read by the user only', async () => {
    const store = new TemporaryStore();
    await createDevelopmentCertificate(store);
    const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
    expect(modeOf(store.folder)).toBe('700');
    const files = readdirSync(store.folder).toSorted();
    expect(files.map((file) => [file, modeOf(join(store.folder, file))])).toEqual([
      ['authority-key.pem', '600'],
      ['authority.pem', '644'],
      ['localhost.pem', '600'],
    ]);
  });
});

describe('an existing certificate', () => {
  it('is kept while it has no problems', async () => {
    const store = new TemporaryStore();
    const first = await createDevelopmentCertificate(store);
    store.now += 335 * day;
    const second = await createDevelopmentCertificate(store);
    expect(second).toEqual({ certificate: first.certificate, created: false, authorityCreated: false });
  });

  it.each([
    ['30 days before its end', 335 * day + 1],
    ['after its end', 400 * day],
  ])('is renewed by the same authority %s', async (_when, later) => {
    const store = new TemporaryStore();
    const first = await createDevelopmentCertificate(store);
    const authority = store.read('authority.pem');
    store.now += later;
    const second = await createDevelopmentCertificate(store);
    expect(second).toMatchObject({ created: true, authorityCreated: false });
    expect(second.certificate.certificate).not.toBe(first.certificate.certificate);
    expect(second.certificate.key).not.toBe(first.certificate.key);
    expect(store.read('authority.pem')).toBe(authority);
  });

  it('renew: replaced, with the same names', async () => {
    const store = new TemporaryStore();
    await createDevelopmentCertificate(store.with({ names: ['shop.localhost'] }));
    const { certificate, created } = await createDevelopmentCertificate(store.with({ renew: true }));
    expect(created).toBe(true);
    expect(certificate.names).toEqual([...devCertsNames, 'shop.localhost']);
  });

  it('is renewed for a name that it lacks, not for a name that it has', async () => {
    const store = new TemporaryStore();
    await createDevelopmentCertificate(store);
    const withName = store.with({ names: ['Shop.Localhost'] });
    expect(await createDevelopmentCertificate(withName)).toMatchObject({ created: true, authorityCreated: false });
    expect(await createDevelopmentCertificate(withName)).toMatchObject({ created: false });
  });

  it.each([2, 4])('%i at once with other names: the last certificate has all of them', async (count) => {
    const store = new TemporaryStore();
    await createDevelopmentCertificate(store);
    const names = Array.from({ length: count }, (_, at) => `shop-${at}.localhost`);
    const made = await Promise.all(names.map((name) => createDevelopmentCertificate(store.with({ names: [name] }))));
    for (const [at, { certificate }] of made.entries()) expect(certificate.names).toContain(names[at]);
    expect(developmentCertificate(store)?.names.toSorted()).toEqual([...devCertsNames, ...names].toSorted());
  });

  it('gets a new authority when the old one would expire before it', async () => {
    const store = new TemporaryStore();
    await createDevelopmentCertificate(store);
    store.now += 3285 * day;
    expect(await createDevelopmentCertificate(store)).toMatchObject({ created: true, authorityCreated: false });
    store.now += 336 * day;
    expect(await createDevelopmentCertificate(store)).toMatchObject({ created: true, authorityCreated: true });
    expect(checkDevelopmentCertificate(store).problems).toEqual([]);
  });
});

describe('names below localhost', () => {
  it.each(['localhost', 'a.localhost', '*.shop.localhost', 'a.b.c.localhost', 'xn--bcher-kva.localhost'])(
    'can be had: %s',
    async (name) => {
      const { certificate } = await createDevelopmentCertificate(new TemporaryStore().with({ names: [name] }));
      expect(certificate.names).toContain(name);
    },
  );

  it.each([
    'example.com',
    'localhost.example.com',
    'notlocalhost',
    '.localhost',
    '-a.localhost',
    'a.*.localhost',
    'a*.localhost',
    'localhost.',
    'a_b.localhost',
    'bücher.localhost',
    'a.localhost\n',
    '',
    '10.0.0.1',
    `${'a'.repeat(64)}.localhost`,
    `${'a.'.repeat(130)}localhost`,
  ])('nothing else can: %j', async (name) => {
    const store = new TemporaryStore();
    await expect(createDevelopmentCertificate(store.with({ names: [name] }))).rejects.toMatchObject({
      code: 'DEV_CERTS_NAME_INVALID',
    });
    expect(developmentCertificate(store)).toBeUndefined();
  });
});

describe('a folder that cannot be used', () => {
  it.skipIf(process.platform === 'win32').each([0o777, 0o770, 0o702])(
    'where others can write (%o), nothing is made',
    async (mode) => {
      const store = new TemporaryStore();
      mkdirSync(store.folder);
      chmodSync(store.folder, mode);
      await expect(createDevelopmentCertificate(store)).rejects.toMatchObject({ code: 'DEV_CERTS_FOLDER_EXPOSED' });
      expect(readdirSync(store.folder)).toEqual([]);
    },
  );

  it('a file in its place: DEV_CERTS_WRITE_FAILED', async () => {
    const store = new TemporaryStore();
    await createDevelopmentCertificate(store);
    const folder = store.path('localhost.pem');
    await expect(createDevelopmentCertificate({ folder })).rejects.toMatchObject({ code: 'DEV_CERTS_WRITE_FAILED' });
  });
});
