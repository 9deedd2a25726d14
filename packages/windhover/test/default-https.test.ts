import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { developmentCertificate } from '../src/default-https.ts';
import { devCertsPackage } from '../src/lazy-packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-no-certificate-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const notInstalled = (): ReturnType<typeof devCertsPackage> =>
  devCertsPackage(() => {
    throw Object.assign(new Error("Cannot find module '@windhover/dev-certs'"), { code: 'MODULE_NOT_FOUND' });
  });

describe('an https address without a certificate: the error names the address and both ways to get one', () => {
  it.each([
    ['none was made', undefined, 'make one with "windhover dev-certs"'],
    ['their package is not installed', notInstalled, 'npm install --save-dev @windhover/dev-certs'],
  ])('development certificates: %s', (_title, load, advice) => {
    vi.stubEnv('WINDHOVER_DEV_CERTS', folder);
    const text = `^web: server\\.certificates\\.default names no certificate, and .*${advice}: the address`;
    expect(() => developmentCertificate('web', load)).toThrow(
      expect.objectContaining({
        code: 'SERVER_TLS_NOT_CONFIGURED',
        message: expect.stringMatching(new RegExp(text)) as string,
      }),
    );
  });
});
