import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { type Endpoint, toDuplex } from '@windhover/connections';
import { pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { type ListenOptions, WindhoverServer } from '@windhover/server';
import { useHttps } from '@windhover/tls';
import { MemoryTransport } from '@windhover/transport-memory';
import { sockets } from '@windhover/transport-sockets';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lineProtocol } from '../../packages/server/examples/line-protocol.ts';
import { ManualClock } from '../test-support/manual-clock.ts';
import { RawClient } from '../test-support/raw-client.ts';
import { CertificateAuthority, type KeyAndCertificate } from '../test-support/certificates.ts';

let folder: string;
let authority: CertificateAuthority;
let leaf: KeyAndCertificate;
let server: WindhoverServer;
let memory: MemoryTransport;
let clock: ManualClock;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-'));
  authority = await CertificateAuthority.create();
  leaf = await authority.issue();
});
afterEach(() => server[Symbol.asyncDispose]());
afterAll(() => rmSync(folder, { recursive: true }));

const withTls = (options: ListenOptions): void => {
  options.protocols = ['lines/1'];
  useHttps({ certificate: leaf.certificate, key: leaf.key })(options);
};

const loopback = { kind: 'ip', address: '127.0.0.1', port: 0 } as const;

interface Way {
  readonly endpoint: () => Endpoint;
  readonly configure?: (options: ListenOptions) => void;
  /** @param bound the endpoint with its real port */
  connect(bound: Endpoint): Duplex;
}

const portOf = (bound: Endpoint): number => (bound.kind === 'ip' ? bound.port : 0);

const ways: readonly (readonly [string, Way])[] = [
  [
    'memory',
    { endpoint: () => ({ kind: 'memory', name: 'lines' }), connect: (bound) => toDuplex(memory.connect(bound)) },
  ],
  ['tcp', { endpoint: () => loopback, connect: (bound) => connectTcp(portOf(bound), '127.0.0.1') }],
  [
    'a unix socket',
    {
      endpoint: () => ({ kind: 'unix', path: join(folder, 'lines.sock') }),
      connect: (bound) => connectTcp(bound.kind === 'unix' ? bound.path : ''),
    },
  ],
  [
    'TLS',
    {
      endpoint: () => loopback,
      configure: withTls,
      connect: (bound) =>
        connectTls({
          host: '127.0.0.1',
          port: portOf(bound),
          ca: authority.certificate,
          ALPNProtocols: ['lines/1'],
        }),
    },
  ],
];

describe.each(ways)('a line protocol beside HTTP over %s', (_, { endpoint, configure, connect }) => {
  const start = async (): Promise<RawClient> => {
    memory = new MemoryTransport();
    clock = new ManualClock();
    server = new WindhoverServer({ transports: [sockets(), memory], protocols: [http1()], clock });
    server.listen(loopback);
    server.listen(endpoint(), (options) => {
      configure?.(options);
      options.run(lineProtocol);
    });
    await server.start(pipelineApplication(({ response }) => response.send('HTTP')));
    return new RawClient(connect(server.endpoints[1]!.endpoints[0]!));
  };

  it('answers line by line, however the bytes are cut, and HTTP goes on beside it', async () => {
    const client = await start();
    await client.send('one\r\ntw').when(() => client.received === 'ONE\r\n');
    client.stream.end('o\nquit\n');
    expect(await client.untilEnd()).toBe('ONE\r\nTWO\r\nGoodbye\r\n');
    expect(await (await fetch(server.endpoints[0]!.address)).text()).toBe('HTTP');
  });

  it('refuses a line that does not end', async () => {
    const client = await start();
    client.stream.end('x'.repeat(1025));
    expect(await client.untilEnd()).toBe('The line is too long\r\n');
  });

  it('ends with the server', async () => {
    const client = await start();
    await client.send('hello\n').when(() => client.received === 'HELLO\r\n');
    const stopping = server.stop();
    const received = await client.untilEnd();
    await stopping;
    expect(received).toBe('HELLO\r\nThe server is stopping\r\n');
  });

  it('a client that sends nothing more: warned and closed', async () => {
    const client = await start();
    await client.send('hello\n').when(() => client.received === 'HELLO\r\n');
    clock.seconds(31);
    expect(await client.untilEnd()).toBe('HELLO\r\nYou were silent for too long\r\n');
  });
});
