import { Buffer } from 'node:buffer';
import { type AddressInfo, type Socket, connect } from 'node:net';
import {
  type Connection,
  ConnectionEndpointFeature,
  type ConnectionListener,
  buildConnectionPipeline,
  formatEndpoint,
} from '@windhover/connections';
import { pipelineApplication, resolveHttpLimits } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { sockets } from '@windhover/transport-sockets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProxyProtocolFeature, proxyProtocol } from '../src/index.ts';
import { haproxyProgram } from '../../../tools/test-support/front-proxy.ts';
import { Haproxy } from '../../../tools/test-support/haproxy.ts';

const hasHaproxy = haproxyProgram !== undefined;

if (!hasHaproxy) console.log('There is no haproxy on the PATH: the tests behind a real one are skipped');

/** Not the address that HAProxy itself connects from. */
const clientAddress = '127.0.0.2';

const application = pipelineApplication(({ connection, features, response }) => {
  const { version, tlvs } = features.require(ProxyProtocolFeature);
  const [remote, local] = [connection.remoteEndpoint!, connection.localEndpoint!].map(formatEndpoint);
  const uniqueId = tlvs.uniqueId === undefined ? undefined : Buffer.from(tlvs.uniqueId).toString();
  const { checksummed, ssl } = tlvs;
  response.send(JSON.stringify({ remote, local, version, checksummed, uniqueId, overTls: ssl?.overTls }));
});

const protocol = http1().createHandler(application, {
  limits: resolveHttpLimits(),
  serverHeader: null,
  dateHeader: false,
  refusal: undefined,
  wallClock: Date.now,
  events: { applicationError: () => undefined, badRequest: () => undefined },
});

/** Sends one request from 127.0.0.2 and reads to the end. */
const ask = async (port: number): Promise<{ socket: AddressInfo; answer: unknown }> => {
  const socket: Socket = connect({ port, host: '127.0.0.1', localAddress: clientAddress });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const from = socket.address() as AddressInfo;
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  const text = String(Buffer.concat(await socket.toArray()));
  return { socket: from, answer: JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) };
};

describe.skipIf(!hasHaproxy)('behind haproxy', () => {
  let listener: ConnectionListener;
  let haproxy: Haproxy;
  let checked!: (connection: Connection) => void;
  const healthCheck = new Promise<Connection>((resolve) => (checked = resolve));

  beforeAll(async () => {
    const accept = buildConnectionPipeline([proxyProtocol({ trustedSources: ['127.0.0.1'] })], (connection) => {
      if (connection.features.require(ProxyProtocolFeature).command === 'LOCAL') checked(connection);
      return protocol(connection);
    });
    listener = await sockets().bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, accept);
    const { port } = listener.endpoint as { port: number };
    haproxy = await Haproxy.start(port, [
      'send-proxy',
      'send-proxy-v2',
      'send-proxy-v2 proxy-v2-options ssl,unique-id,crc32c',
      'send-proxy-v2 check check-send-proxy inter 50ms',
    ]);
  });

  afterAll(async () => {
    await haproxy?.[Symbol.asyncDispose]();
    await listener?.unbind();
  });

  it.each([
    ['send-proxy', 0, { version: 1, checksummed: false }],
    ['send-proxy-v2', 1, { version: 2, checksummed: false }],
  ])('%s: the handler sees the true client', async (_name, at, expected) => {
    const { socket, answer } = await ask(haproxy.ports[at]!);
    expect(answer).toEqual({
      remote: `${clientAddress}:${socket.port}`,
      local: `127.0.0.1:${haproxy.ports[at]}`,
      ...expected,
    });
  });

  it('send-proxy-v2 with fields: the checksum matches, and the fields are read', async () => {
    const { socket, answer } = await ask(haproxy.ports[2]!);
    const port = socket.port.toString(16).padStart(4, '0').toUpperCase();
    expect(answer).toMatchObject({ version: 2, checksummed: true, overTls: false, uniqueId: `7F000002:${port}` });
  });

  it('a health check: LOCAL, with the real endpoints', async () => {
    const { features } = await healthCheck;
    expect(features.require(ProxyProtocolFeature)).toMatchObject({ version: 2, command: 'LOCAL' });
    expect(features.require(ConnectionEndpointFeature).remoteEndpoint).toMatchObject({ address: '127.0.0.1' });
  });
});
