import { subscribe } from '@windhover/diagnostics';
import { beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { TlsServer } from './support/tls-server.ts';

let authority: CertificateAuthority;
let identity: KeyAndCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
});

describe('diagnostics channels of TLS', () => {
  it('a handshake is published at its start and at its end, and one that fails as refused with the cause', async () => {
    const told: string[] = [];
    using _subscription = subscribe({
      'windhover:tls:start': () => void told.push('start'),
      'windhover:tls:end': () => void told.push('end'),
      'windhover:tls:refused': ({ error }) => void told.push(`refused ${error.code}`),
    });
    await using server = await TlsServer.start(identity);
    await server.secured({ ca: authority.certificate });
    expect(told).toEqual(['start', 'end']);
    (await server.connect()).send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => told.length === 4);
    expect(told.slice(2)).toEqual(['start', 'refused TLS_PLAIN_HTTP']);
  });
});
