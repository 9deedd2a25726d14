import { Buffer } from 'node:buffer';
import { type Socket, connect } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RawClient } from '../../../tools/test-support/raw-client.ts';
import { until } from '../../../tools/test-support/until.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { clientHello } from './support/client-hello.ts';
import { TlsServer } from './support/tls-server.ts';

let ca: ConnectionOptions;
let identity: KeyAndCertificate;
let hello: Buffer;

beforeAll(async () => {
  const authority = await CertificateAuthority.create();
  identity = await authority.issue();
  ca = { ca: authority.certificate, servername: 'localhost' };
  hello = await clientHello();
});

/** A hello that the server does not read to its end. */
const announcedAsTooLong = Buffer.from('160301400001005000', 'hex');

describe('maxConcurrentHandshakes', () => {
  const silentAfterHello = async (server: TlsServer): Promise<RawClient<Socket>> => {
    const client = (await server.connect()).send(hello);
    // The answer: OpenSSL is at work.
    await client.when(() => client.received !== '');
    return client;
  };

  it('one more handshake: the oldest that waits for its client is closed, and the new one succeeds', async () => {
    await using server = await TlsServer.start({ ...identity, maxConcurrentHandshakes: 2 });
    const oldest = await silentAfterHello(server);
    const younger = await silentAfterHello(server);
    await expect(server.secured(ca)).resolves.toBeDefined();
    await oldest.closed;
    expect(server.failures).toEqual(['TLS_TOO_MANY_HANDSHAKES']);
    expect(server.open.size).toBe(2);
    younger.stream.destroy();
  });

  it('one more without a whole hello: it is closed, and the one that has sent its hello stays', async () => {
    await using server = await TlsServer.start({ ...identity, maxConcurrentHandshakes: 1 });
    const whole = await silentAfterHello(server);
    const partial = (await server.connect()).send(announcedAsTooLong);
    await Promise.race([partial.closed, whole.closed]);
    expect([partial.stream.closed, whole.stream.closed]).toEqual([true, false]);
    expect(server.failures).toEqual(['TLS_TOO_MANY_HANDSHAKES']);
    whole.stream.destroy();
  });

  it('handshakes that have finished or failed do not count', async () => {
    await using server = await TlsServer.start({ ...identity, maxConcurrentHandshakes: 1 });
    await server.secured(ca);
    (await silentAfterHello(server)).stream.destroy();
    await server.until(() => server.failures.length === 1);
    await silentAfterHello(server);
    expect(server.failures).toEqual(['TLS_HANDSHAKE_INCOMPLETE']);
  });

  it('one more while all wait for the application: it is refused', async () => {
    let asked = 0;
    await using server = await TlsServer.start({
      ...identity,
      maxConcurrentHandshakes: 2,
      selectCertificate: () => {
        asked++;
        return new Promise(() => {});
      },
    });
    for (let count = 1; count <= 2; count++) {
      (await server.connect()).send(hello);
      await until(() => asked === count);
    }
    expect(await server.handshake(ca)).toBeInstanceOf(Error);
    expect(server.failures).toEqual(['TLS_TOO_MANY_HANDSHAKES']);
    expect(server.open.size).toBe(2);
  });

  it('a flood of hellos: the limit is kept, the other connections are closed, and all places are free afterwards', async () => {
    const before = process.memoryUsage.rss();
    await using server = await TlsServer.start({ ...identity, maxConcurrentHandshakes: 20 });
    const clients = await Promise.all(Array.from({ length: 500 }, () => server.connect()));
    for (const client of clients) client.send(hello);
    await server.until(() => server.failures.length === 480);
    expect(new Set(server.failures)).toEqual(new Set(['TLS_TOO_MANY_HANDSHAKES']));
    await server.until(() => server.open.size === 20);
    server.heartbeat.seconds(11);
    await server.until(() => server.open.size === 0);
    expect(server.failures.slice(480)).toEqual(Array.from({ length: 20 }, () => 'TLS_HANDSHAKE_TIMEOUT'));
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
    await expect(server.secured(ca)).resolves.toBeDefined();
  });

  /** Sends the bytes on so many connections, and again on a new one whenever one is closed. */
  const flood = (server: TlsServer, count: number, bytes: Buffer, localAddress?: string): Disposable => {
    let isOver = false;
    const open = new Set<Socket>();
    const attack = (): void => {
      if (isOver) return;
      const client = connect({ host: '127.0.0.1', port: server.port, ...(localAddress && { localAddress }) });
      open.add(client);
      client.on('error', () => undefined).on('connect', () => client.write(bytes));
      client.resume().on('close', () => {
        open.delete(client);
        setImmediate(attack);
      });
    };
    for (let at = 0; at < count; at++) attack();
    return {
      [Symbol.dispose]: () => {
        isOver = true;
        for (const client of open) client.destroy();
      },
    };
  };

  const honestSuccesses = async (server: TlsServer, tries: number): Promise<number> => {
    let successes = 0;
    for (let at = 0; at < tries; at++) {
      const outcome = await server.handshake(ca);
      if (outcome instanceof Error) continue;
      successes++;
      outcome.destroy();
    }
    return successes;
  };

  it('1,050 clients of one address that send the first byte of a hello again and again: honest ones succeed', async () => {
    await using server = await TlsServer.start(identity);
    using _flood = flood(server, 1050, Buffer.of(0x16));
    await server.until(() => server.open.size >= 1050);
    expect(await honestSuccesses(server, 20)).toBeGreaterThanOrEqual(19);
  });

  it.skipIf(process.platform !== 'linux').each([
    ['whole hellos', () => hello],
    ['hellos that are announced as too long', () => announcedAsTooLong],
  ])('clients of another address that send %s again and again: honest ones succeed', async (_what, bytes) => {
    const limits = { maxConcurrentHandshakes: 30, maxConcurrentHandshakesPerAddress: 20 };
    await using server = await TlsServer.start({ ...identity, ...limits });
    using _flood = flood(server, 60, bytes(), '127.0.0.2');
    await server.until(() => server.failures.length >= 60);
    expect(await honestSuccesses(server, 20)).toBeGreaterThanOrEqual(19);
  });

  it.skipIf(process.platform !== 'linux')(
    'two addresses take all places with hellos: honest ones succeed',
    async () => {
      const limits = { maxConcurrentHandshakes: 30, maxConcurrentHandshakesPerAddress: 20 };
      await using server = await TlsServer.start({ ...identity, ...limits });
      using _one = flood(server, 40, hello, '127.0.0.2');
      using _other = flood(server, 40, hello, '127.0.0.3');
      await server.until(() => server.failures.length >= 100);
      expect(await honestSuccesses(server, 20)).toBeGreaterThanOrEqual(19);
    },
  );

  it('clients that send nothing do not count', async () => {
    await using server = await TlsServer.start({ ...identity, maxConcurrentHandshakes: 1 });
    await server.connect();
    await server.until(() => server.open.size === 1);
    await expect(server.secured(ca)).resolves.toBeDefined();
  });
});
