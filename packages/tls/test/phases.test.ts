import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type Connection, ConnectionSocketFeature } from '@windhover/connections';
import type { HttpContext } from '@windhover/http';
import { beforeAll, describe, expect, it } from 'vitest';
import { RawClient } from '../../../tools/test-support/raw-client.ts';
import { until } from '../../../tools/test-support/until.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { clientHello } from './support/client-hello.ts';
import { HttpsServer } from './support/https-server.ts';
import { TlsServer } from './support/tls-server.ts';

let authority: CertificateAuthority;
let identity: KeyAndCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
});

/** The types of Node leave allowHalfOpen out. */
const halfOpen = (): ConnectionOptions => {
  const options = { ca: authority.certificate, servername: 'localhost', allowHalfOpen: true };
  return options;
};

const secured = async (server: TlsServer): Promise<{ client: Socket; served: Connection }> => {
  const client = await server.secured(halfOpen());
  return { client: client.on('error', () => undefined), served: server.connections.at(-1)! };
};

/** More than a client that does not read leaves room for. */
const large = Buffer.alloc(16 * 1024 * 1024);

/** Brings a new connection of the server into a phase of its life; the last step is done in the same turn. */
const phases: Record<string, (server: TlsServer) => Promise<() => void>> = {
  'nothing received': async (server) => {
    await server.connect();
    await server.until(() => server.open.size === 1);
    return () => undefined;
  },
  'half a hello received': async (server) => {
    const client = await server.connect();
    client.send((await clientHello()).subarray(0, 100));
    await server.until(() => server.open.size === 1);
    return () => undefined;
  },
  'handshake under way': async (server) => {
    const client = await server.connect();
    client.send(await clientHello());
    await client.when(() => client.received !== '');
    return () => undefined;
  },
  idle: async (server) => {
    await secured(server);
    return () => undefined;
  },
  'writing to a client that does not read': async (server) => {
    const { client, served } = await secured(server);
    client.pause();
    return () => void served.write(large);
  },
  ending: async (server) => {
    const { served } = await secured(server);
    return () => served.end();
  },
  'ending, with bytes that the client does not read': async (server) => {
    const { client, served } = await secured(server);
    client.pause();
    return () => {
      served.write(large);
      served.end();
    };
  },
  'ended, the client has not': async (server) => {
    const { client, served } = await secured(server);
    served.end();
    await once(client, 'end');
    return () => undefined;
  },
  'ended by the client': async (server) => {
    const { client, served } = await secured(server);
    const ended = new Promise<void>((resolve) =>
      served.start({ received: () => undefined, drained: () => undefined, ended: resolve, closed: () => undefined }),
    );
    client.end();
    await ended;
    return () => undefined;
  },
  'ended by the client, ending': async (server) => {
    const { client, served } = await secured(server);
    client.end();
    const ended = new Promise<void>((resolve) =>
      served.start({ received: () => undefined, drained: () => undefined, ended: resolve, closed: () => undefined }),
    );
    await ended;
    return () => served.end();
  },
};

describe.each(Object.keys(phases))('a connection in the phase: %s', (phase) => {
  it.each(['abort', 'dispose'] as const)('%s below TLS closes it, and its socket', async (way) => {
    await using server = await TlsServer.start(identity);
    const enter = await phases[phase]!(server);
    const [below] = server.open;
    const { socket } = below!.features.require(ConnectionSocketFeature);
    enter();
    below![way]();
    await server.until(() => server.open.size === 0);
    expect(socket.closed).toBe(true);
  });
});

describe('a server that stops at once', () => {
  it('closes connections in every phase', async () => {
    const contexts = new Map<string, HttpContext>();
    let asked: (() => void) | undefined;
    await using https = await HttpsServer.start(identity, async (context) => {
      contexts.set(context.request.target, context);
      asked?.();
      if (context.request.target !== '/answered') await new Promise(() => undefined);
    });
    const { port, server } = https;
    const clients: RawClient[] = [];
    const hello = await clientHello();
    for (const size of [0, 1, 100, hello.length]) {
      const client = await RawClient.open({ host: '127.0.0.1', port });
      clients.push(client.send(hello.subarray(0, size)));
      if (size === hello.length) await client.when(() => client.received !== '');
    }
    const targets = ['/answered', '/waiting', '/writing', '/ending', '/half-closed'];
    for (const target of targets) {
      const client = new RawClient(connectTls({ host: '127.0.0.1', port, ...halfOpen() }));
      clients.push(client);
      await once(client.stream, 'secureConnect');
      const arrived = new Promise<void>((resolve) => (asked = resolve));
      client.send(
        `GET ${target} HTTP/1.1\r\nHost: localhost\r\n${target === '/ending' ? 'Connection: close\r\n' : ''}\r\n`,
      );
      if (target === '/half-closed') client.stream.end();
      await arrived;
      client.stream.pause();
    }
    expect(server.connectionCount).toBe(9);
    void contexts.get('/writing')!.response.write(large);
    contexts.get('/ending')!.response.send('last');
    await server.stop(AbortSignal.abort());
    // A busy machine may take longer than the second for which `stop` waits.
    await until(() => server.connectionCount === 0);
    for (const { stream } of clients) stream.resume().end();
    await Promise.all(clients.map(({ closed }) => closed));
  });
});
