import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHostBuilder } from '../src/index.ts';
import { type devCertsPackage } from '../src/lazy-packages.ts';

const isInstalled = vi.hoisted(() => ({ value: true }));

vi.mock('../src/lazy-packages.ts', async (importOriginal) => {
  const original = await importOriginal<{ devCertsPackage: typeof devCertsPackage }>();
  const notFound = Object.assign(new Error("Cannot find module '@windhover/dev-certs'"), { code: 'MODULE_NOT_FOUND' });
  const fail = (): never => {
    throw notFound;
  };
  return { ...original, devCertsPackage: () => original.devCertsPackage(...(isInstalled.value ? [] : [fail])) };
});

const folder = mkdtempSync(join(tmpdir(), 'windhover-no-certificate-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('an https address without a certificate: the error names the address and both ways to get one', () => {
  it.each([
    ['none was made', true, `make one with "windhover dev-certs"`],
    ['their package is not installed', false, 'npm install --save-dev @windhover/dev-certs'],
  ])('development certificates: %s', async (_title, installed, advice) => {
    isInstalled.value = installed;
    vi.stubEnv('WINDHOVER_DEV_CERTS', folder);
    const builder = createHostBuilder()
      .useUrls('https://127.0.0.1:0')
      .configure((app) => void app.run(() => 'secret'));
    await expect(builder.build().start()).rejects.toMatchObject({
      code: 'SERVER_TLS_NOT_CONFIGURED',
      message: expect.stringMatching(
        new RegExp(
          `^127\\.0\\.0\\.1:0: server\\.certificates\\.default names no certificate, and .*${advice}: the address`,
        ),
      ) as string,
    });
  });
});
