import { pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { proxyProtocol } from '@windhover/proxy-protocol';
import { WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { afterEach, describe, expect, it } from 'vitest';
import { RawClient } from '../test-support/raw-client.ts';

let server: WindhoverServer;
const clients: RawClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.stream.destroy();
  await server[Symbol.asyncDispose]();
});

/** Sends a request through the proxy. @returns the status line; empty if the connection is closed without a response */
const statusLineFor = async (address: string): Promise<string> => {
  const { port } = new URL(server.endpoints[0]!.address);
  const client = await RawClient.open({ port: Number(port), host: '127.0.0.1' });
  clients.push(client);
  client.send(`PROXY TCP4 ${address} 192.0.2.254 1000 80\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n`);
  await client.when(() => client.received.includes('\r\n'));
  return client.received.split('\r\n')[0]!;
};

describe('maxConnectionsPerRemoteAddress behind the PROXY protocol', () => {
  it('counts the clients of the proxy, not the proxy', async () => {
    const limits = { maxConnectionsPerRemoteAddress: 1 };
    const events = { warning: () => {} };
    server = new WindhoverServer({ transports: [sockets()], protocols: [http1()], limits, events });
    server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 }, (endpoint) => {
      endpoint.use(proxyProtocol({ trustedSources: ['127.0.0.1'] }));
    });
    await server.start(pipelineApplication(({ response }) => response.send('')));
    expect(await statusLineFor('192.0.2.1')).toBe('HTTP/1.1 200 OK');
    expect(await statusLineFor('192.0.2.2')).toBe('HTTP/1.1 200 OK');
    expect(await statusLineFor('192.0.2.1')).toBe('');
    expect(server.counters.rejected.remoteAddressLimit).toBe(1);
    clients[0]!.stream.end();
    await clients[0]!.closed;
    expect(await statusLineFor('192.0.2.1')).toBe('HTTP/1.1 200 OK');
  });
});
