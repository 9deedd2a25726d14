import { once } from 'node:events';
import * as tls from 'node:tls';
import { Features } from '@windhover/features';
import { ApplicationBuilder, type HttpProtocol, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { http2 } from '@windhover/http2';
import { ServerAddressesFeature, WindhoverServer } from '@windhover/server';
import { useHttps } from '@windhover/tls';
import { sockets } from '@windhover/transport-sockets';
import { expect, it } from 'vitest';
import { CertificateAuthority } from '../../../tools/test-support/certificates.ts';
import { acceptWebSocket, messages, send } from '../src/index.ts';

/** Milliseconds: longer than a test. */
const noTimeout = 0x7fff_ffff;

const cases: [name: string, protocols: HttpProtocol[]][] = [['the protocol that it chooses', [http1(), http2()]]];
if (Number(process.versions.node.split('.', 1)[0]) >= 26) cases.push(['HTTP/2', [http2()]]);

// The client does not accept its own authorities, and older versions of Node.js cannot change the default ones.
it.skipIf(tls.setDefaultCACertificates === undefined).each(cases)(
  'the WebSocket of Node.js gets its messages back over TLS, over %s, and closes at once',
  async (_name, protocols) => {
    const authority = await CertificateAuthority.create('WebSockets of Node.js');
    const { certificate, key } = await authority.issue();
    await using server = new WindhoverServer({ transports: [sockets()], protocols });
    server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 }, useHttps({ certificate, key }));
    const app = new ApplicationBuilder(new Features()).run(async ({ features }) => {
      const socket = acceptWebSocket({ features }, { protocols: ['chat'], closeTimeout: noTimeout })!;
      for await (const message of messages(socket)) await send(socket, message);
    });
    await server.start(pipelineApplication(app.build()));
    const [address] = server.features.require(ServerAddressesFeature).addresses;

    const trusted = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...trusted, authority.certificate]);
    try {
      const client = new WebSocket(address!.replace('https', 'wss'), 'chat');
      await once(client, 'open');
      client.send('there and back');
      const [{ data }] = (await once(client, 'message')) as [MessageEvent];
      expect([client.protocol, data]).toEqual(['chat', 'there and back']);
      client.close();
      const [{ wasClean }] = (await once(client, 'close')) as [CloseEvent];
      expect(wasClean).toBe(true);
    } finally {
      tls.setDefaultCACertificates(trusted);
    }
  },
);
