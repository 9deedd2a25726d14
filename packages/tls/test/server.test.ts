import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TLSSocket, connect, createSecureContext } from 'node:tls';
import {
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  TlsHandshakeFeature,
} from '@windhover/connections';
import { HttpUpgradeFeature } from '@windhover/http';
import { beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { HttpsServer } from './support/https-server.ts';

let authority: CertificateAuthority;
let identity: KeyAndCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
});

/** A client's socket and all that it has received. */
const open = async (port: number): Promise<{ socket: TLSSocket; text: () => string; closed: Promise<unknown> }> => {
  const socket = connect({ host: '127.0.0.1', port, ca: authority.certificate, servername: 'localhost' });
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await once(socket, 'secureConnect');
  return { socket, text: () => text, closed };
};

interface Answer {
  readonly status: number | undefined;
  readonly serial: string | undefined;
}

const answerOf = (port: number, agent: Agent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, agent, servername: 'localhost' }, (response) => {
      // Before Node.js 24 a client has no certificate of a session that it resumes.
      const serial = (response.socket as TLSSocket).getPeerX509Certificate()?.serialNumber;
      response.resume().on('end', () => resolve({ status: response.statusCode, serial }));
    });
    request.on('error', reject);
  });

describe('a server', () => {
  it('publishes its address as https, and requests have the scheme', async () => {
    await using https = await HttpsServer.start(identity, (context) => {
      const { protocol } = context.features.require(TlsHandshakeFeature);
      context.response.send(`${context.request.scheme} ${protocol}`);
    });
    expect(https.address).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const { socket, text, closed } = await open(https.port);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await closed;
    expect(text()).toMatch(/\r\n\r\nhttps TLSv1\.3$/);
  });

  it('gives TLS its heartbeat', async () => {
    await using https = await HttpsServer.start(identity, (context) => {
      context.response.send(String(context.features.get(ConnectionHeartbeatFeature) !== undefined));
    });
    const { socket, text, closed } = await open(https.port);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await closed;
    expect(text()).toMatch(/\r\n\r\ntrue$/);
  });

  it('an upgraded exchange continues over TLS', async () => {
    await using https = await HttpsServer.start(identity, (context) => {
      const connection = context.features.require(HttpUpgradeFeature).upgrade('shout');
      connection.start({
        received: (bytes) => void connection.write(Buffer.from(bytes).toString('latin1').toUpperCase()),
        drained: () => undefined,
        ended: () => connection.end(),
        closed: () => undefined,
      });
    });
    const { socket, text, closed } = await open(https.port);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: shout\r\n\r\nhello');
    await until(() => text().endsWith('HELLO'));
    socket.end(' again');
    await closed;
    expect(text()).toMatch(/^HTTP\/1\.1 101 [\s\S]*\r\n\r\nHELLO AGAIN$/);
  });

  it('that stops completes running requests and sends Connection: close', async () => {
    let isRunning = false;
    await using https = await HttpsServer.start(identity, async ({ features, response }) => {
      isRunning = true;
      const lifetime = features.require(ConnectionLifetimeNotificationFeature);
      await until(() => lifetime.isCloseRequested);
      response.send('finished');
    });
    const { socket, text, closed } = await open(https.port);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => isRunning);
    await Promise.all([https.server.stop(), closed]);
    expect(text()).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close\r\n[\s\S]*finished$/i);
  });

  it('that stops at once resets clients during the handshake', async () => {
    await using https = await HttpsServer.start(identity);
    const socket = connect({ host: '127.0.0.1', port: https.port, ca: authority.certificate });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    await https.server.stop(AbortSignal.abort());
    expect(https.server.connectionCount).toBe(0);
  });
});

describe('a certificate that is replaced under load', () => {
  it('1,000 requests over kept-alive and new connections all succeed, and new connections get the new certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));
    const paths = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
    const write = ({ certificate, key }: KeyAndCertificate): void => {
      writeFileSync(paths.certificate, certificate);
      writeFileSync(paths.key, key);
    };
    const next = await authority.issue();
    write(identity);
    await using https = await HttpsServer.start({ ...paths, reloadInterval: 5 });
    const secureContext = createSecureContext({ ca: authority.certificate });
    const kept = new Agent({ keepAlive: true, maxSockets: 50, secureContext });
    // Without sessions, so that each connection is shown a certificate.
    const fresh = new Agent({ keepAlive: false, maxSockets: 50, maxCachedSessions: 0, secureContext });
    const [old] = [(await answerOf(https.port, fresh)).serial];
    let answered = 0;
    const answers = Array.from({ length: 1000 }, async (_, at) => {
      const answer = await answerOf(https.port, at % 2 === 0 ? kept : fresh);
      answered++;
      return answer;
    });
    await until(() => answered > 100);
    write(next);
    const all = await Promise.all(answers);
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    const serials = all.map(({ serial }) => serial);
    expect(serials).toContain(old);
    while ((await answerOf(https.port, fresh)).serial === old) await new Promise((resolve) => setImmediate(resolve));
    // A connection that was there before is still the same.
    expect((await answerOf(https.port, kept)).status).toBe(200);
    kept.destroy();
    fresh.destroy();
    expect(https.warnings).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
