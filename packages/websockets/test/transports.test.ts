import { once } from 'node:events';
import { connect } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { toDuplex } from '@windhover/connections';
import { Features } from '@windhover/features';
import { ApplicationBuilder, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { ServerAddressesFeature, WindhoverServer } from '@windhover/server';
import { useHttps } from '@windhover/tls';
import { MemoryTransport } from '@windhover/transport-memory';
import { sockets } from '@windhover/transport-sockets';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CertificateAuthority } from '../../../tools/test-support/certificates.ts';
import { webSockets } from '../src/index.ts';
import { until } from '../../../tools/test-support/until.ts';
import { echo } from './support/server.ts';

let folder: string;
let server: WindhoverServer;
let memory: MemoryTransport;

const socketPath = (): string => join(folder, 'server.sock');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-ws-'));
  memory = new MemoryTransport();
  const { certificate, key } = await (await CertificateAuthority.create('WebSockets')).issue();
  server = new WindhoverServer({ transports: [sockets(), memory], protocols: [http1()] });
  server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
  server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 }, useHttps({ certificate, key }));
  server.listenUnixSocket(socketPath());
  server.listen({ kind: 'memory', name: 'here' });
  const app = new ApplicationBuilder(new Features()).use(webSockets()).run(echo);
  await server.start(pipelineApplication(app.build()));
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const address = (at: number): string => server.features.require(ServerAddressesFeature).addresses[at]!;

/** A client of `ws` on a stream that is connected already. */
const over = (stream: Duplex): WebSocket => new WebSocket('ws://here/', { createConnection: () => stream });

describe.each([
  ['tcp', () => new WebSocket(address(0).replace('http', 'ws'))],
  ['TLS', () => new WebSocket(address(1).replace('http', 'ws'), { rejectUnauthorized: false })],
  ['a unix socket', () => over(connect(socketPath()))],
  ['the memory transport', () => over(toDuplex(memory.connect({ kind: 'memory', name: 'here' })))],
] as const)('over %s', (_name, open) => {
  it('messages of every size and type come back, and 1001 when the server stops', async () => {
    const client = open();
    await once(client, 'open');
    const all = [
      '',
      'Grüße',
      'a'.repeat(70_000),
      Buffer.alloc(125),
      Buffer.alloc(16 * 1024),
      Buffer.alloc(1024 * 1024),
    ];
    const received: [data: Buffer, isBinary: boolean][] = [];
    client.on('message', (data, isBinary) => void received.push([data as Buffer, isBinary]));
    for (const message of all) client.send(message);
    await until(() => received.length === all.length);
    for (const [at, [data, isBinary]] of received.entries()) {
      expect(isBinary).toBe(typeof all[at] !== 'string');
      expect(data.equals(Buffer.from(all[at]!))).toBe(true);
    }
    const closed = once(client, 'close');
    await server.stop(new AbortController().signal);
    expect((await closed)[0]).toBe(1001);
  });
});
