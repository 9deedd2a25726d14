import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { type PeerCertificate, checkServerIdentity } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../../tools/test-support/programs.ts';
import {
  type DevelopmentCertificate,
  type TrustInstruction,
  createDevelopmentCertificate,
  devCertsCommand,
  trustInstructions,
} from '../src/index.ts';
import { issueCertificate } from '../src/issuer.ts';
import { pemBlocks } from '../src/identity.ts';
import { Chromium } from './support/chromium.ts';
import { HttpsServer } from './support/https-server.ts';
import { runProgram } from './support/program.ts';
import { TemporaryStore, temporaryFolder } from './support/temporary-store.ts';
import { verdictOfNode } from './support/tls-client.ts';

const hasCurl = findProgram('curl') !== undefined;
const hasOpenssl = findProgram('openssl') !== undefined;
const hasChromium = findProgram('chromium') !== undefined && findProgram('certutil') !== undefined;

/** Creates a certificate by the real clock, which clients use. */
const made = async (store = new TemporaryStore()): Promise<DevelopmentCertificate> => {
  const { certificate } = await createDevelopmentCertificate({ folder: store.folder, names: ['shop.localhost'] });
  return certificate;
};

/** A certificate that a thief of the authority's key could create. */
const forged = async (name: string): Promise<DevelopmentCertificate> => {
  const store = new TemporaryStore();
  const honest = await made(store);
  const [certificatePem = ''] = pemBlocks(store.read('authority-key.pem'), 'CERTIFICATE');
  const [keyPem = ''] = pemBlocks(store.read('authority-key.pem'), 'PRIVATE KEY');
  const issued = await issueCertificate({ certificatePem, keyPem }, [name], Date.now());
  return { ...honest, certificate: issued.certificatePem, key: issued.keyPem };
};

const hasIPv6 = Object.values(networkInterfaces()).some((entries) => entries?.some(({ address }) => address === '::1'));
const names = ['localhost', '127.0.0.1', ...(hasIPv6 ? ['::1'] : []), 'shop.localhost', 'app.dev.localhost'];
/** Node.js 22.23 matches no certificate with an IPv6 address. */
const matchesIPv6 =
  checkServerIdentity('::1', { subject: {}, subjectaltname: 'IP Address:::1' } as PeerCertificate) === undefined;
const namesOfNode = names.filter((name) => matchesIPv6 || name !== '::1');
const urlOf = (name: string, port: number): string => `https://${name.includes(':') ? `[${name}]` : name}:${port}/`;

describe('Node.js with the authority', () => {
  it.each(namesOfNode)('trusts %s', async (name) => {
    const certificate = await made();
    await using server = await HttpsServer.start(certificate);
    expect(await verdictOfNode(server.port, name, certificate.authorityPath)).toBe('trusted');
  });

  // Of `*.localhost` the last one makes nothing: a wildcard has to have two labels behind it.
  it.each(['example.com', 'a.b.dev.localhost', 'shop.localhost.example.com', 'foo.localhost'])(
    'refuses %s',
    async (name) => {
      const certificate = await made();
      await using server = await HttpsServer.start(certificate);
      const verdict = await verdictOfNode(server.port, name, certificate.authorityPath);
      expect(verdict).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    },
  );

  it.each(['example.com', '192.0.2.1'])('refuses a name outside of the constraints: %s', async (name) => {
    const certificate = await forged(name);
    await using server = await HttpsServer.start(certificate);
    const verdict = await verdictOfNode(server.port, 'localhost', certificate.authorityPath);
    expect(verdict).toBe('permitted subtree violation');
  });

  it('refuses the certificate without the authority', async () => {
    const [certificate, other] = [await made(), await made()];
    await using server = await HttpsServer.start(certificate);
    const verdict = await verdictOfNode(server.port, 'localhost', other.authorityPath);
    expect(verdict).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });
});

describe.skipIf(!hasCurl)(`curl --cacert${hasCurl ? '' : ' (skipped: no curl)'}`, () => {
  it.each(names)('trusts %s', async (name) => {
    const certificate = await made();
    await using server = await HttpsServer.start(certificate);
    const [address, port] = [name === '::1' ? '[::1]' : '127.0.0.1', server.port];
    const resolved = `${name}:${port}:${address}`;
    const args = [
      '-sS',
      '--cacert',
      certificate.authorityPath,
      ...(name.endsWith('localhost') ? ['--resolve', resolved] : []),
    ];
    expect(await runProgram('curl', [...args, urlOf(name, port)])).toEqual({ code: 0, output: 'hello' });
  });
});

describe.skipIf(!hasOpenssl)(`openssl${hasOpenssl ? '' : ' (skipped: no openssl)'}`, () => {
  const verified = (certificate: DevelopmentCertificate, ...args: string[]) =>
    runProgram('openssl', ['verify', '-x509_strict', '-CAfile', certificate.authorityPath, ...args, certificate.path]);

  it.each(['localhost', 'shop.localhost', 'app.dev.localhost'])('verifies %s, strictly', async (name) => {
    const certificate = await made();
    const { code, output } = await verified(certificate, '-purpose', 'sslserver', '-verify_hostname', name);
    expect({ code, output }).toEqual({ code: 0, output: `${certificate.path}: OK\n` });
  });

  it('refuses a name that only *.localhost has', async () => {
    const { output } = await verified(await made(), '-verify_hostname', 'foo.localhost');
    expect(output).toContain('hostname mismatch');
  });

  it('refuses the certificate for clients', async () => {
    const { output } = await verified(await made(), '-purpose', 'sslclient');
    expect(output).toMatch(/unsuitable certificate purpose/i);
  });

  it('reads the PFX file that the printed command makes', async () => {
    const store = new TemporaryStore();
    await made(store);
    const folder = temporaryFolder();
    let output = '';
    const io = { stdout: (text: string) => void (output += text), stderr: () => undefined };
    await devCertsCommand(['--export', folder], io, { folder: store.folder });
    const [command] = /openssl pkcs12 .*/.exec(output)!;
    const script = `cd ${folder} && ${command} -passout pass:secret && openssl pkcs12 -in localhost.pfx -passin pass:secret -nodes`;
    const { code, output: pem } = await runProgram('sh', ['-c', script]);
    expect(code).toBe(0);
    expect(pemBlocks(pem, 'CERTIFICATE')).toHaveLength(2);
    const [key] = pemBlocks(pem, 'PRIVATE KEY');
    expect(createPrivateKey(key!).export({ type: 'pkcs8', format: 'pem' })).toBe(
      readFileSync(`${folder}/localhost-key.pem`, 'latin1'),
    );
  });
});

describe.skipIf(!hasChromium)(`Chromium${hasChromium ? '' : ' (skipped: no chromium, or no certutil)'}`, () => {
  const instructionFor = (certificate: DevelopmentCertificate): TrustInstruction =>
    trustInstructions(certificate, 'linux').find(({ who }) => who.startsWith('Chromium'))!;

  it(
    'trusts every name once its instructions are followed, and none when they are undone',
    { timeout: 120_000 },
    async () => {
      const certificate = await made();
      await using server = await HttpsServer.start(certificate);
      const chromium = new Chromium(temporaryFolder());
      const { trust, undo } = instructionFor(certificate);
      await chromium.run(trust);
      for (const name of names) expect.soft(await chromium.open(urlOf(name, server.port)), name).toContain('hello');
      await chromium.run(undo);
      expect(await chromium.open(urlOf('localhost', server.port))).toContain('net::ERR_CERT_AUTHORITY_INVALID');
    },
  );

  it('refuses a name outside of the constraints', { timeout: 60_000 }, async () => {
    const certificate = await forged('example.com');
    await using server = await HttpsServer.start(certificate);
    const chromium = new Chromium(temporaryFolder());
    await chromium.run(instructionFor(certificate).trust);
    const page = await chromium.open(urlOf('example.com', server.port));
    expect(page).not.toContain('hello');
    expect(page).toContain('net::ERR_CERT_');
  });
});
