import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TLSSocket, connect, createSecureContext } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { CertificateAuthority } from './support/certificates.ts';
import { HttpsServer } from './support/https-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Requests on connections that stay, and on connections of their own. */
const [keptCount, freshCount] = [50, 150];
const requestCount = keptCount + freshCount;

describe('a certificate that is replaced while 200 requests are in flight', () => {
  it('all succeed, and new connections get the new certificate', async () => {
    const authority = await CertificateAuthority.create();
    const path = join(folder, 'server.pem');
    const put = async (commonName: string): Promise<void> => {
      const { certificate, key } = await authority.issue({ commonName });
      writeFileSync(`${path}.new`, `${certificate}\n${key}`);
      renameSync(`${path}.new`, path);
    };
    await put('first');

    let inFlight = 0;
    let isReplaced!: () => void;
    const replaced = new Promise<void>((resolve) => (isReplaced = resolve));
    let areThere!: () => void;
    const allThere = new Promise<void>((resolve) => (areThere = resolve));
    await using https = await HttpsServer.start({ certificate: path, reloadInterval: 20 }, async ({ response }) => {
      if (++inFlight === requestCount) areThere();
      await replaced;
      response.send('answered');
    });

    const ca = authority.certificate;
    const secureContext = createSecureContext({ ca });
    const get = (agent: Agent): Promise<{ status: number | undefined; shown: string }> =>
      new Promise((resolve, reject) => {
        request({ host: '127.0.0.1', port: https.port, agent }, (response) => {
          const { socket } = response;
          const shown = (socket as TLSSocket).getPeerCertificate().subject.CN;
          response.resume().on('end', () => resolve({ status: response.statusCode, shown: String(shown) }));
        })
          .on('error', reject)
          .end();
      });
    const kept = new Agent({ secureContext, keepAlive: true, maxSockets: keptCount });
    // Without sessions, so that each connection is shown a certificate.
    const fresh = new Agent({ secureContext, maxCachedSessions: 0 });
    const running = Promise.all([
      ...Array.from({ length: keptCount }, () => get(kept)),
      ...Array.from({ length: freshCount }, () => get(fresh)),
    ]);
    await Promise.race([allThere, running]);
    await put('second');
    while ((await shownBy(https.port, ca)) !== 'second');
    isReplaced();
    const answers = await running;
    expect(new Set(answers.map(({ status, shown }) => `${status} ${shown}`))).toEqual(new Set(['200 first']));
    expect(await get(kept)).toEqual({ status: 200, shown: 'first' });
    expect(await get(fresh)).toEqual({ status: 200, shown: 'second' });
    kept.destroy();
    fresh.destroy();
  });
});

/** The name in the certificate that a new connection is shown. */
const shownBy = (port: number, ca: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    }).on('error', reject);
  });
