// oxlint-disable vitest/expect-expect, vitest/valid-title -- the suite brings names and assertions
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Connection,
  ConnectionEndpointFeature,
  ConnectionSocketFeature,
  type ConnectionListener,
  type Endpoint,
  takeStream,
} from '@windhover/connections';
import { connectionCompliance } from '@windhover/transport-compliance';
import { connectSocket, sockets } from '@windhover/transport-sockets';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { proxyProtocol } from '../src/index.ts';
import { v1Line, v2 } from './support/headers.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-proxy-'));
let listener: ConnectionListener | undefined;

afterEach(async () => {
  await listener?.unbind();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A client that has sent its header, and the connection after it. */
const pairOver = async (
  endpoint: Endpoint,
  trustedSources: readonly string[],
  header: string | Uint8Array,
): Promise<{ client: Connection; served: Connection }> => {
  let accept!: (connection: Connection) => void;
  const accepted = new Promise<Connection>((resolve) => (accept = resolve));
  listener = await sockets().bind(endpoint, proxyProtocol({ trustedSources })(accept));
  const client = await connectSocket(listener.endpoint);
  client.write(header);
  return { client, served: await accepted };
};

const tcp = { kind: 'ip', address: '127.0.0.1', port: 0 } as const;

describe('over tcp, a connection after its header complies', () => {
  const pair = () => pairOver(tcp, ['127.0.0.0/8'], v2());
  for (const { name, run } of connectionCompliance({ pair })) it(name, run);
});

describe('takeStream', () => {
  it('returns the socket with the bytes after the header', async () => {
    const { served, client } = await pairOver(tcp, ['127.0.0.1'], `${v1Line}early`);
    const stream = takeStream(served)!;
    expect(stream).toBe(served.features.require(ConnectionSocketFeature).socket);
    expect(String(stream.read())).toBe('early');
    client.abort();
    served.abort();
  });

  it('passes those bytes to a started receiver before the stream is taken', async () => {
    const { served, client } = await pairOver(tcp, ['127.0.0.1'], `${v1Line}early`);
    const received = new Promise<string>((resolve) =>
      served.start({
        received: (bytes) => resolve(Buffer.from(bytes).toString()),
        drained: () => undefined,
        ended: () => undefined,
        closed: () => undefined,
      }),
    );
    expect(await received).toBe('early');
    expect(takeStream(served)?.read()).toBeNull();
    client.abort();
    served.abort();
  });
});

describe('over sockets', () => {
  it('unix: the endpoints come from the header', async () => {
    const { served, client } = await pairOver({ kind: 'unix', path: join(folder, 'a.sock') }, ['unix'], v1Line);
    const { remoteEndpoint } = served.features.require(ConnectionEndpointFeature);
    expect(remoteEndpoint).toEqual({ kind: 'ip', address: '203.0.113.7', port: 51_000 });
    client.abort();
    served.abort();
  });

  it('the socket below is visible', async () => {
    const { served, client } = await pairOver(tcp, ['127.0.0.1'], v1Line);
    const feature = served.features.require(ConnectionSocketFeature);
    expect(feature.socket.remoteAddress).toBe('127.0.0.1');
    client.abort();
    served.abort();
  });
});
