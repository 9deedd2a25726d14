import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { type CertificateSource, type HttpsOptions, TlsError, loadCertificate, useHttps } from '../src/index.ts';
import { CertificateAuthority, type CertificateWishes, type KeyAndCertificate } from './support/certificates.ts';
import { TestEndpoint } from './support/endpoint.ts';
import { output } from './support/programs.ts';
import { TlsServer } from './support/tls-server.ts';

const openssl = findProgram('openssl');
const folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let authority: CertificateAuthority;
let identity: KeyAndCertificate;
let other: KeyAndCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  [identity, other] = await Promise.all([authority.issue(), authority.issue()]);
});

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const encryptedKey = (): string =>
  createPrivateKey(identity.key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });

const codeOf = async (action: () => Promise<unknown>): Promise<unknown> => {
  try {
    await action();
  } catch (error) {
    return error instanceof TlsError ? error.code : error;
  }
  return 'no error';
};

/** The endpoint that it was used on, as before it is bound. */
const used = (options: HttpsOptions): Promise<TestEndpoint> => {
  const endpoint = new TestEndpoint();
  useHttps({ reloadInterval: Infinity, ...options })(endpoint);
  return endpoint.prepared();
};

const issueWith = async (wishes: CertificateWishes): Promise<CertificateSource> => authority.issue(wishes);

describe('forms of a certificate', () => {
  const forms: [string, () => CertificateSource][] = [
    ['PEM text', () => identity],
    ['paths', () => ({ certificate: file('cert.pem', identity.certificate), key: file('key.pem', identity.key) })],
    ['one file with both', () => ({ certificate: file('both.pem', `${identity.key}\n${identity.certificate}`) })],
    ['bytes', () => ({ certificate: Buffer.from(identity.certificate), key: Buffer.from(identity.key) })],
    [
      'DER',
      () => ({
        certificate: new X509Certificate(identity.certificate).raw,
        key: createPrivateKey(identity.key).export({ type: 'pkcs8', format: 'der' }),
      }),
    ],
    [
      'objects of node:crypto',
      () => ({ certificate: new X509Certificate(identity.certificate), key: createPrivateKey(identity.key) }),
    ],
    ['an encrypted key', () => ({ certificate: identity.certificate, key: encryptedKey(), password: 'secret' })],
    [
      'an RSA key of PKCS #1',
      () => ({ ...rsa(), key: createPrivateKey(rsaIdentity.key).export({ type: 'pkcs1', format: 'pem' }) }),
    ],
  ];
  let rsaIdentity: KeyAndCertificate;
  const rsa = (): CertificateSource => rsaIdentity;
  beforeAll(async () => {
    rsaIdentity = await authority.issue({ key: 'rsa' });
  });

  it.each(forms)('%s: clients see the certificate', async (_form, source) => {
    await using server = await TlsServer.start(source());
    const client = await server.secured({ ca: authority.certificate });
    expect(client.getPeerX509Certificate()?.subjectAltName).toContain('DNS:localhost');
  });

  it('loadCertificate returns the certificate', async () => {
    expect((await loadCertificate(identity)).leaf.subject).toBe('CN=localhost');
  });

  describe('a certificate of an intermediate authority', () => {
    let intermediate: CertificateAuthority;
    let below: KeyAndCertificate;
    beforeAll(async () => {
      intermediate = await authority.issueAuthority();
      below = await intermediate.issue();
    });

    it.each<[string, () => CertificateSource]>([
      ['in its file', () => ({ ...below, certificate: `${below.certificate}\n${intermediate.certificate}` })],
      ['as chain', () => ({ ...below, chain: intermediate.certificate })],
      ['as chain of objects', () => ({ ...below, chain: [new X509Certificate(intermediate.certificate)] })],
    ])('its chain %s: sent along, a client that knows the root alone is content', async (_where, source) => {
      await using server = await TlsServer.start(source());
      const client = await server.secured({ ca: authority.certificate });
      expect(client.authorized).toBe(true);
    });
  });
});

describe('a certificate that cannot be used stops the start', () => {
  it.each<[string, () => CertificateSource, string]>([
    ['nothing is given', () => ({}), 'TLS_CERTIFICATE_MISSING'],
    ['a file is missing', () => ({ certificate: join(folder, 'absent.pem') }), 'TLS_FILE_NOT_FOUND'],
    ['a PFX is missing', () => ({ pfx: join(folder, 'absent.pfx') }), 'TLS_FILE_NOT_FOUND'],
    ['a folder in its place', () => ({ pfx: folder }), 'TLS_FILE_NOT_REGULAR'],
    ['text that is none', () => ({ ...identity, certificate: file('text.pem', 'hello') }), 'TLS_CERTIFICATE_INVALID'],
    ['PEM of something else', () => ({ ...identity, certificate: identity.key }), 'TLS_CERTIFICATE_INVALID'],
    [
      'PEM with rubbish in it',
      () => ({ ...identity, certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }),
      'TLS_CERTIFICATE_INVALID',
    ],
    ['a chain that is none', () => ({ ...identity, chain: Buffer.from('x') }), 'TLS_CERTIFICATE_INVALID'],
    ['no key', () => ({ certificate: identity.certificate }), 'TLS_KEY_MISSING'],
    ['a key that is none', () => ({ ...identity, key: identity.certificate }), 'TLS_KEY_INVALID'],
    ['bytes that are no key', () => ({ ...identity, key: Buffer.from('x') }), 'TLS_KEY_INVALID'],
    ['the key of another', () => ({ ...identity, key: other.key }), 'TLS_KEY_MISMATCH'],
    ['an encrypted key alone', () => ({ ...identity, key: encryptedKey() }), 'TLS_PASSWORD_MISSING'],
    ['a wrong password', () => ({ ...identity, key: encryptedKey(), password: 'x' }), 'TLS_PASSWORD_WRONG'],
    ['a PFX that is none', () => ({ pfx: Buffer.from('hello'), password: 'x' }), 'TLS_PFX_INVALID'],
    ['an empty PFX', () => ({ pfx: file('empty.pfx', '') }), 'TLS_PFX_INVALID'],
  ])('%s: %s', async (_what, source, code) => {
    expect(await codeOf(() => used(source()))).toBe(code);
    expect(await codeOf(() => loadCertificate(source()))).toBe(code);
  });

  it('the message begins with the path', async () => {
    await expect(loadCertificate({ pfx: join(folder, 'absent.pfx') })).rejects.toThrow(
      /^\S+absent\.pfx: the file does not exist/,
    );
  });

  it('a certificate for clients: TLS_USAGE_INVALID', async () => {
    const source = await issueWith({ usage: 'client' });
    expect(await codeOf(() => used(source))).toBe('TLS_USAGE_INVALID');
  });

  it('RSA of 1024 bits: TLS_CERTIFICATE_WEAK', async () => {
    const source = await issueWith({ key: 'weak' });
    expect(await codeOf(() => used(source))).toBe('TLS_CERTIFICATE_WEAK');
  });

  it.each(['any', undefined] as const)('usage %s: good', async (usage) => {
    expect((await used(await issueWith({ usage }))).isTls).toBe(true);
  });

  it('a problem in one entry of names stops the start', async () => {
    expect(await codeOf(() => used({ ...identity, names: { 'a.example': { ...identity, key: other.key } } }))).toBe(
      'TLS_KEY_MISMATCH',
    );
    await expect(used({ ...identity, names: { 'a..example': {} } })).rejects.toThrow(RangeError);
  });

  it('ciphers that OpenSSL does not know: TLS_OPTION_REFUSED', async () => {
    expect(await codeOf(() => used({ ...identity, ciphers: 'NO-SUCH-CIPHER' }))).toBe('TLS_OPTION_REFUSED');
  });

  it('no message contains the password', async () => {
    await expect(used({ ...identity, key: encryptedKey(), password: 'Tr0ub4dor' })).rejects.toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('Tr0ub4dor') as string }),
    );
  });
});

describe('a certificate that clients refuse is used with a warning', () => {
  const day = 24 * 60 * 60 * 1000;
  it.each<[string, CertificateWishes, RegExp]>([
    ['expired', { notBefore: new Date(Date.now() - 3 * day), notAfter: new Date(Date.now() - day) }, /has expired on/],
    ['not yet valid', { notBefore: new Date(Date.now() + day) }, /is not valid before/],
    ['no subject alternative name', { names: [], commonName: 'localhost' }, /no subject alternative name/],
  ])('%s', async (_what, wishes, warning) => {
    expect((await used(await issueWith(wishes))).warnings).toEqual([expect.stringMatching(warning)]);
  });

  it('a good certificate: no warning', async () => {
    expect((await used(identity)).warnings).toEqual([]);
  });
});

describe.skipIf(openssl === undefined)(`PFX${openssl === undefined ? ' (skipped: no openssl)' : ''}`, () => {
  const path = (name: string): string => join(folder, 'pfx', name);
  const make = async (name: string, ...args: string[]): Promise<void> => {
    await output(openssl!, ['pkcs12', '-export', '-out', path(name), ...args]);
  };
  beforeAll(async () => {
    mkdirSync(join(folder, 'pfx'));
    const [certificate, key] = [file('pfx/cert.pem', identity.certificate), file('pfx/key.pem', identity.key)];
    const all = ['-in', certificate, '-inkey', key];
    const oldCiphers = ['-legacy', '-certpbe', 'PBE-SHA1-RC2-40', '-keypbe', 'PBE-SHA1-3DES'];
    const weak = await authority.issue({ key: 'weak' });
    await make('weak.pfx', '-in', file('pfx/weak.pem', `${weak.certificate}\n${weak.key}`), '-passout', 'pass:x');
    await make('testCert.pfx', ...all, '-passout', 'pass:testPassword');
    await make('chain.pfx', ...all, '-certfile', file('pfx/ca.pem', authority.certificate), '-passout', 'pass:x');
    await make('open.pfx', ...all, '-passout', 'pass:');
    await make('old.pfx', ...oldCiphers, ...all, '-passout', 'pass:testPassword');
    await make('no-key.pfx', '-nokeys', '-in', certificate, '-passout', 'pass:x');
    await make('no-certificate.pfx', '-nocerts', '-inkey', key, '-passout', 'pass:x');
  });

  it.each([
    ['testCert.pfx', 'testPassword'],
    ['chain.pfx', 'x'],
    ['open.pfx', undefined],
    ['open.pfx', ''],
  ])('useHttps(%j, %j) serves it', async (name, password) => {
    await using server = await TlsServer.start({ pfx: path(name), password });
    const client = await server.secured({ ca: authority.certificate });
    expect(client.authorized).toBe(true);
  });

  it('useHttps(pfx, password) does the same', () => {
    const endpoint = new TestEndpoint();
    useHttps(path('testCert.pfx'), 'testPassword')(endpoint);
    expect(endpoint.isTls).toBe(true);
    return endpoint[Symbol.asyncDispose]();
  });

  it.each([
    ['testCert.pfx', 'wrong', 'TLS_PASSWORD_WRONG'],
    ['testCert.pfx', undefined, 'TLS_PASSWORD_WRONG'],
    ['old.pfx', 'testPassword', 'TLS_PFX_UNSUPPORTED'],
    ['weak.pfx', 'x', 'TLS_CERTIFICATE_WEAK'],
    ['no-key.pfx', 'x', 'TLS_PFX_INCOMPLETE'],
    ['no-certificate.pfx', 'x', 'TLS_PFX_INCOMPLETE'],
  ])('%s with password %j: %s', async (name, password, code) => {
    expect(await codeOf(() => loadCertificate({ pfx: path(name), password }))).toBe(code);
  });

  it('encrypted with RC2-40: the message says how to export it again', async () => {
    await expect(loadCertificate({ pfx: path('old.pfx'), password: 'testPassword' })).rejects.toThrow(
      /openssl pkcs12 -legacy/,
    );
  });
});
