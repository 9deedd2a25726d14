import { type Connection, ConnectionSocketFeature, takeStream, toDuplex } from '@windhover/connections';
import { connectionPair } from '@windhover/transport-memory';
import { beforeAll, describe, expect, it } from 'vitest';
import { RawClient } from '../../../tools/test-support/raw-client.ts';
import { type HttpsOptions, useHttps } from '../src/index.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { TestEndpoint } from './support/endpoint.ts';
import { TlsServer } from './support/tls-server.ts';

let authority: CertificateAuthority;
let identity: KeyAndCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
});

/** The answer to a request, which is sent piece by piece. */
const answerTo = async (client: RawClient, request: string, pieceSize = request.length): Promise<string> => {
  for (let at = 0; at < request.length; at += pieceSize) {
    await new Promise((written) => client.stream.write(request.slice(at, at + pieceSize), 'latin1', written));
  }
  return client.untilEnd();
};

const head = (...fields: string[]): string => ['GET /path?query HTTP/1.1', ...fields, '', ''].join('\r\n');
const refused =
  /^HTTP\/1\.1 400 Bad Request\r\n(?:.+\r\n)*Content-Length: \d+\r\n(?:.+\r\n)*\r\nThis port speaks HTTPS/;

describe('plain HTTP on a port for HTTPS', () => {
  it.each([1, 3, 1000])('is answered 400 with a sentence, sent %i bytes at a time', async (pieceSize) => {
    await using server = await TlsServer.start(identity);
    const answer = await answerTo(await server.connect(), head('Host: localhost'), pieceSize);
    expect(answer).toMatch(refused);
    expect(answer).toContain(`Content-Length: ${answer.split('\r\n\r\n')[1]!.length}\r\n`);
    expect(server.failures).toEqual(['TLS_PLAIN_HTTP']);
    await server.until(() => server.open.size === 0);
  });

  it.each(['ACL', 'ZAP'])('is recognized by its first letter: %s', async (method) => {
    await using server = await TlsServer.start(identity);
    const answer = await answerTo(await server.connect(), head('Host: localhost').replace('GET', method));
    expect(answer).toMatch(refused);
  });

  it.each(['@CL', '[AP', 'get'])('bytes that begin with %s are not answered', async (start) => {
    await using server = await TlsServer.start(identity);
    const answer = await answerTo(await server.connect(), head('Host: localhost').replace('GET', start)).catch(
      () => 'reset',
    );
    expect(answer).not.toMatch(refused);
    await server.until(() => server.open.size === 0);
    expect(server.failures).not.toContain('TLS_PLAIN_HTTP');
  });

  it('causes one warning', async () => {
    await using server = await TlsServer.start(identity);
    for (let time = 0; time < 3; time++) await answerTo(await server.connect(), head('Host: localhost'));
    expect(server.endpoint.warnings).toEqual([expect.stringContaining('plain HTTP')]);
  });

  it('a client that sends a large body receives the answer', async () => {
    await using server = await TlsServer.start(identity);
    const talker = await server.connect();
    talker.send(`POST / HTTP/1.1\r\n\r\n${'x'.repeat(1_000_000)}`);
    expect(await talker.untilEnd()).toMatch(refused);
    await server.until(() => server.open.size === 0);
    expect(server.failures).toEqual(['TLS_PLAIN_HTTP']);
  });

  it('a client that does not end its side after the answer is closed after the timeout', async () => {
    await using server = await TlsServer.start(identity);
    const [talker, sleeper] = [await server.connect(), await server.connect()];
    talker.send(`POST / HTTP/1.1\r\n\r\n${'x'.repeat(1_000_000)}`);
    sleeper.send('POST / HTTP/1.1\r\n');
    await server.until(() => server.failures.length === 2);
    expect(server.open.size).toBe(2);
    server.heartbeat.seconds(6);
    await server.until(() => server.open.size === 0);
    expect(server.failures).toEqual(['TLS_PLAIN_HTTP', 'TLS_PLAIN_HTTP']);
  });
});

describe("plainHttp 'redirect'", () => {
  const redirected = async (request: string, pieceSize?: number): Promise<string | undefined> => {
    await using server = await TlsServer.start({ ...identity, plainHttp: 'redirect' });
    const answer = await answerTo(await server.connect(), request, pieceSize);
    await server.until(() => server.open.size === 0);
    const location = /^Location: (.*)\r$/m.exec(answer)?.[1];
    expect(answer).toMatch(location === undefined ? refused : /^HTTP\/1\.1 307 Temporary Redirect\r\n/);
    return location;
  };

  it.each([
    ['Host: localhost:5001', 'https://localhost:5001/path?query'],
    ['host:localhost', 'https://localhost/path?query'],
    ['Host: 127.0.0.1:5001', 'https://127.0.0.1:5001/path?query'],
    ['Host: [::1]:5001', 'https://[::1]:5001/path?query'],
  ])('%s: 307 to %s', async (host, location) => {
    expect(await redirected(head('Accept: */*', host, 'Cookie: a=b'))).toBe(location);
  });

  it('a head that arrives byte by byte: redirected', async () => {
    expect(await redirected(head('Host: localhost'), 1)).toBe('https://localhost/path?query');
  });

  it.each<[string, string]>([
    ['no Host', head()],
    ['two Host fields', head('Host: localhost', 'Host: localhost')],
    ['two Host fields, one with a blank', head('Host: evil example', 'Host: localhost')],
    ['a Host that the certificate is not for', head('Host: evil.example')],
    ['a Host with more in it', head('Host: localhost:5001/evil')],
    ['user information', head('Host: me@localhost')],
    ['a Host with a blank', head('Host: localhost evil')],
    ['an empty Host', head('Host:')],
    ['a target with another host', 'GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a target without a slash', 'GET evil HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['white space before the colon of Host', head('Host : localhost')],
    ['a folded field line', head('Host: localhost', 'X: a', ' b')],
    ['another protocol', 'EHLO localhost\r\n\r\n'],
    ['a target with a bare CR', 'GET /\rLocation: HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a head that is too long', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(9000)}`],
  ])('%s: 400', async (_what, request) => {
    expect(await redirected(request)).toBeUndefined();
  });
});

describe("plainHttp 'redirect': RFC 9110 9.3.2 HEAD", () => {
  it.each([
    ['Host: localhost', 307],
    ['Host: evil.example', 400],
  ])('%s: %i, without content', async (host, status) => {
    await using server = await TlsServer.start({ ...identity, plainHttp: 'redirect' });
    const answer = await answerTo(await server.connect(), head(host).replace('GET', 'HEAD'));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} (?:.+\r\n)+\r\n$`));
    expect(answer).toMatch(/\r\nContent-Length: [1-9]\d*\r\n/);
  });
});

describe('RFC 9110 6.6.1 Date', () => {
  it.each<['refuse' | 'redirect', number]>([
    ['refuse', 400],
    ['redirect', 307],
  ])('plainHttp %j: the response %i has the time', async (plainHttp, status) => {
    await using server = await TlsServer.start({ ...identity, plainHttp });
    const earliest = Math.floor(Date.now() / 1000) * 1000;
    const answer = await answerTo(await server.connect(), head('Host: localhost'));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const date = /\r\nDate: (.* GMT)\r\n/.exec(answer)?.[1];
    expect(Date.parse(date ?? '')).toBeGreaterThanOrEqual(earliest);
    expect(new Date(date ?? '').toUTCString()).toBe(date);
  });
});

describe("plainHttp 'redirect' and a head that is cut off", () => {
  it('is answered 400', async () => {
    await using server = await TlsServer.start({ ...identity, plainHttp: 'redirect' });
    const client = await server.connect();
    client.stream.end('GET / HTTP/1.1\r\nHost: loc');
    expect(await client.untilEnd()).toMatch(refused);
    await server.until(() => server.open.size === 0);
  });
});

describe("plainHttp 'serve'", () => {
  it('one port serves both', async () => {
    await using server = await TlsServer.start({ ...identity, plainHttp: 'serve' });
    const client = await server.connect();
    client.stream.end('GET /');
    expect(await client.untilEnd()).toBe('GET /');
    await expect(server.secured({ ca: authority.certificate })).resolves.toBeDefined();
    expect(server.failures).toEqual([]);
    expect(server.endpoint.warnings).toEqual([]);
  });

  it('a connection that is passed on keeps its socket, and no deadline', async () => {
    await using server = await TlsServer.start({ ...identity, plainHttp: 'serve' });
    const client = await server.connect();
    client.send('GET');
    await server.until(() => server.connections.length === 1);
    const socketOf = (connection: Connection | undefined) => connection?.features.get(ConnectionSocketFeature)?.socket;
    expect(socketOf(server.connections[0])).toBe(socketOf([...server.open][0]));
    server.heartbeat.seconds(60);
    client.stream.end(' /');
    expect(await client.untilEnd()).toBe('GET /');
  });

  it('a protocol that takes the stream gets the socket itself', async () => {
    await using server = await TlsServer.start({ ...identity, plainHttp: 'serve' });
    const client = await server.connect();
    client.send('GET');
    await client.when(() => client.received === 'GET');
    const [served] = server.connections;
    expect(takeStream(served!)).toBe(served?.features.get(ConnectionSocketFeature)?.socket);
  });
});

describe('plain HTTP over memory', () => {
  const exchange = async (options: HttpsOptions): Promise<string> => {
    const [client, served] = connectionPair();
    const endpoint = new TestEndpoint();
    useHttps({ ...identity, ...options })(endpoint);
    await endpoint.prepared();
    void endpoint.build((connection) => {
      connection.start({
        received: (bytes) => void connection.write(bytes),
        drained: () => undefined,
        ended: () => connection.end(),
        closed: () => undefined,
      });
    })(served);
    const raw = new RawClient(toDuplex(client));
    raw.stream.end(head('Host: localhost:5001'));
    return raw.untilEnd();
  };

  it.each<[HttpsOptions, RegExp]>([
    [{}, refused],
    [{ plainHttp: 'redirect' }, /^HTTP\/1\.1 307 [\s\S]*\r\nLocation: https:\/\/localhost:5001\/path\?query\r\n/],
    [{ plainHttp: 'serve' }, /^GET \/path\?query HTTP\/1\.1\r\nHost: localhost:5001\r\n\r\n$/],
  ])('%j: the same', async (options, answer) => {
    expect(await exchange(options)).toMatch(answer);
  });
});
