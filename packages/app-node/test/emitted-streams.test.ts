import { once } from 'node:events';
import http, { type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import { type AddressInfo, type Socket, connect, createServer as createNetServer } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import tls, { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { CertificateAuthority } from '../../../tools/test-support/certificates.ts';
import { until } from '../../../tools/test-support/until.ts';
import windhover, { createSecureServer } from '../src/index.ts';

const get = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n';
const last = 'GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const echo: RequestListener = (request, response) => response.end(`answer to ${request.url}`);
const { certificate: cert, key } = await (await CertificateAuthority.create()).issue();

/** Collects the text that a stream receives. */
const textOf = (stream: Duplex): { text: string } => {
  const received = { text: '' };
  stream.on('error', () => {});
  stream.on('data', (piece: Buffer) => (received.text += piece.toString('latin1')));
  return received;
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A listening server that passes its sockets to another server, and the port. */
const front = async (pass: (socket: Socket) => void, secure = false): Promise<number> => {
  const server = secure ? createTlsServer({ cert, key }, pass) : createNetServer(pass);
  closing.push(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
};

const client = (port: number): Socket => {
  const socket = connect(port, '127.0.0.1');
  closing.push(() => void socket.destroy());
  return socket;
};

const secureClient = (port: number): Socket => {
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  closing.push(() => void socket.destroy());
  return socket;
};

describe.each([
  ['node:http', http, https.createServer],
  ['this package', windhover as unknown as typeof http, createSecureServer as unknown as typeof https.createServer],
])("server.emit('connection', stream) of %s", (_, module, createSecure) => {
  it('serves both requests of a stream without listen', async () => {
    const server = module.createServer(echo);
    const [near, far] = duplexPair();
    const received = textOf(near);
    server.emit('connection', far);
    near.write(get);
    await until(() => received.text.endsWith('answer to /a'));
    near.write(last);
    await until(() => near.readableEnded);
    expect(received.text).toMatch(/answer to \/last$/);
  });

  it('serves a stream of a listening server, and emits connection once', async () => {
    const server = module.createServer(echo);
    closing.push(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const [near, far] = duplexPair();
    const received = textOf(near);
    const seen: unknown[] = [];
    server.on('connection', (stream) => seen.push(stream));
    server.emit('connection', far);
    near.write(last);
    await until(() => received.text.endsWith('answer to /last'));
    expect(seen).toEqual([far]);
    const count = new Promise((resolve) => server.getConnections((_error, size) => resolve(size)));
    await expect(count).resolves.toBe(0);
  });

  it('serves a socket whose first bytes were read and put back', async () => {
    const addresses: unknown[] = [];
    const server = module.createServer((request, response) => {
      addresses.push(request.socket.remoteAddress, typeof request.socket.remotePort);
      echo(request, response);
    });
    const port = await front((socket) =>
      socket.once('readable', () => {
        const bytes = socket.read() as Buffer;
        socket.unshift(bytes);
        server.emit('connection', socket);
      }),
    );
    const socket = client(port);
    const received = textOf(socket);
    socket.write(last);
    await until(() => received.text.endsWith('answer to /last') && socket.readableEnded);
    expect(addresses).toEqual(['127.0.0.1', 'number']);
  });

  it('serves a TLS socket as an encrypted connection', async () => {
    const seen: unknown[] = [];
    const server = module.createServer((request, response) => {
      const { encrypted, authorized } = request.socket as tls.TLSSocket;
      seen.push(encrypted, authorized, request.socket.remoteAddress);
      echo(request, response);
    });
    const socket = secureClient(await front((accepted) => server.emit('connection', accepted), true));
    const received = textOf(socket);
    socket.write(last);
    await until(() => received.text.endsWith('answer to /last'));
    expect(seen).toEqual([true, false, '127.0.0.1']);
  });

  it('serves the socket of a CONNECT that it has accepted', async () => {
    const server = module.createServer(echo);
    closing.push(() => server.closeAllConnections());
    closing.push(() => void server.close());
    server.on('connect', (_request, socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      server.emit('connection', socket);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const socket = client((server.address() as AddressInfo).port);
    const received = textOf(socket);
    socket.write('CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n');
    await until(() => received.text.includes('\r\n\r\n'));
    socket.write(last);
    await until(() => received.text.includes('answer to'));
    expect(received.text).toMatch(/^HTTP\/1\.1 200 [^]*answer to \/last$/);
  });

  it('a server with TLS does the handshake', async () => {
    const seen: unknown[] = [];
    const server: Server = createSecure({ cert, key }, echo);
    server.on('secureConnection', ({ encrypted }: tls.TLSSocket) => seen.push(encrypted));
    const socket = secureClient(await front((accepted) => server.emit('connection', accepted)));
    const received = textOf(socket);
    socket.write(last);
    await until(() => received.text.endsWith('answer to /last'));
    expect(seen).toEqual([true]);
  });

  it('emits clientError for a stream without HTTP', async () => {
    const server = module.createServer(echo);
    const [near, far] = duplexPair();
    server.emit('connection', far);
    const failed = once(server, 'clientError');
    near.write('no HTTP\r\n\r\n');
    await expect(failed).resolves.toMatchObject([{ code: 'HPE_INVALID_METHOD' }, { writable: true }]);
  });

  it.each(['close', 'closeIdleConnections', 'closeAllConnections'] as const)(
    '%s() closes an idle stream',
    async (name) => {
      const server = module.createServer(echo);
      closing.push(() => void server.close());
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const [near, far] = duplexPair();
      const received = textOf(near);
      server.emit('connection', far);
      near.write(get);
      await until(() => received.text.endsWith('answer to /a'));
      server[name]();
      await until(() => far.closed);
      expect(far.errored).toBeNull();
    },
  );

  it('serves a stream after close()', async () => {
    const server = module.createServer(echo);
    server.emit('connection', duplexPair()[0]);
    server.close();
    const [near, far] = duplexPair();
    const received = textOf(near);
    server.emit('connection', far);
    near.write(last);
    await until(() => near.readableEnded);
    expect(received.text).toMatch(/answer to \/last$/);
  });

  it('a stream that fails before it is served ends nothing else', async () => {
    const server = module.createServer(echo);
    const [, broken] = duplexPair();
    server.emit('connection', broken);
    broken.destroy(new Error('broken'));
    const [near, far] = duplexPair();
    const received = textOf(near);
    server.emit('connection', far);
    near.write(last);
    await until(() => near.readableEnded && broken.closed);
    expect(received.text).toMatch(/answer to \/last$/);
  });
});
