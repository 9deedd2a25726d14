import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { findProgram } from '../../../tools/test-support/programs.ts';
import type { CertificateSource, HttpsOptions } from '../src/index.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { HttpsServer } from './support/https-server.ts';
import { output } from './support/programs.ts';

const [curl, openssl, sslscan, chromium] = ['curl', 'openssl', 'sslscan', 'chromium'].map(findProgram);

const folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));
const at = (name: string): string => join(folder, name);

let authority: CertificateAuthority;
/** A PFX made by openssl where there is one. */
let identity: CertificateSource;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  writeFileSync(at('ca.pem'), authority.certificate);
  identity = await identityOf(await authority.issue({ key: 'rsa' }));
  const client = await authority.issue({ names: ['client'], usage: 'client' });
  writeFileSync(at('client.pem'), `${client.certificate}\n${client.key}`);
});

const identityOf = async ({ certificate, key }: KeyAndCertificate): Promise<CertificateSource> => {
  if (openssl === undefined) return { certificate, key };
  const [all, pfx, password] = [at('all.pem'), at('testCert.pfx'), 'testPassword'];
  writeFileSync(all, `${certificate}\n${key}`);
  await output(openssl, ['pkcs12', '-export', '-in', all, '-out', pfx, '-passout', `pass:${password}`]);
  return { pfx, password };
};

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const request = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

describe('fetch of Node', () => {
  it('trusts the server by its authority', async () => {
    await using https = await HttpsServer.start(identity);
    const script = `console.log(await (await fetch('https://localhost:${https.port}')).text())`;
    await using child = new Child(['--input-type=module', '--eval', script], {
      env: { NODE_EXTRA_CA_CERTS: at('ca.pem') },
    });
    await child.exited;
    expect(child.output).toContain('Hello over TLS');
  });
});

describe.skipIf(curl === undefined)(`curl${curl === undefined ? ' (skipped: no curl)' : ''}`, () => {
  it.each([['--tlsv1.3'], ['--tls-max', '1.2']])('%s %s: accepts the certificate', async (...version) => {
    await using https = await HttpsServer.start(identity);
    const text = await output(curl!, ['-sv', ...version, '--cacert', at('ca.pem'), `https://localhost:${https.port}/`]);
    expect(text).toContain('Hello over TLS');
    expect(text).toMatch(/ALPN: server accepted http\/1\.1/);
  });

  it('receives 400 for plain HTTP', async () => {
    await using https = await HttpsServer.start(identity);
    const text = await output(curl!, ['-sw', '%{http_code}', `http://localhost:${https.port}/`]);
    expect(text).toMatch(/^This port speaks HTTPS.*\n400$/);
  });

  it('follows a redirection from plain HTTP on the same port', async () => {
    await using https = await HttpsServer.start({ ...identity, plainHttp: 'redirect' });
    const text = await output(curl!, ['-sL', '--cacert', at('ca.pem'), `http://localhost:${https.port}/`]);
    expect(text).toBe('Hello over TLS');
  });
});

describe.skipIf(openssl === undefined)(`openssl${openssl === undefined ? ' (skipped: no openssl)' : ''}`, () => {
  const client = (port: number, ...args: string[]): Promise<string> =>
    output(
      openssl!,
      ['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', at('ca.pem'), '-ign_eof', ...args],
      request,
    );

  it.each([
    ['-tls1_3', /New, TLSv1\.3, Cipher is TLS_/],
    ['-tls1_2', /New, TLSv1\.2, Cipher is ECDHE-RSA-/],
  ])('s_client %s: the handshake and the certificate are good', async (version, agreed) => {
    await using https = await HttpsServer.start(identity);
    const text = await client(https.port, version, '-alpn', 'http/1.1', '-servername', 'localhost');
    expect(text).toMatch(agreed);
    expect(text).toMatch(/Verify return code: 0 \(ok\)/);
    expect(text).toMatch(/ALPN protocol: http\/1\.1/);
    expect(text).toContain('Hello over TLS');
  });

  it.each(['-tls1', '-tls1_1'])('s_client %s: refused', async (version) => {
    await using https = await HttpsServer.start(identity);
    expect(await client(https.port, version, '-cipher', 'ALL:@SECLEVEL=0')).toMatch(/alert protocol version/);
  });

  it.each(['-tls1_3', '-tls1_2'])('s_client %s: resumes its session', async (version) => {
    await using https = await HttpsServer.start(identity);
    const session = at(`session${version}`);
    expect(await client(https.port, version, '-sess_out', session)).toMatch(/^New, /m);
    expect(await client(https.port, version, '-sess_in', session)).toMatch(/^Reused, /m);
  });

  /**
   * Two names ask for certificates of different authorities. A client with a session of one name must not have it
   * resumed for the other, whose authority has never seen the client (CVE-2025-23419 of nginx).
   */
  it.each(['-tls1_3', '-tls1_2'])(
    's_client %s: a session of one name does not get around the rules of another',
    async (version) => {
      const elsewhere = await CertificateAuthority.create('Elsewhere');
      const requiring = ({ certificate }: CertificateAuthority): NonNullable<HttpsOptions['names']>[string] => ({
        clientCertificate: { mode: 'require', authorities: certificate },
      });
      await using https = await HttpsServer.start({
        ...identity,
        names: { 'ours.example': requiring(authority), 'theirs.example': requiring(elsewhere) },
      });
      const [certificate, session] = [at('client.pem'), at(`ours${version}`)];
      const ours = ['-servername', 'ours.example', version, '-cert', certificate];
      expect(await client(https.port, ...ours, '-sess_out', session)).toContain('Hello over TLS');
      expect(await client(https.port, ...ours, '-sess_in', session)).toMatch(/^Reused, [\s\S]*Hello over TLS/m);
      const theirs = ['-servername', 'theirs.example', version, '-cert', certificate, '-sess_in', session];
      expect(await client(https.port, ...theirs)).not.toContain('Hello over TLS');
    },
  );
});

describe.skipIf(sslscan === undefined)(`sslscan${sslscan === undefined ? ' (skipped: no sslscan)' : ''}`, () => {
  it.each(['ec', 'rsa'] as const)('finds nothing weak, with an %s key', async (key) => {
    await using https = await HttpsServer.start(await authority.issue({ key }));
    const report = await output(sslscan!, ['--no-colour', `localhost:${https.port}`]);
    const enabled = [...report.matchAll(/^(\S+) +enabled$/gm)].map(([, protocol]) => protocol);
    expect(enabled).toEqual(['TLSv1.2', 'TLSv1.3']);
    expect(report).toMatch(/Session renegotiation not supported/);
    expect(report).not.toMatch(/^\S+ vulnerable to heartbleed/m);
    expect(report).not.toMatch(/Compression enabled/);
    for (const [, bits] of report.matchAll(/^TLSv1\.[23] +(\d+) bits/gm))
      expect(Number(bits)).toBeGreaterThanOrEqual(128);
    const ciphers = [...report.matchAll(/^(?:Preferred|Accepted) +\S+ +\d+ bits +(\S+)/gm)].map(([, cipher]) => cipher);
    expect(ciphers.length).toBeGreaterThanOrEqual(6);
    for (const cipher of ciphers) expect(cipher).toMatch(/^(?:TLS_|ECDHE-)(?:.*GCM.*|.*CHACHA20.*)$/);
  });
});

describe.skipIf(chromium === undefined)(`chromium${chromium === undefined ? ' (skipped: no chromium)' : ''}`, () => {
  it('shows the page as secure', async () => {
    await using https = await HttpsServer.start(identity, ({ response }) => {
      response.contentType = 'text/html';
      response.send('<title>secure</title><script>document.title += isSecureContext</script>');
    });
    const { launch } = await import('puppeteer-core');
    const browser = await launch({ executablePath: chromium!, args: ['--no-sandbox'], acceptInsecureCerts: true });
    try {
      const page = await browser.newPage();
      const response = await page.goto(`https://localhost:${https.port}/`);
      expect(await page.title()).toBe('securetrue');
      expect(response?.securityDetails()?.protocol()).toBe('TLS 1.3');
    } finally {
      await browser.close();
    }
  });
});
