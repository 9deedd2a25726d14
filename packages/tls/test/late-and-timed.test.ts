import type { TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { TlsServer } from './support/tls-server.ts';

let authority: CertificateAuthority;
let identity: KeyAndCertificate;
let client: KeyAndCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
  client = await authority.issue({ names: ['client'], usage: 'client' });
});

describe.each([true, false])('a validate that answers %j after the handshake timeout', (verdict) => {
  it('has no effect: the handshake has failed, and no connection is passed on', async () => {
    const asked = deferred();
    const answer = deferred<boolean>();
    const validate = (): Promise<boolean> => {
      asked.resolve();
      return answer.promise;
    };
    const clientCertificate = { mode: 'require', authorities: authority.certificate, validate } as const;
    await using server = await TlsServer.start({ ...identity, clientCertificate });
    const outcome = server.handshake({ ca: authority.certificate, cert: client.certificate, key: client.key });
    await asked.promise;
    server.heartbeat.seconds(12);
    expect(server.failures).toEqual(['TLS_HANDSHAKE_TIMEOUT']);
    answer.resolve(verdict);
    await turns(10);
    expect(await outcome).toBeInstanceOf(Error);
    await until(() => server.open.size === 0);
    expect(server.failures).toEqual(['TLS_HANDSHAKE_TIMEOUT']);
    expect(server.connections).toEqual([]);
  });
});

/** Where the DER of a session begins: newer versions of Node.js put fields of their own before it. */
const startOfDer = (session: Buffer): number => {
  for (let at = 0; at + 4 < session.length; at++) {
    if (session.readUInt16BE(at) === 0x30_82 && session.readUInt16BE(at + 2) === session.length - at - 4) return at;
  }
  throw new Error('the session is not in DER');
};

/** The lifetime of a ticket, in seconds, that the server has told the client: `[9]` of the session. */
const lifetimeHint = (session: Buffer): number => {
  let at = startOfDer(session) + 4;
  while (at < session.length) {
    const first = session[at + 1]!;
    const sizeOfLength = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + sizeOfLength;
    // An INTEGER inside of an explicit tag.
    if (session[at] === 0xa9) return session.readUIntBE(start + 2, session[start + 1]!);
    at = start + (sizeOfLength === 0 ? first : session.readUIntBE(at + 2, sizeOfLength));
  }
  throw new Error('the session has no lifetime');
};

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('sessionTimeout over %s', (maxVersion) => {
  const lifetimeOf = async (sessionTimeout?: number): Promise<number> => {
    await using server = await TlsServer.start({ ...identity, ...(sessionTimeout && { sessionTimeout }) });
    const socket: TLSSocket = await server.secured({ ca: authority.certificate, maxVersion });
    return lifetimeHint(socket.getSession()!);
  };

  it.each([
    [undefined, 3600],
    [90_000, 90],
    [1500, 2],
  ])('%s ms: tickets say that they last for %i s', async (sessionTimeout, seconds) => {
    expect(await lifetimeOf(sessionTimeout)).toBe(seconds);
  });
});
