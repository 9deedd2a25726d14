import { randomBytes } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type HttpsOptions, SessionTicketKeys } from '../src/index.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { TlsServer } from './support/tls-server.ts';

let authority: CertificateAuthority;
let identity: KeyAndCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
});

afterEach(() => void vi.useRealTimers());

const versions = ['TLSv1.2', 'TLSv1.3'] as const;

/** Makes a handshake, and returns the data to resume the session. */
const sessionFrom = async (server: TlsServer, options: ConnectionOptions): Promise<Buffer> => {
  const socket = await server.secured({ ca: authority.certificate, ...options });
  return socket.getSession()!;
};

const resumes = async (server: TlsServer, session: Buffer, options: ConnectionOptions): Promise<boolean> => {
  const client = await server.secured({ ca: authority.certificate, ...options, session });
  expect(server.handshakeFeature.isResumed).toBe(client.isSessionReused());
  return client.isSessionReused();
};

describe.each(versions)('RFC 5077, RFC 8446 2.2 sessions over %s', (maxVersion) => {
  const client = { maxVersion };

  it('are resumed', async () => {
    await using server = await TlsServer.start(identity);
    expect(await resumes(server, await sessionFrom(server, client), client)).toBe(true);
  });

  it('sessionTickets false: are not resumed', async () => {
    await using server = await TlsServer.start({ ...identity, sessionTickets: false });
    expect(await resumes(server, await sessionFrom(server, client), client)).toBe(false);
  });

  it('keys rotate, and a client with an old ticket makes a full handshake', async () => {
    const sessionTicketKeys = new SessionTicketKeys({ rotationInterval: 60_000 });
    await using server = await TlsServer.start({ ...identity, sessionTicketKeys });
    const session = await sessionFrom(server, client);
    server.heartbeat.now = 59_000;
    expect(await resumes(server, session, client)).toBe(true);
    server.heartbeat.now = 60_000;
    expect(await resumes(server, session, client)).toBe(false);
    expect(await resumes(server, await sessionFrom(server, client), client)).toBe(true);
  });

  it('with the same keys in two processes: are resumed by the other process', async () => {
    const keys = randomBytes(48);
    const options = (): HttpsOptions => ({ ...identity, sessionTicketKeys: new SessionTicketKeys({ keys }) });
    await using one = await TlsServer.start(options());
    await using other = await TlsServer.start(options());
    expect(await resumes(other, await sessionFrom(one, client), client)).toBe(true);
  });

  it('with other keys: are not resumed', async () => {
    await using one = await TlsServer.start(identity);
    await using other = await TlsServer.start(identity);
    expect(await resumes(other, await sessionFrom(one, client), client)).toBe(false);
  });

  it('set changes the keys of all endpoints', async () => {
    const sessionTicketKeys = new SessionTicketKeys();
    await using server = await TlsServer.start({ ...identity, sessionTicketKeys });
    const session = await sessionFrom(server, client);
    const keys = randomBytes(48);
    sessionTicketKeys.set(keys);
    expect(await resumes(server, session, client)).toBe(false);
    await using other = await TlsServer.start({ ...identity, sessionTicketKeys: new SessionTicketKeys({ keys }) });
    expect(await resumes(other, await sessionFrom(server, client), client)).toBe(true);
  });

  it('another certificate with the same keys: are not resumed', async () => {
    const sessionTicketKeys = new SessionTicketKeys();
    await using one = await TlsServer.start({ ...identity, sessionTicketKeys });
    await using other = await TlsServer.start({ ...(await authority.issue()), sessionTicketKeys });
    expect(await resumes(other, await sessionFrom(one, client), client)).toBe(false);
  });

  it('a resumed session has its client certificate, which is validated again', async () => {
    const judged: string[] = [];
    const { certificate: cert, key } = await authority.issue({ names: ['client'], usage: 'client' });
    await using server = await TlsServer.start({
      ...identity,
      clientCertificate: {
        mode: 'require',
        authorities: authority.certificate,
        validate: ({ subject }, { authorizationError }) => {
          judged.push(subject);
          return authorizationError === undefined;
        },
      },
    });
    const shown = { ...client, cert, key };
    expect(await resumes(server, await sessionFrom(server, shown), shown)).toBe(true);
    expect(server.clientCertificate?.subject).toBe('CN=client');
    expect(judged).toEqual(['CN=client', 'CN=client']);
  });
});

describe.each(versions)(
  'RFC 8446 4.6.1 a resumed session over %s whose client certificate has expired',
  (maxVersion) => {
    const nextMonths = 45 * 24 * 60 * 60 * 1000;

    it.each<['allow' | 'require', { validate?: () => boolean }, string | undefined]>([
      ['allow', {}, 'TLS_CLIENT_CERTIFICATE_REFUSED'],
      ['require', {}, 'TLS_CLIENT_CERTIFICATE_REFUSED'],
      ['require', { validate: () => true }, undefined],
    ])('%s, %j: %s', async (mode, rules, code) => {
      const { certificate: cert, key } = await authority.issue({ names: ['client'], usage: 'client' });
      const clientCertificate = { mode, authorities: authority.certificate, ...rules };
      await using server = await TlsServer.start({ ...identity, clientCertificate });
      const client = { ca: authority.certificate, maxVersion, cert, key };
      const session = await sessionFrom(server, client);
      // OpenSSL has another clock: for it, session and certificates are still valid.
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + nextMonths });
      const outcome = await server.handshake({ ...client, session });
      expect(outcome instanceof Error).toBe(code !== undefined);
      expect(server.failures).toEqual(code === undefined ? [] : [code]);
    });

    it('validate receives the reason', async () => {
      const reasons: unknown[] = [];
      const { certificate: cert, key } = await authority.issue({ names: ['client'], usage: 'client' });
      const validate = (_certificate: unknown, { authorizationError }: { authorizationError: string | undefined }) => {
        reasons.push(authorizationError);
        return true;
      };
      const clientCertificate = { mode: 'require', authorities: authority.certificate, validate } as const;
      await using server = await TlsServer.start({ ...identity, clientCertificate });
      const client = { maxVersion, cert, key };
      const session = await sessionFrom(server, client);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + nextMonths });
      expect(await resumes(server, session, client)).toBe(true);
      expect(reasons).toEqual([undefined, 'CERT_HAS_EXPIRED']);
    });
  },
);

describe('SessionTicketKeys', () => {
  it.each([0, 47, 49])('keys of %i bytes: RangeError', (size) => {
    expect(() => new SessionTicketKeys({ keys: Buffer.alloc(size) })).toThrow(RangeError);
    expect(() => new SessionTicketKeys().set(Buffer.alloc(size))).toThrow(RangeError);
  });

  it('given keys do not rotate', () => {
    const keys = randomBytes(48);
    const ticketKeys = new SessionTicketKeys({ keys, rotationInterval: 1000 });
    expect(ticketKeys.current(0)).toEqual(keys);
    expect(ticketKeys.current(1e9)).toEqual(keys);
  });

  it('random keys are replaced when rotationInterval has passed since the first known time, and counted', () => {
    const ticketKeys = new SessionTicketKeys({ rotationInterval: 1000 });
    const first = ticketKeys.current();
    expect(ticketKeys.current(50)).toBe(first);
    expect(ticketKeys.current(1049)).toBe(first);
    expect(ticketKeys.current()).toBe(first);
    expect(ticketKeys.generation).toBe(1);
    const second = ticketKeys.current(1050);
    expect(second).not.toEqual(first);
    expect(ticketKeys.current(2049)).toBe(second);
    expect(ticketKeys.current(2050)).not.toEqual(second);
    expect(ticketKeys.generation).toBe(3);
  });

  it('keys that are set stay, and count as changed', () => {
    const ticketKeys = new SessionTicketKeys({ rotationInterval: 1000 });
    ticketKeys.current(0);
    const keys = randomBytes(48);
    ticketKeys.set(keys);
    expect(ticketKeys.current(1e9)).toEqual(keys);
    expect(ticketKeys.generation).toBe(2);
  });

  it.each([0, -1, Number.NaN, '1000' as unknown as number])('rotationInterval %j: RangeError', (rotationInterval) => {
    expect(() => new SessionTicketKeys({ rotationInterval })).toThrow(RangeError);
  });
});
