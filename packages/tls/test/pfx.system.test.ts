import { Buffer } from 'node:buffer';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { TlsConnectionFeature } from '@windhover/connections';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { type CertificateSource, type HttpsOptions, TlsError, loadCertificate } from '../src/index.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { output } from './support/programs.ts';
import { someRounds, withRounds } from './support/rounds.ts';
import { TlsServer } from './support/tls-server.ts';

const openssl = findProgram('openssl');
const keytool = findProgram('keytool');
const folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);

let authority: CertificateAuthority;
let identity: KeyAndCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
  writeFileSync(path('both.pem'), `${identity.certificate}\n${identity.key}`);
  writeFileSync(path('authority.pem'), authority.certificate);
});

/** Makes a PFX of the certificate with these arguments of `openssl pkcs12 -export`. */
const make = async (...args: string[]): Promise<string> => {
  const file = path('made.pfx');
  await output(openssl!, ['pkcs12', '-export', '-in', path('both.pem'), '-out', file, ...args]);
  return file;
};

const codeOf = async (source: CertificateSource): Promise<string> => {
  try {
    return (await loadCertificate(source)).leaf.subject;
  } catch (error) {
    return error instanceof TlsError ? error.code : String(error);
  }
};

describe.skipIf(openssl === undefined)('PFX files', () => {
  const aes = ['-certpbe', 'AES-256-CBC', '-keypbe', 'AES-256-CBC'];
  const tripleDes = ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES'];
  const open = ['-certpbe', 'NONE', '-keypbe', 'NONE'];

  it.each<[string, string[], string | undefined, string]>([
    ['the default of OpenSSL 3', ['-passout', 'pass:x'], 'x', 'CN=localhost'],
    ['AES-256 and a MAC of SHA-512', [...aes, '-macalg', 'sha512', '-passout', 'pass:x'], 'x', 'CN=localhost'],
    ['3DES and a MAC of SHA-1', [...tripleDes, '-macalg', 'sha1', '-passout', 'pass:x'], 'x', 'CN=localhost'],
    [
      '3DES with two keys',
      ['-keypbe', 'PBE-SHA1-2DES', '-certpbe', 'PBE-SHA1-2DES', '-passout', 'pass:x'],
      'x',
      'CN=localhost',
    ],
    ['no MAC', ['-nomac', '-passout', 'pass:x'], 'x', 'CN=localhost'],
    ['no MAC, 3DES', ['-nomac', ...tripleDes, '-passout', 'pass:x'], 'x', 'CN=localhost'],
    ['no MAC, an empty password', ['-nomac', ...tripleDes, '-passout', 'pass:'], undefined, 'CN=localhost'],
    ['neither MAC nor encryption', ['-nomac', ...open, '-passout', 'pass:'], undefined, 'CN=localhost'],
    ['a MAC without encryption', [...open, '-passout', 'pass:x'], 'x', 'CN=localhost'],
    ['an empty password', ['-passout', 'pass:'], '', 'CN=localhost'],
    ['an empty password that is not given', ['-passout', 'pass:'], undefined, 'CN=localhost'],
    ['a password beyond ASCII', ['-passout', 'pass:pä€ß𝄞'], 'pä€ß𝄞', 'CN=localhost'],
    ['a password beyond ASCII, 3DES', [...tripleDes, '-passout', 'pass:pä€ß'], 'pä€ß', 'CN=localhost'],
    ['100,000 rounds', ['-iter', '100000', '-passout', 'pass:x'], 'x', 'CN=localhost'],
    ['a wrong password', ['-passout', 'pass:x'], 'y', 'TLS_PASSWORD_WRONG'],
    ['a password that is not given', ['-passout', 'pass:x'], undefined, 'TLS_PASSWORD_WRONG'],
    ['no MAC, a wrong password', ['-nomac', '-passout', 'pass:x'], 'y', 'TLS_PASSWORD_WRONG'],
    ['no MAC, 3DES, a wrong password', ['-nomac', ...tripleDes, '-passout', 'pass:x'], 'y', 'TLS_PASSWORD_WRONG'],
  ])('with %s: %#', async (_what, args, password, result) => {
    expect(await codeOf({ pfx: await make(...args), password })).toBe(result);
  });

  it('5,000,001 rounds: the message says how many, and how to export the file again', async () => {
    const made = await make('-nomac', '-iter', String(someRounds), '-passout', 'pass:x');
    expect(await codeOf({ pfx: made, password: 'x' })).toBe('CN=localhost');
    const pfx = withRounds(readFileSync(made), 5_000_001);
    expect(await codeOf({ pfx, password: 'x' })).toBe('TLS_KEY_DERIVATION_TOO_SLOW');
    await expect(loadCertificate({ pfx, password: 'x' })).rejects.toThrow(
      /-iter 100000` \(5,000,001 rounds, at most 5,000,000\)$/,
    );
  });

  it('PEM in its place: the message says how to give it', async () => {
    await expect(loadCertificate({ pfx: path('both.pem') })).rejects.toThrow(
      /it is PEM: give it as `certificate` and `key`/,
    );
  });

  it('no message contains the password', async () => {
    const pfx = await make('-passout', 'pass:x');
    await expect(loadCertificate({ pfx, password: 'Tr0ub4dor' })).rejects.toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('Tr0ub4dor') as string }),
    );
  });

  it('several keys: the one with a certificate is used', async () => {
    const other = await authority.issue({ names: ['other'] });
    writeFileSync(path('two.pem'), `${other.certificate}\n${identity.certificate}\n${identity.key}`);
    await output(openssl!, [
      'pkcs12',
      '-export',
      '-in',
      path('two.pem'),
      '-out',
      path('two.pfx'),
      '-passout',
      'pass:x',
    ]);
    expect(await codeOf({ pfx: path('two.pfx'), password: 'x' })).toBe('CN=localhost');
  });

  it('cut off at every length: TLS_PFX_INVALID', async () => {
    const whole = readFileSync(await make('-passout', 'pass:x'));
    for (let end = 0; end < whole.length; end++) {
      expect(await codeOf({ pfx: whole.subarray(0, end), password: 'x' })).toBe('TLS_PFX_INVALID');
    }
  });

  it('with any one byte changed: a TlsError, or the change does not matter', async () => {
    const whole = readFileSync(await make('-passout', 'pass:x', '-iter', '1'));
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 0xff;
      expect(await codeOf({ pfx: changed, password: 'x' })).toMatch(/^(?:TLS_|CN=localhost$)/);
    }
  });

  it('nested without end: TLS_PFX_INVALID', async () => {
    expect(await codeOf({ pfx: Buffer.alloc(100_000, Buffer.of(0x30, 0x80)) })).toBe('TLS_PFX_INVALID');
  });

  it('with the indefinite lengths of BER: read', async () => {
    const der = readFileSync(await make('-nomac', '-passout', 'pass:x'));
    expect(await codeOf({ pfx: withIndefiniteLengths(der), password: 'x' })).toBe('CN=localhost');
  });

  it.skipIf(keytool === undefined)('of keytool: read', async () => {
    const args = ['-genkeypair', '-alias', 'a', '-keyalg', 'EC', '-dname', 'CN=java', '-storetype', 'PKCS12'];
    await output(keytool!, [...args, '-keystore', path('java.p12'), '-storepass', 'changeit']);
    expect(await codeOf({ pfx: path('java.p12'), password: 'changeit' })).toBe('CN=java');
  });
});

/** The same values, with the constructed ones in the form whose end is marked. */
const withIndefiniteLengths = (der: Buffer): Buffer => {
  const values: Buffer[] = [];
  for (let at = 0; at < der.length;) {
    const lengthSize = der[at + 1]! < 0x80 ? 0 : der[at + 1]! & 0x7f;
    const start = at + 2 + lengthSize;
    const end = start + (lengthSize === 0 ? der[at + 1]! : der.readUIntBE(at + 2, lengthSize));
    const isConstructed = (der[at]! & 0x20) !== 0;
    values.push(
      isConstructed
        ? Buffer.concat([Buffer.of(der[at]!, 0x80), withIndefiniteLengths(der.subarray(start, end)), Buffer.of(0, 0)])
        : der.subarray(at, end),
    );
    at = end;
  }
  return Buffer.concat(values);
};

describe.skipIf(openssl === undefined)('an authority inside of a PFX', () => {
  let server: CertificateSource;
  let staff: CertificateAuthority;
  /** Issued by the authority in the PFX, and by one whose clients are let in. */
  let printer: ConnectionOptions;
  let worker: ConnectionOptions;

  beforeAll(async () => {
    staff = await CertificateAuthority.create('Staff');
    server = { pfx: await make('-certfile', path('authority.pem'), '-passout', 'pass:x'), password: 'x' };
    const client = async (issuer: CertificateAuthority, name: string): Promise<ConnectionOptions> => {
      const { certificate, key } = await issuer.issue({ names: [name], usage: 'client' });
      return { ca: authority.certificate, servername: 'localhost', cert: certificate, key };
    };
    [printer, worker] = [await client(authority, 'printer'), await client(staff, 'worker')];
  });

  /** Subject of the client that was let in, or the code of the failure. */
  const seen = async (options: HttpsOptions, client: ConnectionOptions): Promise<string | undefined> => {
    await using tls = await TlsServer.start(options);
    await tls.handshake(client);
    await tls.until(() => tls.connections.length + tls.failures.length > 0);
    const subject = tls.connections[0]?.features.require(TlsConnectionFeature).clientCertificate?.subject;
    return subject ?? tls.failures[0];
  };

  const rules = (mode: 'allow' | 'require') => ({ clientCertificate: { mode, authorities: staff.certificate } });
  const refused = 'TLS_CLIENT_CERTIFICATE_REFUSED';

  describe.each(['TLSv1.2', 'TLSv1.3'] as const)('is not trusted for clients over %s', (maxVersion) => {
    it.each<[string, () => Promise<HttpsOptions>]>([
      ['mode require', async () => ({ ...server, ...rules('require') })],
      ['mode allow', async () => ({ ...server, ...rules('allow') })],
      ['bytes', async () => ({ ...server, pfx: readFileSync(server.pfx as string), ...rules('require') })],
      ['rules by name', async () => ({ ...server, names: { localhost: rules('require') } })],
      ['a PFX by name', async () => ({ ...identity, names: { localhost: { ...server, ...rules('require') } } })],
      [
        'selectCertificate',
        async () => {
          const chosen = await loadCertificate(server);
          return { selectCertificate: () => chosen, ...rules('require') };
        },
      ],
    ])('%s: its client is refused, that of authorities is let in', async (_form, options) => {
      const given = { ...(await options()), maxVersion };
      expect(await seen(given, printer)).toBe(refused);
      expect(await seen(given, worker)).toBe('CN=worker');
    });

    it('validate receives an authorizationError', async () => {
      const errors: (string | undefined)[] = [];
      const validate: NonNullable<HttpsOptions['clientCertificate']>['validate'] = (_certificate, context) => {
        errors.push(context.authorizationError);
        return false;
      };
      await seen({ ...server, maxVersion, clientCertificate: { mode: 'require', validate } }, printer);
      await seen(
        { ...server, maxVersion, clientCertificate: { ...rules('allow').clientCertificate, validate } },
        printer,
      );
      expect(errors).toEqual([expect.any(String), expect.any(String)]);
    });
  });
});
