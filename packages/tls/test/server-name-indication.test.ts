import type { ConnectionOptions } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { type HttpsOptions, type TlsCertificate, loadCertificate } from '../src/index.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { type Outcome, TlsServer } from './support/tls-server.ts';

let authority: CertificateAuthority;
let fallback: KeyAndCertificate;
let a: KeyAndCertificate;
let wildcard: KeyAndCertificate;
let trust: ConnectionOptions;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  trust = { ca: authority.certificate, checkServerIdentity: () => undefined };
  [fallback, a, wildcard] = await Promise.all([
    authority.issue({ names: ['fallback.example'] }),
    authority.issue({ names: ['a.example'] }),
    authority.issue({ names: ['*.example'] }),
  ]);
});

/** The name in the certificate that a client was shown, or the code of its error. */
const shownName = (outcome: Outcome): string | undefined =>
  outcome instanceof Error ? outcome.code : outcome.getPeerX509Certificate()?.subject.slice('CN='.length);

const ask = async (
  options: HttpsOptions,
  servername: string,
  more: ConnectionOptions = {},
): Promise<string | undefined> => {
  await using server = await TlsServer.start(options);
  return shownName(await server.handshake({ ...trust, servername, ...more }));
};

const named = (): HttpsOptions => ({ ...fallback, names: { 'a.example': a, '*.example': wildcard } });

const unknown = 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME';

describe('RFC 6066 3 certificates by name', () => {
  it.each([
    ['a.example', 'a.example'],
    ['A.EXAMPLE', 'a.example'],
    ['b.example', '*.example'],
    ['c.b.example', '*.example'],
    ['example', 'fallback.example'],
    ['elsewhere.org', 'fallback.example'],
    ['', 'fallback.example'],
  ])('%j is shown %s', async (asked, shown) => {
    expect(await ask(named(), asked)).toBe(shown);
  });

  it.each([
    ['a.example', 'a.example'],
    ['elsewhere.org', unknown],
    ['', unknown],
  ])("unknownName 'refuse': %j gets %s", async (asked, shown) => {
    expect(await ask({ ...named(), unknownName: 'refuse' }, asked)).toBe(shown);
  });

  it('without a default certificate, other names are refused', async () => {
    expect(await ask({ names: { 'a.example': a } }, 'b.example')).toBe(unknown);
    expect(await ask({ names: { 'a.example': a, '*': wildcard } }, 'b.example')).toBe('*.example');
  });

  it('a name without a certificate uses the default certificate', async () => {
    expect(await ask({ ...fallback, names: { 'a.example': { maxVersion: 'TLSv1.2' } } }, 'a.example')).toBe(
      'fallback.example',
    );
  });

  it('onHandshakeFailed is called for a refused name', async () => {
    await using server = await TlsServer.start({ ...named(), unknownName: 'refuse' });
    await server.handshake({ ...trust, servername: 'elsewhere.org' });
    expect(server.failures).toEqual(['TLS_SERVER_NAME_UNKNOWN']);
    await server.until(() => server.open.size === 0);
  });
});

describe('rules by name', () => {
  it('versions', async () => {
    await using server = await TlsServer.start({ ...named(), names: { 'a.example': { ...a, minVersion: 'TLSv1.3' } } });
    const old = { ...trust, maxVersion: 'TLSv1.2' } as const;
    expect(shownName(await server.handshake({ ...old, servername: 'a.example' }))).toBe(
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    );
    expect(shownName(await server.handshake({ ...old, servername: 'b.example' }))).toBe('fallback.example');
  });

  it('application protocols', async () => {
    await using server = await TlsServer.start({
      ...named(),
      names: { 'a.example': { ...a, applicationProtocols: ['imap'] } },
    });
    const both = { ...trust, ALPNProtocols: ['http/1.1', 'imap'] };
    expect((await server.secured({ ...both, servername: 'a.example' })).alpnProtocol).toBe('imap');
    expect((await server.secured({ ...both, servername: 'b.example' })).alpnProtocol).toBe('http/1.1');
  });
});

describe('a hello that is too large to be read before OpenSSL does', () => {
  const padding = Array.from({ length: 100 }, (_, at) => String(at).padStart(250, 'x'));
  const large = (): ConnectionOptions => ({
    ...trust,
    servername: 'a.example',
    ALPNProtocols: ['http/1.1', ...padding],
  });

  it('gets the rules for clients without a name, and has no serverName', async () => {
    const rules = { clientCertificate: { mode: 'require', authorities: authority.certificate } } as const;
    await using server = await TlsServer.start({ ...fallback, names: { 'a.example': { ...a, ...rules } } });
    expect(await server.handshake({ ...trust, servername: 'a.example' })).toBeInstanceOf(Error);
    expect(shownName(await server.handshake(large()))).toBe('fallback.example');
    expect(server.handshakeFeature.serverName).toBeUndefined();
  });

  it("unknownName 'refuse': is refused", async () => {
    await using server = await TlsServer.start({ ...named(), unknownName: 'refuse' });
    expect(shownName(await server.handshake(large()))).toBe(unknown);
  });
});

describe('selectCertificate', () => {
  let chosen: TlsCertificate;
  beforeAll(async () => {
    chosen = await loadCertificate(a);
  });

  it.each<[string, () => TlsCertificate | undefined | Promise<TlsCertificate | undefined>, string]>([
    ['a certificate', () => chosen, 'a.example'],
    ['a promise of one', () => Promise.resolve(chosen), 'a.example'],
    ['nothing: names decide', () => undefined, '*.example'],
    ['a promise of nothing', () => Promise.resolve(undefined), '*.example'],
  ])('%s', async (_what, choose, shown) => {
    expect(await ask({ ...named(), selectCertificate: choose }, 'x.example')).toBe(shown);
  });

  it('receives the name and the connection', async () => {
    const asked: unknown[] = [];
    await using server = await TlsServer.start({
      selectCertificate: (name, connection) => {
        asked.push(name, connection.id);
        return chosen;
      },
    });
    await server.secured({ ...trust, servername: 'b.example' });
    expect(asked).toEqual(['b.example', server.connections[0]!.id]);
  });

  it('no certificate, and no other one: refused', async () => {
    expect(await ask({ selectCertificate: () => undefined }, 'b.example')).toBe('ERR_SSL_TLSV1_UNRECOGNIZED_NAME');
  });

  it.each<[string, () => never | Promise<never>]>([
    [
      'throws',
      () => {
        throw new Error('no database');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no database'))],
  ])('%s: the connection is cut, and the error is the cause', async (_how, selectCertificate) => {
    await using server = await TlsServer.start({ ...fallback, selectCertificate });
    expect(await server.handshake(trust)).toMatchObject({ code: 'ECONNRESET' });
    expect(server.errors[0]).toMatchObject({ code: 'TLS_HANDSHAKE_FAILED', cause: { message: 'no database' } });
  });

  it.each([
    ['null', null],
    ['a promise of null', Promise.resolve(null)],
    ['options of node:tls', { cert: 'x', key: 'y' }],
  ])("returns %s: refused, also with unknownName 'refuse'", async (_what, returned) => {
    const selectCertificate = (): TlsCertificate => returned as unknown as TlsCertificate;
    await using server = await TlsServer.start({ ...named(), selectCertificate, unknownName: 'refuse' });
    expect(await server.handshake({ ...trust, servername: 'elsewhere.org' })).toBeInstanceOf(Error);
    expect(server.errors[0]).toMatchObject({
      code: 'TLS_HANDSHAKE_FAILED',
      cause: {
        message: expect.stringContaining('selectCertificate must return a certificate of loadCertificate') as string,
      },
    });
  });

  it('a client that closes the connection while it is pending: no connection is passed on', async () => {
    let choose!: (certificate: TlsCertificate) => void;
    const choice = new Promise<TlsCertificate>((resolve) => (choose = resolve));
    await using server = await TlsServer.start({ selectCertificate: () => choice, maxConcurrentHandshakes: 1 });
    void server.handshake(trust);
    await server.until(() => server.open.size === 1);
    server.heartbeat.seconds(11);
    await server.until(() => server.open.size === 0);
    choose(chosen);
    await server.secured(trust);
    expect(server.failures).toEqual(['TLS_HANDSHAKE_TIMEOUT']);
  });
});
