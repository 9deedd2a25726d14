import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpsOptions, TlsError, useHttps } from '../src/index.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { TestEndpoint } from './support/endpoint.ts';

let identity: KeyAndCertificate;
const folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));

beforeAll(async () => {
  identity = await (await CertificateAuthority.create()).issue();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The error with which a start fails. */
const refusalOf = async (options: HttpsOptions): Promise<TlsError> => {
  const endpoint = new TestEndpoint();
  useHttps(options)(endpoint);
  const error: unknown = await endpoint.prepared().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TlsError);
  return error as TlsError;
};

const selectCertificate = (): undefined => undefined;

describe('options with which every handshake would fail: the start fails', () => {
  it.each<[string, () => HttpsOptions, string]>([
    ['ciphers, without a certificate', () => ({ selectCertificate, ciphers: 'NO-SUCH-CIPHER' }), 'TLS_OPTION_REFUSED'],
    [
      'ciphers of TLS 1.2 for a name without a certificate',
      () => ({ selectCertificate, ciphers: 'NO-SUCH-CIPHER', names: { 'a.example': {} } }),
      'TLS_OPTION_REFUSED',
    ],
    [
      'a name without a certificate, and no default certificate',
      () => ({ names: { 'a.example': identity, 'b.example': { minVersion: 'TLSv1.3' } } }),
      'TLS_CERTIFICATE_MISSING',
    ],
  ])('%s', async (_what, options, code) => {
    expect((await refusalOf(options())).code).toBe(code);
  });

  it('the message names the name without a certificate', async () => {
    const { message } = await refusalOf({ names: { 'a.example': identity, 'b.example': {} } });
    expect(message).toMatch(/^test:443: names\["b\.example"\]: there is no certificate/);
  });

  it.each<[string, HttpsOptions]>([
    ['only selectCertificate', { selectCertificate }],
    ['selectCertificate for some names', { selectCertificate, names: { 'a.example': { minVersion: 'TLSv1.3' } } }],
  ])('%s: the start succeeds', async (_what, options) => {
    await using endpoint = new TestEndpoint();
    useHttps(options)(endpoint);
    await expect(endpoint.prepared()).resolves.toBe(endpoint);
  });
});

describe('the error of a start', () => {
  it('begins with the endpoint, then the file', async () => {
    const certificate = join(folder, 'absent.crt');
    const error = await refusalOf({ ...identity, certificate });
    expect(error.code).toBe('TLS_FILE_NOT_FOUND');
    expect(error.message).toBe(
      `test:443: ${certificate}: the file does not exist: check the path and the working directory`,
    );
    expect(error.cause).toMatchObject({ code: 'ENOENT' });
  });

  it('keeps its detail', async () => {
    const pfx = join(folder, 'site.pfx');
    writeFileSync(pfx, identity.certificate);
    expect((await refusalOf({ pfx })).message).toMatch(/^test:443: \S+site\.pfx: .* \(it is PEM: .*\)$/);
  });
});
