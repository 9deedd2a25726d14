import { Buffer } from 'node:buffer';
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { type CertificateSource, type HttpsOptions, TlsError, loadCertificate, useHttps } from '../src/index.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { TestEndpoint } from './support/endpoint.ts';
import { output } from './support/programs.ts';
import { someRounds, withRounds } from './support/rounds.ts';

const openssl = findProgram('openssl');
const mkfifo = findProgram('mkfifo');
const folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(path(name), content);
  return path(name);
};

let authority: CertificateAuthority;
let identity: KeyAndCertificate;
beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
});

const encrypted = (passphrase = 'secret'): string =>
  createPrivateKey(identity.key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase });

const outcomeOf = async (source: CertificateSource): Promise<string> => {
  try {
    return (await loadCertificate(source)).leaf.subject;
  } catch (error) {
    return error instanceof TlsError ? error.code : String(error);
  }
};

const bom = '\uFEFF';
const utf16 = (text: string, order: 'little' | 'big', mark = ''): Buffer => {
  const bytes = Buffer.from(mark + text, 'utf16le');
  return order === 'little' ? bytes : bytes.swap16();
};
const bags = 'Bag Attributes\n    localKeyID: 54 69 6D\nsubject=CN = localhost\n\n';

describe('text around and inside of PEM (RFC 7468 2)', () => {
  it.each<[string, (certificate: string, key: string) => CertificateSource]>([
    ['a byte order mark before the certificate', (certificate, key) => ({ certificate: bom + certificate, key })],
    ['a byte order mark before the key', (certificate, key) => ({ certificate, key: bom + key })],
    ['a byte order mark before a key as bytes', (certificate, key) => ({ certificate, key: Buffer.from(bom + key) })],
    ['one file, key first', (certificate, key) => ({ certificate: `${key}\n${certificate}` })],
    ['one file, certificate first', (certificate, key) => ({ certificate: `${certificate}\n${key}` })],
    ['one file, byte order mark, key first', (certificate, key) => ({ certificate: `${bom}${key}\n${certificate}` })],
    ['bag attributes', (certificate, key) => ({ certificate: bags + certificate, key: bags + key })],
    ['no line end at the end', (certificate, key) => ({ certificate: certificate.trimEnd(), key: key.trimEnd() })],
    [
      'CRLF',
      (certificate, key) => ({ certificate: certificate.replaceAll('\n', '\r\n'), key: key.replaceAll('\n', '\r\n') }),
    ],
    [
      'blanks at the ends of lines',
      (certificate, key) => ({ certificate: certificate.replaceAll('\n', '  \n'), key: key.replaceAll('\n', '  \n') }),
    ],
    [
      'Latin-1 before the block',
      (certificate, key) => ({ certificate: Buffer.from(`Müller\n${certificate}`, 'latin1'), key }),
    ],
  ])('%s: loaded', async (_what, source) => {
    const { certificate, key } = identity;
    expect(await outcomeOf(source(certificate, key))).toBe('CN=localhost');
    const inFiles = Object.entries(source(certificate, key)).map(([name, value]) => [
      name,
      file(name, value as string),
    ]);
    expect(await outcomeOf(Object.fromEntries(inFiles) as CertificateSource)).toBe('CN=localhost');
  });

  it.each(['little', 'big'] as const)('UTF-16 with %s endian: TLS_FILE_UTF16, wherever it is', async (order) => {
    for (const mark of ['', bom]) {
      const inUtf16 = { certificate: utf16(identity.certificate, order, mark), key: utf16(identity.key, order, mark) };
      expect(await outcomeOf({ ...identity, certificate: inUtf16.certificate })).toBe('TLS_FILE_UTF16');
      expect(await outcomeOf({ ...identity, key: inUtf16.key })).toBe('TLS_FILE_UTF16');
      expect(await outcomeOf({ ...identity, chain: inUtf16.certificate })).toBe('TLS_FILE_UTF16');
      expect(await outcomeOf({ pfx: inUtf16.certificate })).toBe('TLS_FILE_UTF16');
    }
  });

  it.skipIf(openssl === undefined)('EC PARAMETERS before the key: loaded', async () => {
    const parameters = await output(openssl!, ['ecparam', '-name', 'prime256v1']);
    expect(await outcomeOf({ ...identity, key: parameters + identity.key })).toBe('CN=localhost');
    expect(await outcomeOf({ certificate: `${parameters}${identity.key}\n${identity.certificate}` })).toBe(
      'CN=localhost',
    );
  });
});

describe('encrypted keys', () => {
  it.skipIf(openssl === undefined).each<[string, string[], string | undefined, string]>([
    ['AES-128', ['-v2', 'aes-128-cbc'], 'x', 'CN=localhost'],
    ['3DES', ['-v2', 'des3'], 'x', 'CN=localhost'],
    ['3DES of PKCS #12', ['-v1', 'PBE-SHA1-3DES'], 'x', 'CN=localhost'],
    ['HMAC of SHA-512', ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA512'], 'x', 'CN=localhost'],
    ['scrypt', ['-scrypt'], 'x', 'CN=localhost'],
    ['a wrong password', [], 'y', 'TLS_PASSWORD_WRONG'],
    ['no password', [], undefined, 'TLS_PASSWORD_MISSING'],
  ])('%s: %#', async (_what, args, password, outcome) => {
    const plain = file('plain.key', identity.key);
    await output(openssl!, ['pkcs8', '-topk8', '-in', plain, '-passout', 'pass:x', '-out', path('made.key'), ...args]);
    expect(await outcomeOf({ ...identity, key: path('made.key'), password })).toBe(outcome);
    await output(openssl!, [
      'pkcs8',
      '-topk8',
      '-in',
      plain,
      '-passout',
      'pass:x',
      '-outform',
      'DER',
      '-out',
      path('made.der'),
      ...args,
    ]);
    expect(await outcomeOf({ ...identity, key: path('made.der'), password })).toBe(outcome);
  });

  it.skipIf(openssl === undefined)('5,000,001 rounds: TLS_KEY_DERIVATION_TOO_SLOW', async () => {
    const plain = file('plain.key', identity.key);
    const options = ['-passout', 'pass:x', '-outform', 'DER', '-iter', String(someRounds)];
    await output(openssl!, ['pkcs8', '-topk8', '-in', plain, '-out', path('rounds.der'), ...options]);
    expect(await outcomeOf({ ...identity, key: path('rounds.der'), password: 'x' })).toBe('CN=localhost');
    const der = withRounds(readFileSync(path('rounds.der')), 5_000_001);
    const pem = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${der.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
    for (const key of [der, file('rounds.key', pem)])
      expect(await outcomeOf({ ...identity, key, password: 'x' })).toBe('TLS_KEY_DERIVATION_TOO_SLOW');
  });

  it.skipIf(openssl === undefined)('scrypt with 500 MB of memory: TLS_KEY_DERIVATION_TOO_SLOW', async () => {
    const plain = file('plain.key', identity.key);
    const args = [
      '-topk8',
      '-in',
      plain,
      '-passout',
      'pass:x',
      '-outform',
      'DER',
      '-scrypt',
      '-out',
      path('scrypt.der'),
    ];
    await output(openssl!, ['pkcs8', ...args]);
    // N, 16,384, and r, 8.
    const key = Buffer.from(readFileSync(path('scrypt.der'), 'hex').replace('02024000020108', '02027fff02017f'), 'hex');
    expect(await outcomeOf({ ...identity, key, password: 'x' })).toBe('TLS_KEY_DERIVATION_TOO_SLOW');
  });

  it.skipIf(openssl === undefined).each([
    ['x', 'CN=localhost'],
    ['y', 'TLS_PASSWORD_WRONG'],
    [undefined, 'TLS_PASSWORD_MISSING'],
  ])('of RFC 1421 with password %j: %s', async (password, outcome) => {
    const plain = file('plain.key', identity.key);
    await output(openssl!, ['ec', '-in', plain, '-aes128', '-passout', 'pass:x', '-out', path('traditional.key')]);
    expect(await outcomeOf({ ...identity, key: path('traditional.key'), password })).toBe(outcome);
  });
});

describe('the file that a message names', () => {
  it.each<[string, () => CertificateSource, RegExp]>([
    [
      'an encrypted key without a password',
      () => ({ key: file('k.pem', encrypted()) }),
      /^\S+k\.pem: the private key is encrypted/,
    ],
    [
      'an encrypted key, wrong password',
      () => ({ key: file('k.pem', encrypted()), password: 'y' }),
      /^\S+k\.pem: the password is wrong/,
    ],
    ['a file that is not a key', () => ({ key: file('k.pem', 'hello') }), /^\S+k\.pem: this is not a private key/],
    [
      'a chain that is not one',
      () => ({ key: identity.key, chain: file('ca.pem', 'hello') }),
      /^\S+ca\.pem: this is not a certificate/,
    ],
    ['text that is not a key', () => ({ key: identity.certificate }), /^key: this is not a private key/],
    [
      'no key',
      () => ({}),
      /^\S+c\.pem: the file has no private key: give the file of the key as `key` in code, or as `keyPath` in the configuration$/,
    ],
  ])('%s: the message begins with the right file', async (_what, more, message) => {
    await expect(loadCertificate({ certificate: file('c.pem', identity.certificate), ...more() })).rejects.toThrow(
      message,
    );
  });

  it('authorities of clients in a file that is not one: the message begins with the endpoint and its path', async () => {
    const clientCertificate = { mode: 'require', authorities: file('authorities.pem', 'hello') } as const;
    await expect(started({ ...identity, clientCertificate })).rejects.toThrow(
      /^test:443: \S+authorities\.pem: this is not/,
    );
  });
});

const started = (options: HttpsOptions): Promise<TestEndpoint> => {
  const endpoint = new TestEndpoint();
  useHttps(options)(endpoint);
  return endpoint.prepared();
};

describe('paths that do not lead to a regular file of a reasonable size', () => {
  const odd: readonly (readonly [string, boolean, (at: string) => Promise<unknown>, string])[] = [
    ['a folder', true, async (at) => mkdirSync(at), 'TLS_FILE_NOT_REGULAR'],
    ['a pipe that nothing is written to', mkfifo !== undefined, (at) => output(mkfifo!, [at]), 'TLS_FILE_NOT_REGULAR'],
    [
      'a file of more than 16 MiB',
      true,
      async (at) => (writeFileSync(at, 'x'), truncateSync(at, 2 ** 24 + 1)),
      'TLS_FILE_TOO_LARGE',
    ],
    ['nothing', true, async () => undefined, 'TLS_FILE_NOT_FOUND'],
  ];

  it.each(odd.filter(([, isPossible]) => isPossible))(
    '%s: an error, and the event loop runs on',
    async (what, _possible, make, code) => {
      const at = path(`odd ${what}`);
      await make(at);
      const rules = { mode: 'require', authorities: at } as const;
      const lists = { mode: 'require', authorities: authority.certificate, revocationLists: at } as const;
      const all = await Promise.allSettled([
        loadCertificate({ pfx: at }),
        loadCertificate({ ...identity, certificate: at }),
        loadCertificate({ ...identity, key: at }),
        loadCertificate({ ...identity, chain: at }),
        started({ ...identity, clientCertificate: rules }),
        started({ ...identity, clientCertificate: lists }),
      ]);
      const failed = expect.objectContaining({ reason: expect.objectContaining({ code }) as unknown });
      expect(all).toEqual(all.map(() => failed));
    },
  );

  it.skipIf(process.platform === 'win32')('a socket: TLS_FILE_NOT_REGULAR', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path('socket'), resolve));
    expect(await outcomeOf({ pfx: path('socket') })).toBe('TLS_FILE_NOT_REGULAR');
    server.close();
  });

  it.skipIf(mkfifo === undefined)('a pipe in the place of a watched file: the previous certificate stays', async () => {
    const { ReloadingCertificate } = await import('../src/certificates/reloading-certificate.ts');
    const warnings: string[] = [];
    const certificate = file('watched.pem', `${identity.certificate}\n${identity.key}`);
    const watched = await ReloadingCertificate.load({ certificate }, (message) => warnings.push(message));
    rmSync(certificate);
    await output(mkfifo!, [certificate]);
    for (let look = 0; look < 2; look++) await watched.look();
    expect(watched.current.leaf.subject).toBe('CN=localhost');
    expect(warnings).toEqual([expect.stringMatching(/^The previous certificate stays in use: .*a pipe or a device/)]);
  });
});
