import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { httpsDefaults, tlsErrors } from '../src/index.ts';
import { defaultRotationInterval } from '../src/names/session-ticket-keys.ts';
import { CertificateAuthority } from './support/certificates.ts';

const readme = new Readme(import.meta.url);
const plain = (text: string): string => text.replaceAll('`', '');

describe('README', () => {
  it('shows the example of the package and its output', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));
    const authority = await CertificateAuthority.create();
    const { certificate, key } = await authority.issue();
    const files = { 'localhost.crt': certificate, 'localhost.key': key, 'authority.crt': authority.certificate };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const before = process.cwd();
    process.chdir(folder);
    try {
      await expect(readme.expectExample('examples/hello-https.ts')).resolves.toBeUndefined();
    } finally {
      process.chdir(before);
      rmSync(folder, { recursive: true });
    }
  });

  it('lists every option with its default', () => {
    const shown = readme.plainTableUnder('Options').map(([name, value]) => [name, value!.replaceAll("'", '')]);
    const { ciphers: _ciphers, clientCertificate, ...others } = httpsDefaults;
    const defaults = Object.entries(others).map(([name, value]) => [name, String(value)]);
    const withNumbers = shown.map(([name, value]) => [name, value!.replaceAll('_', '')]);
    expect(withNumbers).toEqual(
      expect.arrayContaining([...defaults, ['clientCertificate', `{ mode: ${clientCertificate.mode} }`]]),
    );
    expect(new Set(shown.map(([name]) => name))).toEqual(
      new Set([
        ...Object.keys(httpsDefaults),
        'names',
        'selectCertificate',
        'applicationProtocols',
        'sessionTicketKeys',
        'onHandshakeFailed',
      ]),
    );
  });

  it('says when ticket keys change', () => {
    expect(defaultRotationInterval).toBe(12 * 60 * 60 * 1000);
    expect(readme.text).toContain('every 12 hours');
  });

  it('lists every error', () => {
    const errors = Object.entries(tlsErrors).map(([code, { concerns, message }]) => [code, concerns, plain(message)]);
    expect(readme.plainTableUnder('Errors')).toEqual(errors);
  });
});
