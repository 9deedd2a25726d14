import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSources } from '../../../tools/test-support/load-sources.ts';
import { Child } from '../../../tools/test-support/child.ts';
import { freePort } from '../../../tools/test-support/free-port.ts';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { CertificateAuthority } from './support/certificates.ts';

const launcher = findProgram('systemd-socket-activate');
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(launcher === undefined)(
  'TLS on a socket that systemd has opened (needs systemd-socket-activate)',
  () => {
    it('the client that has started the service is served, and the endpoint is https under its name', async () => {
      const authority = await CertificateAuthority.create();
      const { certificate, key } = await authority.issue();
      writeFileSync(join(folder, 'server.pem'), certificate);
      writeFileSync(join(folder, 'server.key'), key);
      const port = await freePort();
      const listening = ['--listen', `127.0.0.1:${port}`, '--fdname', 'web'];
      const server = [process.execPath, ...loadSources, at('fixtures/activated-server.mjs')];
      const files = [join(folder, 'server.pem'), join(folder, 'server.key')];
      await using child = new Child([...listening, ...server, ...files], { program: launcher! });
      await child.waitFor(/Listening on/);
      const text = await new Promise<string>((resolve, reject) => {
        const options = { port, host: '127.0.0.1', servername: 'localhost', ca: authority.certificate, agent: false };
        request({ ...options, path: '/stop' }, async (response) => {
          resolve(Buffer.concat(await response.toArray()).toString());
        })
          .on('error', reject)
          .end();
      });
      expect(text).toBe('https');
      expect(await child.exited).toBe(0);
      expect(child.output).toContain(`web https://127.0.0.1:${port}`);
    });
  },
);
