import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import {
  ConnectionEndpointFeature,
  ConnectionHeartbeatFeature,
  ConnectionTransportFeature,
  TlsHandshakeFeature,
  toDuplex,
} from '@windhover/connections';
import { connectionPair } from '@windhover/transport-memory';
import { beforeAll, describe, expect, it } from 'vitest';
import { useHttps } from '../src/index.ts';
import { until } from '../../../tools/test-support/until.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { clientHello } from './support/client-hello.ts';
import { TestEndpoint } from './support/endpoint.ts';
import { TlsServer } from './support/tls-server.ts';

let authority: CertificateAuthority;
let identity: KeyAndCertificate;
let ca: { readonly ca: string };
let hello: Buffer;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
  ca = { ca: authority.certificate };
  hello = await clientHello();
});

/** A certificate and key of a client. */
const clientIdentity = async (): Promise<{ cert: string; key: string }> => {
  const { certificate, key } = await authority.issue({ usage: 'client' });
  return { cert: certificate, key };
};

/** Closed, with an error or without. */
const gone = (socket: Socket): Promise<void> => new Promise((resolve) => socket.on('close', () => resolve()));

describe('TlsHandshakeFeature', () => {
  it.each([
    ['TLSv1.3', 'TLS_AES_128_GCM_SHA256', { ciphers: 'TLS_AES_128_GCM_SHA256' }],
    [
      'TLSv1.2',
      'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
      { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
    ],
  ] as const)('%s, %s: as feature', async (protocol, cipherSuite, options) => {
    await using server = await TlsServer.start(identity);
    await server.secured({ ...ca, ...options, ALPNProtocols: ['http/1.1'] });
    expect(server.handshakeFeature).toMatchObject({
      protocol,
      cipherSuite,
      serverName: 'localhost',
      applicationProtocol: 'http/1.1',
      isResumed: false,
    });
    expect(server.clientCertificate).toBeUndefined();
  });

  it('a client without name and ALPN: both are undefined', async () => {
    await using server = await TlsServer.start(identity);
    await server.secured({ ...ca, servername: '', checkServerIdentity: () => undefined });
    expect(server.handshakeFeature).toMatchObject({ serverName: undefined, applicationProtocol: undefined });
  });

  it('the features of the connection below are available, and the id is the same', async () => {
    await using server = await TlsServer.start(identity);
    const client = await server.secured(ca);
    const [connection] = server.connections;
    const [below] = server.open;
    expect(connection!.id).toBe(below!.id);
    expect(connection!.features.get(ConnectionHeartbeatFeature)).toBe(server.heartbeat);
    expect(connection!.features.get(ConnectionTransportFeature)?.transport).toBe('tcp');
    expect(connection!.features.get(ConnectionEndpointFeature)?.remoteEndpoint).toMatchObject({
      port: client.localPort,
    });
    expect(below!.features.get(TlsHandshakeFeature)).toBeUndefined();
  });
});

describe('RFC 8996 versions', () => {
  const old = { ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
  it.each(['TLSv1', 'TLSv1.1'] as const)('%s: refused', async (version) => {
    await using server = await TlsServer.start(identity);
    const outcome = await server.handshake({ ...ca, ...old, minVersion: version, maxVersion: version });
    expect(outcome).toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    await server.until(() => server.failures.length > 0);
    expect(server.failures).toEqual(['TLS_HANDSHAKE_FAILED']);
  });

  it('minVersion TLSv1.3: 1.2 is refused', async () => {
    await using server = await TlsServer.start({ ...identity, minVersion: 'TLSv1.3' });
    expect(await server.handshake({ ...ca, maxVersion: 'TLSv1.2' })).toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    });
  });
});

describe('httpsDefaults of an endpoint', () => {
  const protocols = ['http/1.1'];
  const tls13 = { minVersion: 'TLSv1.3' } as const;

  it.each<[name: string, given: object, isServed: boolean]>([
    ['not given: the default of the endpoint', {}, false],
    ['given as undefined: the default of the endpoint', { minVersion: undefined }, false],
    ['given: its own value', { minVersion: 'TLSv1.2' }, true],
  ])('an option that is %s', async (_name, given, isServed) => {
    await using server = await TlsServer.start({ ...identity, ...given }, protocols, tls13);
    const outcome = await server.handshake({ ...ca, maxVersion: 'TLSv1.2' });
    expect(outcome instanceof Error).toBe(!isServed);
    await server.secured(ca);
  });

  it('a client certificate that the defaults require: a client without one is refused', async () => {
    const clientCertificate = { mode: 'require', authorities: authority.certificate } as const;
    await using server = await TlsServer.start(identity, protocols, { clientCertificate });
    expect(await server.handshake(ca)).toBeInstanceOf(Error);
    await server.secured({ ...ca, ...(await clientIdentity()) });
  });

  it('defaults that contradict an option: RangeError when the endpoint is configured', () => {
    const endpoint = new TestEndpoint();
    endpoint.httpsDefaults = tls13;
    expect(() => useHttps({ ...identity, maxVersion: 'TLSv1.2' })(endpoint)).toThrow(RangeError);
  });
});

describe('RFC 7301 ALPN', () => {
  it.each<[offered: string[], spoken: string[], agreed: string | undefined]>([
    [['http/1.0'], ['http/1.1'], 'http/1.0'],
    [['http/1.0'], ['h2', 'http/1.1'], 'http/1.0'],
    [['http/1.0', 'http/1.1'], ['http/1.1'], 'http/1.1'],
    [['http/1.0'], ['h2'], undefined],
    [['http/1.0'], ['imap'], undefined],
    [['h2'], ['http/1.1'], undefined],
    [['foo'], ['http/1.1'], undefined],
  ])('%j offered where %j is spoken: %s', async (ALPNProtocols, spoken, agreed) => {
    await using server = await TlsServer.start(identity, spoken);
    const outcome = await server.handshake({ ...ca, ALPNProtocols });
    expect(outcome instanceof Error ? undefined : outcome.alpnProtocol).toBe(agreed);
  });

  it('the preference of the server decides', async () => {
    await using server = await TlsServer.start(identity, ['h2', 'http/1.1']);
    const client = await server.secured({ ...ca, ALPNProtocols: ['http/1.1', 'h2'] });
    expect(client.alpnProtocol).toBe('h2');
    expect(server.handshakeFeature.applicationProtocol).toBe('h2');
  });

  it('3.2 no common protocol: the alert no_application_protocol', async () => {
    await using server = await TlsServer.start(identity);
    expect(await server.handshake({ ...ca, ALPNProtocols: ['imap'] })).toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    });
    await server.until(() => server.failures.length > 0);
    expect(server.failures).toEqual(['TLS_HANDSHAKE_FAILED']);
  });

  it('an endpoint without protocols negotiates none', async () => {
    await using server = await TlsServer.start(identity, []);
    expect((await server.secured({ ...ca, ALPNProtocols: ['imap'] })).alpnProtocol).toBe(false);
  });

  it('applicationProtocols overrides the protocols of the endpoint', async () => {
    await using server = await TlsServer.start({ ...identity, applicationProtocols: ['imap'] });
    expect((await server.secured({ ...ca, ALPNProtocols: ['http/1.1', 'imap'] })).alpnProtocol).toBe('imap');
  });
});

describe('handshakeTimeout', () => {
  const begun: [string, () => Buffer][] = [
    ['nothing', () => Buffer.alloc(0)],
    ['one byte', () => hello.subarray(0, 1)],
    ['half a hello', () => hello.subarray(0, 100)],
    ['a whole hello, and no more', () => hello],
  ];
  it.each(begun)('counts from accept for a client that sends %s', async (_what, bytes) => {
    await using server = await TlsServer.start(identity);
    const client = await server.connect();
    client.send(bytes());
    await server.until(() => server.open.size === 1);
    // Never short: the beat before the accept may have been a second ago.
    server.heartbeat.seconds(10);
    expect(server.failures).toEqual([]);
    server.heartbeat.seconds(1);
    expect(server.failures).toEqual(['TLS_HANDSHAKE_TIMEOUT']);
    await client.closed;
    await server.until(() => server.open.size === 0);
  });

  it('a connection that was passed on has no deadline', async () => {
    await using server = await TlsServer.start(identity);
    const client = await server.secured(ca);
    server.heartbeat.seconds(60);
    client.write('still here');
    expect(String((await once(client, 'data'))[0])).toBe('still here');
  });

  it('500 clients that never finish are closed, use bounded memory, and leak none', async () => {
    await using server = await TlsServer.start({ ...identity, names: { localhost: {} }, maxConcurrentHandshakes: 500 });
    const flood = async (): Promise<void> => {
      const clients = await Promise.all(Array.from({ length: 500 }, () => server.connect()));
      for (const [at, client] of clients.entries()) client.send(hello.subarray(0, 1 + ((at * 7) % hello.length)));
      await server.until(() => server.open.size === 500);
      server.heartbeat.seconds(11);
      await server.until(() => server.open.size === 0);
    };
    await flood();
    const before = process.memoryUsage.rss();
    for (let time = 0; time < 3; time++) await flood();
    // Both sides of 1,500 connections live in this process.
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
    expect(server.failures).toHaveLength(2000);
    expect(new Set(server.failures)).toEqual(new Set(['TLS_HANDSHAKE_TIMEOUT']));
    await expect(server.secured(ca)).resolves.toBeDefined();
  });
});

describe('bytes that are not TLS', () => {
  it('a ClientHello cut off at every length: the connection closes, and the server continues', async () => {
    await using server = await TlsServer.start({ ...identity, names: { 'a.example': {} } });
    for (let end = 0; end < hello.length; end++) {
      const client = await server.connect();
      client.stream.end(hello.subarray(0, end));
      await client.closed;
    }
    await server.until(() => server.open.size === 0);
    expect(server.failures).toHaveLength(hello.length);
    await expect(server.secured(ca)).resolves.toBeDefined();
  });

  it('garbage with every first byte and many lengths: the connection closes, and the server continues', async () => {
    await using server = await TlsServer.start(identity);
    for (let first = 0; first < 256; first++) {
      const client = await server.connect();
      client.stream.end(Buffer.alloc(1 + ((first * 31) % 5000), first));
      await client.closed;
    }
    await server.until(() => server.open.size === 0);
    expect(server.failures).toHaveLength(256);
  });

  it('a hello with any byte changed: the connection closes, and the server continues', async () => {
    await using server = await TlsServer.start({ ...identity, unknownName: 'refuse', names: { localhost: {} } });
    for (let at = 0; at < hello.length; at++) {
      const changed = Buffer.from(hello);
      changed[at]! ^= 0x55;
      const client = await server.connect();
      client.stream.end(changed);
      await client.closed;
    }
    await server.until(() => server.open.size === 0);
    await expect(server.secured(ca)).resolves.toBeDefined();
  });

  it('garbage after the handshake ends the connection with an error', async () => {
    await using server = await TlsServer.start(identity);
    const tcp = connect({ host: '127.0.0.1', port: server.port });
    tcp.on('error', () => undefined);
    const client = connectTls({ socket: tcp, servername: 'localhost', ...ca });
    client.on('error', () => undefined);
    await once(client, 'secureConnect');
    await server.until(() => server.connections.length === 1);
    const ended = new Promise<Error | undefined>((resolve) =>
      server.connections[0]!.onClosed({ closed: (_connection, error) => resolve(error) }),
    );
    tcp.write(Buffer.from([23, 3, 3, 0, 32, ...Buffer.alloc(32, 7)]));
    expect(await ended).toMatchObject({ code: 'CONNECTION_RESET' });
    await server.until(() => server.open.size === 0);
  });

  it('a client that closes at once, as a health check does: no connection is passed on', async () => {
    await using server = await TlsServer.start(identity);
    const client = await server.connect();
    client.stream.end();
    await client.closed;
    await server.until(() => server.open.size === 0);
    expect(server.failures).toEqual(['TLS_HANDSHAKE_INCOMPLETE']);
    expect(server.connections).toEqual([]);
  });
});

describe('a hello that arrives in pieces', () => {
  /** A client whose first bytes go out one by one. */
  const inPieces = async (port: number, pieceSize: number, options: ConnectionOptions): Promise<boolean> => {
    const tcp = connect({ host: '127.0.0.1', port });
    tcp.setNoDelay();
    tcp.on('error', () => undefined);
    await once(tcp, 'connect');
    let isFirst = true;
    const slow = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        const size = isFirst ? pieceSize : chunk.length;
        isFirst = false;
        const next = (at: number): void => {
          if (at >= chunk.length) return done();
          tcp.write(chunk.subarray(at, at + size), () => setImmediate(next, at + size));
        };
        next(0);
      },
    });
    tcp.on('data', (bytes) => slow.push(bytes));
    const client = connectTls({ socket: slow, servername: 'localhost', ...options });
    await once(client, 'secureConnect');
    return client.destroy().encrypted;
  };

  it.each([1, 6, 77])('%i bytes at a time, with and without names', async (pieceSize) => {
    await using plain = await TlsServer.start(identity);
    await using named = await TlsServer.start({ ...identity, names: { localhost: {} } });
    expect(await inPieces(plain.port, pieceSize, ca)).toBe(true);
    expect(await inPieces(named.port, pieceSize, ca)).toBe(true);
  });
});

describe('RFC 9325 3.5 renegotiation', () => {
  it('is refused', async () => {
    await using server = await TlsServer.start(identity);
    const client = await server.secured({ ...ca, maxVersion: 'TLSv1.2' });
    const outcome = await new Promise<unknown>((resolve) => {
      client.on('error', resolve);
      client.renegotiate({}, (error) => resolve(error));
    });
    expect(outcome).toMatchObject({ code: 'ERR_SSL_NO_RENEGOTIATION' });
  });
});

describe('TLS twice', () => {
  it('a second useHttps on one endpoint is ignored', async () => {
    await using server = await TlsServer.start(identity);
    useHttps({ pfx: 'is-not-read.pfx' })(server.endpoint);
    await server.endpoint.prepared();
    expect(server.endpoint.ownedCount).toBe(1);
  });
});

describe('onHandshakeFailed', () => {
  it('receives the error of OpenSSL as cause', async () => {
    await using server = await TlsServer.start({
      ...identity,
      ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256',
      maxVersion: 'TLSv1.2',
    });
    await server.handshake({ ...ca, ciphers: 'ECDHE-RSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' });
    expect(server.errors[0]).toMatchObject({ cause: { code: 'ERR_SSL_NO_SHARED_CIPHER' } });
  });

  it('throws: a warning, and no other effect', async () => {
    const onHandshakeFailed = (): never => {
      throw new Error('no log');
    };
    await using server = await TlsServer.start({ ...identity, onHandshakeFailed, minVersion: 'TLSv1.3' });
    expect(await server.handshake({ ...ca, maxVersion: 'TLSv1.2' })).toBeInstanceOf(Error);
    await server.until(() => server.open.size === 0);
    expect(server.endpoint.warnings).toEqual([expect.stringContaining('no log')]);
    await expect(server.secured({ ...ca })).resolves.toBeDefined();
  });
});

describe('onHandshakeFailed that is asynchronous', () => {
  it.each<[string, () => unknown, string]>([
    ['rejects', () => Promise.reject(new Error('no log')), 'no log'],
    ['rejects with a value that cannot be read', () => Promise.reject(Object.create(null)), 'it threw no Error'],
    [
      'throws a value that cannot be read',
      () => {
        throw Object.create(null);
      },
      'it threw no Error',
    ],
  ])('%s: a warning, and no other effect', async (_how, onHandshakeFailed, text) => {
    const [client, served] = connectionPair();
    await using endpoint = new TestEndpoint();
    useHttps({ ...identity, onHandshakeFailed })(endpoint);
    await endpoint.prepared();
    void endpoint.build(() => undefined)(served);
    toDuplex(client)
      .on('error', () => undefined)
      .end('\0');
    await until(() => endpoint.warnings.length > 0);
    expect(endpoint.warnings).toEqual([expect.stringContaining(text)]);
  });
});

describe('a server that stops', () => {
  it('gives handshakes two seconds, and lets protocols close encrypted connections', async () => {
    await using server = await TlsServer.start(identity);
    const client = await server.secured(ca);
    await server.connect();
    await server.until(() => server.open.size === 2);
    for (const listener of server.closeListeners) listener.closeRequested();
    // Never short: the beat before the request may have been a second ago.
    server.heartbeat.seconds(2);
    expect(server.failures).toEqual([]);
    server.heartbeat.seconds(1);
    expect(server.failures).toEqual(['TLS_HANDSHAKE_TIMEOUT']);
    await server.until(() => server.open.size === 1);
    client.write('still here');
    expect(String((await once(client, 'data'))[0])).toBe('still here');
  });
});

describe('over memory', () => {
  it('a handshake that fails ends both sides', async () => {
    const [below, served] = connectionPair();
    const failures: string[] = [];
    const endpoint = new TestEndpoint();
    useHttps({ ...identity, minVersion: 'TLSv1.3', onHandshakeFailed: ({ code }) => failures.push(code) })(endpoint);
    await endpoint.prepared();
    void endpoint.build(() => undefined)(served);
    const closed = new Promise((resolve) => served.onClosed({ closed: resolve }));
    const client = connectTls({ socket: toDuplex(below), servername: 'localhost', ...ca, maxVersion: 'TLSv1.2' });
    client.on('error', () => undefined);
    await Promise.all([closed, gone(client)]);
    expect(failures).toEqual(['TLS_HANDSHAKE_FAILED']);
  });
});

describe('application protocols that are configured after TLS', () => {
  it('are offered', async () => {
    const [below, served] = connectionPair();
    const endpoint = new TestEndpoint();
    useHttps(identity)(endpoint);
    endpoint.applicationProtocols = ['imap'];
    await endpoint.prepared();
    void endpoint.build(() => undefined)(served);
    const client = connectTls({ socket: toDuplex(below), servername: 'localhost', ...ca, ALPNProtocols: ['imap'] });
    await once(client, 'secureConnect');
    expect(client.alpnProtocol).toBe('imap');
    client.on('error', () => undefined);
    below.abort();
  });
});
