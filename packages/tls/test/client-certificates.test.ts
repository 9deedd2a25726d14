import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { TlsConnectionFeature } from '@windhover/connections';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ClientCertificateOptions, type HttpsOptions, useHttps } from '../src/index.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { TestEndpoint } from './support/endpoint.ts';
import { TlsServer } from './support/tls-server.ts';

let authority: CertificateAuthority;
let identity: KeyAndCertificate;
let good: ConnectionOptions;
let stranger: ConnectionOptions;
let expired: ConnectionOptions;
let none: ConnectionOptions;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  const elsewhere = await CertificateAuthority.create('Elsewhere');
  identity = await authority.issue();
  none = { ca: authority.certificate };
  const client = async (issuer: CertificateAuthority, wishes = {}): Promise<ConnectionOptions> => {
    const { certificate, key } = await issuer.issue({ names: ['client'], usage: 'client', ...wishes });
    return { ...none, cert: certificate, key };
  };
  const past = { notBefore: new Date(Date.now() - 9e7), notAfter: new Date(Date.now() - 8e7) };
  [good, stranger, expired] = await Promise.all([client(authority), client(elsewhere), client(authority, past)]);
});

const asking = (clientCertificate: ClientCertificateOptions): HttpsOptions => ({ ...identity, clientCertificate });

const versions = ['TLSv1.2', 'TLSv1.3'] as const;

/** As of a library that brings its own promises. */
const thenable = (verdict: boolean): Promise<boolean> => {
  const promise = Promise.resolve(verdict);
  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is about
  return { then: promise.then.bind(promise) } as unknown as Promise<boolean>;
};

describe.each(versions)('client certificates over %s', (maxVersion) => {
  const requiring = (): HttpsOptions => asking({ mode: 'require', authorities: authority.certificate });
  const allowing = (): HttpsOptions => asking({ mode: 'allow', authorities: authority.certificate });
  const clients = { good: () => good, stranger: () => stranger, expired: () => expired, none: () => none };

  it.each<[string, keyof typeof clients, string, () => HttpsOptions]>([
    ['none', 'good', 'no certificate', () => identity],
    ['allow', 'none', 'no certificate', allowing],
    ['allow', 'good', 'CN=client', allowing],
    ['allow', 'stranger', 'TLS_CLIENT_CERTIFICATE_REFUSED', allowing],
    ['require', 'good', 'CN=client', requiring],
    ['require', 'none', 'TLS_CLIENT_CERTIFICATE_MISSING', requiring],
    ['require', 'stranger', 'TLS_CLIENT_CERTIFICATE_REFUSED', requiring],
    ['require', 'expired', 'TLS_CLIENT_CERTIFICATE_REFUSED', requiring],
  ])('%s, client with %s: %s', async (_mode, client, result, options) => {
    await using server = await TlsServer.start(options());
    await server.handshake({ ...clients[client](), maxVersion });
    await server.until(() => server.connections.length + server.failures.length > 0);
    const came = server.connections.map(
      ({ features }) => features.require(TlsConnectionFeature).clientCertificate?.subject ?? 'no certificate',
    );
    expect([...came, ...server.failures]).toEqual([result]);
  });

  it('validate decides, and receives the problem of the chain', async () => {
    const told: unknown[] = [];
    await using server = await TlsServer.start(
      asking({
        mode: 'require',
        validate: (certificate, { authorizationError, serverName }) => {
          told.push(certificate.subject, authorizationError, serverName);
          return true;
        },
      }),
    );
    await server.secured({ ...stranger, maxVersion });
    expect(told).toEqual(['CN=client', expect.stringMatching(/^[A-Z_]+$/), 'localhost']);
    expect(server.clientCertificate?.subject).toBe('CN=client');
  });

  it.each<[string, NonNullable<ClientCertificateOptions['validate']>, string]>([
    ['false', () => false, 'TLS_CLIENT_CERTIFICATE_REFUSED'],
    ['a promise of false', () => Promise.resolve(false), 'TLS_CLIENT_CERTIFICATE_REFUSED'],
    [
      'an error',
      () => {
        throw new Error('broken');
      },
      'TLS_HANDSHAKE_FAILED',
    ],
    ['nothing', () => undefined as unknown as boolean, 'TLS_CLIENT_CERTIFICATE_REFUSED'],
    ['what only looks true', () => 'no' as unknown as boolean, 'TLS_CLIENT_CERTIFICATE_REFUSED'],
    ["another library's promise of false", () => thenable(false), 'TLS_CLIENT_CERTIFICATE_REFUSED'],
    ['a rejection', () => Promise.reject(new Error('broken')), 'TLS_HANDSHAKE_FAILED'],
  ])('validate gives %s: refused', async (_what, validate, code) => {
    await using server = await TlsServer.start(asking({ mode: 'allow', validate }));
    expect(await server.handshake({ ...good, maxVersion })).toBeInstanceOf(Error);
    expect(server.failures).toEqual([code]);
  });

  it('bytes that the client sends while validate is pending are not lost', async () => {
    await using server = await TlsServer.start(
      asking({ mode: 'require', validate: () => new Promise((resolve) => setImmediate(resolve, true)) }),
    );
    await expect(server.secured({ ...good, maxVersion })).resolves.toBeDefined();
  });
});

describe('authorities', () => {
  it.each(['allow', 'require'] as const)(
    '%s without authorities and validate: TLS_CLIENT_AUTHORITY_MISSING',
    async (mode) => {
      const endpoint = new TestEndpoint();
      useHttps(asking({ mode }))(endpoint);
      await expect(endpoint.prepared()).rejects.toThrow(
        expect.objectContaining({ code: 'TLS_CLIENT_AUTHORITY_MISSING' }),
      );
    },
  );

  it('can be files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));
    const path = join(folder, 'authorities.pem');
    writeFileSync(path, authority.certificate);
    await using server = await TlsServer.start(asking({ mode: 'require', authorities: [path] }));
    rmSync(folder, { recursive: true });
    await expect(server.secured(good)).resolves.toBeDefined();
  });
});
