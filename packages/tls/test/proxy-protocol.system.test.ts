import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { Duplex } from 'node:stream';
import { type TLSSocket, connect as connectTls } from 'node:tls';
import {
  type Connection,
  ConnectionEndpointFeature,
  type ConnectionListener,
  TlsHandshakeFeature,
  formatEndpoint,
  takeStream,
} from '@windhover/connections';
import { proxyProtocol } from '@windhover/proxy-protocol';
import { sockets } from '@windhover/transport-sockets';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { haproxyProgram } from '../../../tools/test-support/front-proxy.ts';
import { Haproxy } from '../../../tools/test-support/haproxy.ts';
import { type HttpsOptions, useHttps } from '../src/index.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { TestEndpoint } from './support/endpoint.ts';

const hasHaproxy = haproxyProgram !== undefined;

let authority: CertificateAuthority;
let identity: KeyAndCertificate;
let listener: ConnectionListener | undefined;
let failures: string[];
const open = new Set<Connection>();

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
});

afterEach(async () => {
  for (const connection of open) connection.abort();
  await listener?.unbind();
});

/** Says who is there, and ends. */
const introduce = (connection: Connection): void => {
  const { remoteEndpoint } = connection.features.require(ConnectionEndpointFeature);
  const { applicationProtocol, serverName } = connection.features.get(TlsHandshakeFeature) ?? {};
  connection.write(`${formatEndpoint(remoteEndpoint!)} ${serverName} ${applicationProtocol}`);
  connection.end();
};

/** @returns the port of a listener that expects a PROXY header, then TLS */
const listen = async (options: HttpsOptions = identity, serve = introduce): Promise<number> => {
  failures = [];
  const endpoint = new TestEndpoint();
  endpoint.use(proxyProtocol({ trustedSources: ['127.0.0.1'] }));
  useHttps({ ...options, onHandshakeFailed: ({ code }) => failures.push(code) })(endpoint);
  await endpoint.prepared();
  const accept = endpoint.build(serve);
  listener = await sockets().bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, (connection) => {
    open.add(connection);
    connection.onClosed({ closed: () => open.delete(connection) });
    return accept(connection);
  });
  return (listener.endpoint as { port: number }).port;
};

const header = 'PROXY TCP4 203.0.113.7 198.51.100.1 51000 443\r\n';

const afterHeader = async (port: number): Promise<Socket> => {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  socket.write(header);
  return socket;
};

/** Adds the header before the first bytes that are written, and sends the result in two parts. */
const withHeaderInFront = (port: number, size: number): Duplex => {
  const tcp = connect({ host: '127.0.0.1', port }).setNoDelay();
  let isFirst = true;
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      const bytes = isFirst ? Buffer.concat([Buffer.from(header), chunk]) : chunk;
      isFirst = false;
      tcp.write(bytes.subarray(0, size));
      setImmediate(() => tcp.write(bytes.subarray(size), done));
    },
    final: (done) => void tcp.end(done),
  });
  tcp.on('data', (bytes) => stream.push(bytes)).on('end', () => stream.push(null));
  return stream;
};

const client = (socket: Duplex, more = {}): TLSSocket =>
  connectTls({ socket, ca: authority.certificate, servername: 'localhost', ALPNProtocols: ['http/1.1'], ...more });

const textOf = async (socket: Socket): Promise<string> => String(Buffer.concat(await socket.toArray()));

const introduction = '203.0.113.7:51000 localhost http/1.1';

describe('TLS after a PROXY header', () => {
  it.each([
    ['where names do not matter', {}],
    ['where names matter', { names: { localhost: {} } }],
    ['where plain HTTP is served, too', { plainHttp: 'serve' }],
  ] as const)('%s: address, name and application protocol are those of the client', async (_where, options) => {
    const port = await listen({ ...identity, ...options });
    expect(await textOf(client(await afterHeader(port)))).toBe(introduction);
  });

  it.each([1, 20, header.length - 1, header.length, header.length + 1, header.length + 100, 10_000])(
    'header and hello in one, cut after %i bytes',
    async (size) => {
      const port = await listen({ ...identity, names: { localhost: {} } });
      expect(await textOf(client(withHeaderInFront(port, size)))).toBe(introduction);
    },
  );

  it('a failed handshake: the client receives the alert', async () => {
    const port = await listen();
    const socket = client(await afterHeader(port), { ALPNProtocols: ['imap'] });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
    expect(failures).toEqual(['TLS_HANDSHAKE_FAILED']);
  });

  it('plain HTTP is answered', async () => {
    const port = await listen();
    const socket = await afterHeader(port);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("plainHttp 'serve': plain HTTP is handed on", async () => {
    const port = await listen({ ...identity, plainHttp: 'serve' });
    const socket = await afterHeader(port);
    socket.write('GET /');
    expect(await textOf(socket)).toBe('203.0.113.7:51000 undefined undefined');
  });

  it('uses the socket itself', async () => {
    let port: number | undefined;
    const serverPort = await listen(identity, (connection) => {
      const stream = takeStream(connection) as TLSSocket;
      port = stream.remotePort;
      stream.end('.');
    });
    const tcp = await afterHeader(serverPort);
    const { localPort } = tcp;
    await textOf(client(tcp));
    expect(port).toBe(localPort);
  });
});

describe.skipIf(!hasHaproxy)(`behind haproxy${hasHaproxy ? '' : ' (skipped: no haproxy)'}`, () => {
  it.each(['send-proxy', 'send-proxy-v2', 'send-proxy-v2 proxy-v2-options crc32c,unique-id'])(
    'in TCP mode with %s: TLS goes through, and the address is that of the client',
    async (serverOptions) => {
      const port = await listen();
      await using haproxy = await Haproxy.start(port, [serverOptions]);
      const tcp = connect({ host: '127.0.0.1', port: haproxy.ports[0]!, localAddress: '127.0.0.2' });
      await once(tcp, 'connect');
      const from = tcp.address() as AddressInfo;
      expect(await textOf(client(tcp))).toBe(`127.0.0.2:${from.port} localhost http/1.1`);
    },
  );
});
