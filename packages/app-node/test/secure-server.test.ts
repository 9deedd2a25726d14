import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, Server } from 'node:http';
import https, { type ServerOptions } from 'node:https';
import { type AddressInfo, Server as NetServer, connect } from 'node:net';
import { Server as TlsServer, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { CertificateAuthority } from '../../../tools/test-support/certificates.ts';
import { until } from '../../../tools/test-support/until.ts';
import { NodeServer, createSecureServer } from '../src/index.ts';

const authority = await CertificateAuthority.create();
const { certificate: cert, key } = await authority.issue();
const client = await authority.issue({ names: ['client'], usage: 'client' });
const stranger = await (await CertificateAuthority.create()).issue({ names: ['stranger'], usage: 'client' });
const encryptedKey = createPrivateKey(key).export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'secret',
});

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close().closeAllConnections();
});

type Create = (options: ServerOptions, listener: RequestListener) => Server;

const listening = async (server: Server): Promise<number> => {
  open.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
};

/** The content of the response. */
const get = async (port: number, options: https.RequestOptions = {}): Promise<string> => {
  const request = https.get({ port, host: '127.0.0.1', rejectUnauthorized: false, agent: false, ...options });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const piece of response) text += String(piece);
  return text;
};

/** What a handler reads of the TLS connection. */
const facts: RequestListener = ({ socket }, response) => {
  const { encrypted, authorized } = socket as TLSSocket;
  const { CN } = (socket as TLSSocket).getPeerCertificate().subject ?? {};
  const { name, version } = (socket as TLSSocket).getCipher();
  const peer = (socket as TLSSocket).getPeerX509Certificate()?.subject;
  response.end(
    JSON.stringify({ encrypted, authorized, CN, peer, name, version, reused: (socket as TLSSocket).isSessionReused() }),
  );
};

describe.each<[string, Create]>([
  ['node:https', (options, listener) => https.createServer(options, listener)],
  ['this package', createSecureServer as never],
])('a server with TLS of %s', (_, create) => {
  it('shows its handlers the data of the connection', async () => {
    const port = await listening(create({ cert, key }, facts));
    expect(JSON.parse(await get(port, { ciphers: 'TLS_AES_128_GCM_SHA256' }))).toEqual({
      encrypted: true,
      authorized: false,
      name: 'TLS_AES_128_GCM_SHA256',
      version: 'TLSv1.3',
      reused: false,
    });
  });

  it('is an instance of https.Server, tls.Server and net.Server, and not of http.Server', () => {
    const server = create({ cert, key }, facts);
    const classes = [https.Server, TlsServer, NetServer, Server];
    expect(classes.map((each) => server instanceof each)).toEqual([true, true, true, false]);
  });

  it('emits connection and secureConnection with two sockets, and requests have the second one', async () => {
    const sockets: { destroyed: boolean }[] = [];
    const server = create({ cert, key }, ({ socket }, response) => {
      sockets.push(socket);
      response.end('x', () => server.closeAllConnections());
    });
    for (const event of ['connection', 'secureConnection'])
      server.on(event, (socket: { destroyed: boolean }) => void sockets.push(socket));
    await get(await listening(server)).catch(() => {});
    const [below, above, ofRequest] = sockets;
    await until(() => below!.destroyed && above!.destroyed);
    expect([below === above, above === ofRequest]).toEqual([false, true]);
  });

  it('reads an encrypted key with passphrase', async () => {
    const port = await listening(create({ cert, key: encryptedKey, passphrase: 'secret' }, (_, res) => res.end('x')));
    await expect(get(port)).resolves.toBe('x');
  });

  it('with requestCert serves a client whose certificate ca has issued', async () => {
    const port = await listening(create({ cert, key, requestCert: true, ca: authority.certificate }, facts));
    const answer = get(port, { cert: client.certificate, key: client.key });
    expect(JSON.parse(await answer)).toMatchObject({ authorized: true, CN: 'client', peer: 'CN=client' });
  });

  it.each([
    ['without a certificate', {}],
    ['with a certificate of another authority', { cert: stranger.certificate, key: stranger.key }],
  ])('with requestCert refuses a client %s', async (_case, given) => {
    let requests = 0;
    const port = await listening(
      create({ cert, key, requestCert: true, ca: authority.certificate }, () => void requests++),
    );
    await expect(get(port, given)).rejects.toBeInstanceOf(Error);
    expect(requests).toBe(0);
  });

  it('emits tlsClientError and clientError for a client without TLS', async () => {
    const server = create({ cert, key }, () => {});
    const seen: unknown[] = [];
    for (const event of ['clientError', 'tlsClientError'])
      server.on(event, (error: unknown, socket: { destroyed: unknown }) =>
        seen.push([event, error instanceof Error, typeof socket.destroyed]),
      );
    const failed = once(server, 'tlsClientError');
    const socket = connect(await listening(server), '127.0.0.1');
    socket.on('error', () => {}).end('no TLS at all\r\n\r\n');
    await failed;
    socket.destroy();
    expect(seen).toEqual(['clientError', 'tlsClientError'].map((event) => [event, true, 'boolean']));
  });
});

describe('createSecureServer', () => {
  it('creates an instance of NodeServer, and of no class that extends it', () => {
    class Other extends NodeServer {}
    const server = createSecureServer({ cert, key });
    expect([server instanceof NodeServer, server instanceof Other]).toEqual([true, false]);
  });

  it.each(['setSecureContext', 'addContext', 'getTicketKeys', 'setTicketKeys'])('refuses %s of tls.Server', (name) => {
    const server = createSecureServer({ cert, key }) as never as Record<string, () => void>;
    expect(() => server[name]!()).toThrow(
      expect.objectContaining({
        code: 'APP_NODE_TLS_OPTION_REFUSED',
        message: expect.stringMatching(`server.${name}; use `) as string,
      }),
    );
  });
});

describe('options of https.createServer that createSecureServer refuses', () => {
  it.each([
    ['SNICallback', { SNICallback: () => {} }],
    ['pskCallback', { pskCallback: () => null }],
    ['secureProtocol', { secureProtocol: 'TLSv1_2_method' }],
    ['secureOptions', { secureOptions: 1 }],
    ['requestCert without rejectUnauthorized', { requestCert: true, rejectUnauthorized: false }],
  ])('%s', (_, options) => {
    const create = (): NodeServer => createSecureServer({ cert, key, ...options });
    expect(create).toThrow(expect.objectContaining({ code: 'APP_NODE_TLS_OPTION_REFUSED' }));
  });

  it('rejectUnauthorized without requestCert is not refused', async () => {
    const port = await listening(createSecureServer({ cert, key, rejectUnauthorized: false } as never, facts) as never);
    await expect(get(port)).resolves.toContain('"encrypted":true');
  });

  it.each([
    ['ca, for requests of certificates', { ca: authority.certificate }],
    ['ALPNProtocols', { ALPNProtocols: ['http/1.1'] }],
    ['honorCipherOrder', { honorCipherOrder: true }],
    ['ecdhCurve', { ecdhCurve: 'auto' }],
    ['sigalgs', { sigalgs: undefined }],
    ['options of the server', { keepAliveTimeout: 1000, noDelay: true, highWaterMark: 1024 }],
    ['an option that node:https does not have either', { colour: 'red' }],
  ])('not passed to useHttps, which refuses unknown options: %s', async (_, options) => {
    const port = await listening(createSecureServer({ cert, key, ...options }, facts) as never);
    await expect(get(port)).resolves.toContain('"encrypted":true');
  });

  it('a list of certificates is refused, not read as bytes', () => {
    expect(() => createSecureServer({ cert: [cert], key } as never)).toThrow(
      /^useHttps: certificate must be .*; received an array/,
    );
  });
});
