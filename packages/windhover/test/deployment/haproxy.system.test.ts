import { proxyProtocol } from '@windhover/proxy-protocol';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../tools/test-support/free-port.ts';
import { FrontProxy, haproxyProgram } from '../../../../tools/test-support/front-proxy.ts';
import { type HttpContext, ReadinessFeature, type WebHost, createHostBuilder } from '../../src/index.ts';
import { Load } from './load.ts';
import { deploymentFile, withReplaced } from './sources.ts';

const clientAddress = '127.0.0.2';

/** A host, and whether it has answered a client in addition to health checks. */
interface Backend {
  readonly host: WebHost;
  readonly isUsed: Promise<void>;
}

const startHost = async (port: number): Promise<Backend> => {
  let used!: () => void;
  const isUsed = new Promise<void>((resolve) => (used = resolve));
  const handle = ({ connection, request, response }: HttpContext): void | Promise<void> => {
    if (request.path === '/ready') {
      response.statusCode = host.features.require(ReadinessFeature).isReady ? 200 : 503;
      return;
    }
    used();
    const { remoteEndpoint } = connection;
    return response.send(remoteEndpoint?.kind === 'ip' ? remoteEndpoint.address : String(remoteEndpoint?.kind));
  };
  const host: WebHost = createHostBuilder()
    .useDrainDelay(1000)
    .useServer((server) => {
      server.listen({ kind: 'ip', address: '127.0.0.1', port }, (endpoint) => {
        endpoint.use(proxyProtocol({ trustedSources: ['127.0.0.1'] }));
      });
    })
    .configure((app) => void app.run(handle))
    .build();
  await host.start();
  return { host, isUsed };
};

describe.skipIf(haproxyProgram === undefined)('behind haproxy with PROXY v2, over tcp', () => {
  let backends: Backend[];
  let ports: number[];
  let haproxy: FrontProxy;
  let port: number;

  beforeAll(async () => {
    ports = [await freePort(), await freePort()];
    backends = await Promise.all(ports.map(startHost));
    port = await freePort();
    const configuration = withReplaced(deploymentFile('haproxy.cfg'), {
      'bind :80': `bind 127.0.0.1:${port}`,
      '127.0.0.1:5001': `127.0.0.1:${ports[0]}`,
      '127.0.0.1:5002': `127.0.0.1:${ports[1]}`,
      'inter 2s': 'inter 50ms',
    });
    haproxy = await FrontProxy.haproxy(configuration, port);
  });

  afterAll(async () => {
    await haproxy?.[Symbol.asyncDispose]();
    for (const { host } of backends ?? []) await host.stop();
  });

  it('the handler sees the address of the client', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      request({ port, host: '127.0.0.1', localAddress: clientAddress, agent: false }, async (response) => {
        resolve(Buffer.concat(await response.toArray()).toString());
      })
        .on('error', reject)
        .end();
    });
    expect(text).toBe(clientAddress);
  });

  it('hosts that are replaced one after the other under load lose no request', async () => {
    const load = new Load(port, 8);
    for (const [at, hostPort] of ports.entries()) {
      await backends[at]!.isUsed;
      await backends[at]!.host.stop();
      await load.answers(200);
      backends[at] = await startHost(hostPort);
      await backends[at].isUsed;
    }
    await load.answers(200);
    expect(await load.stop()).toEqual({ failed: [] });
  });
});
