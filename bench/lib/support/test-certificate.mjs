import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { cacheFolder } from './cache-folder.mjs';

const [keyFile, certificateFile] = [`${cacheFolder}/tls.key`, `${cacheFolder}/tls.crt`];

const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650'];
const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];

/**
 * The certificate of all subjects with TLS; created by the first start, which is not measured. Without openssl the
 * subject is skipped.
 */
export function testCertificate() {
  if (!existsSync(certificateFile)) {
    mkdirSync(cacheFolder, { recursive: true, mode: 0o700 });
    const { status } = spawnSync('openssl', [...request, ...names, '-keyout', keyFile, '-out', certificateFile]);
    if (status !== 0) {
      console.error('openssl is not installed; it is needed to make a certificate');
      process.exit(77);
    }
  }
  return { cert: readFileSync(certificateFile), key: readFileSync(keyFile) };
}
