// oxlint-disable vitest/expect-expect, vitest/valid-title -- the suite brings names and assertions
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TLSSocket, connect } from 'node:tls';
import { type Connection, type ConnectionDelegate, fromDuplex, toDuplex } from '@windhover/connections';
import { connectionCompliance } from '@windhover/transport-compliance';
import { connectionPair } from '@windhover/transport-memory';
import { SocketTransport } from '@windhover/transport-sockets';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { useHttps } from '../src/index.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { TestEndpoint } from './support/endpoint.ts';

let authority: CertificateAuthority;
let identity: KeyAndCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
});

/** Accepts one connection after TLS. */
const accepting = async (): Promise<{ accept: ConnectionDelegate; accepted: Promise<Connection> }> => {
  const endpoint = new TestEndpoint();
  useHttps(identity)(endpoint);
  await endpoint.prepared();
  let accept!: ConnectionDelegate;
  const accepted = new Promise<Connection>((resolve) => (accept = endpoint.build(resolve)));
  return { accept, accepted };
};

const secured = async (socket: TLSSocket): Promise<TLSSocket> => {
  await once(socket, 'secureConnect');
  return socket;
};

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('%s over tcp complies', (version) => {
  const transport = new SocketTransport();
  const listeners: AsyncDisposable[] = [];
  afterAll(() => Promise.all(listeners.map((listener) => listener[Symbol.asyncDispose]())));

  const pair = async () => {
    const { accept, accepted } = await accepting();
    const listener = await transport.bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, accept);
    listeners.push(listener);
    const { port } = listener.endpoint as { port: number };
    const options = { ca: authority.certificate, servername: 'localhost', allowHalfOpen: true, maxVersion: version };
    const client = await secured(connect({ host: '127.0.0.1', port, ...options }));
    return { client: fromDuplex(client), served: await accepted };
  };
  for (const { name, run } of connectionCompliance({ pair, resets: false })) it(name, run);
});

describe.skipIf(process.platform === 'win32')('TLS over unix sockets complies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));
  const listeners: AsyncDisposable[] = [];
  afterAll(async () => {
    await Promise.all(listeners.map((listener) => listener[Symbol.asyncDispose]()));
    rmSync(folder, { recursive: true, force: true });
  });

  const pair = async () => {
    const { accept, accepted } = await accepting();
    const path = join(folder, `${listeners.length}.sock`);
    listeners.push(await new SocketTransport().bind({ kind: 'unix', path }, accept));
    const options = { ca: authority.certificate, servername: 'localhost', allowHalfOpen: true };
    const client = await secured(connect({ path, ...options }));
    return { client: fromDuplex(client), served: await accepted };
  };
  for (const { name, run } of connectionCompliance({ pair, resets: false })) it(name, run);
});

describe('TLS over memory complies', () => {
  const pair = async () => {
    const [below, served] = connectionPair();
    const { accept, accepted } = await accepting();
    void accept(served);
    const socket = toDuplex(below);
    const client = await secured(connect({ socket, ca: authority.certificate, servername: 'localhost' }));
    return { client: fromDuplex(client), served: await accepted };
  };
  for (const { name, run } of connectionCompliance({ pair, resets: false })) it(name, run);
});
