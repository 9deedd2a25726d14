import { beforeAll, describe, expect, it } from 'vitest';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { TlsServer } from './support/tls-server.ts';

let authority: CertificateAuthority;
let identity: KeyAndCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
});

describe('the connection below', () => {
  it.each(['client', 'server'] as const)(
    'ends without an error when the %s ends TLS first and the other follows',
    async (first) => {
      await using server = await TlsServer.start(identity);
      const client = await server.secured({ ca: authority.certificate });
      const [below] = server.open;
      const ending = new Promise((resolve) => below!.onClosed({ closed: (_connection, error) => resolve(error) }));
      if (first === 'client') client.end();
      else server.connections[0]!.end();
      expect(await ending).toBeUndefined();
    },
  );

  it('ends with the reason of an abort', async () => {
    await using server = await TlsServer.start(identity);
    const client = await server.secured({ ca: authority.certificate });
    client.on('error', () => undefined);
    const [below] = server.open;
    const ending = new Promise((resolve) => below!.onClosed({ closed: (_connection, error) => resolve(error) }));
    const reason = new Error('enough');
    server.connections[0]!.abort(reason);
    expect(await ending).toBe(reason);
  });
});
