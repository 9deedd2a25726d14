import { once } from 'node:events';
import * as tls from 'node:tls';
import { Features } from '@windhover/features';
import { ApplicationBuilder, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { http2 } from '@windhover/http2';
import { ServerAddressesFeature, WindhoverServer } from '@windhover/server';
import { useHttps } from '@windhover/tls';
import { sockets } from '@windhover/transport-sockets';
import { expect, it } from 'vitest';
import { CertificateAuthority } from '../../../tools/test-support/certificates.ts';
import { acceptWebSocket, messages, send } from '../src/index.ts';

// The client does not accept its own authorities, and older versions of Node.js cannot change the default ones.
it.skipIf(tls.setDefaultCACertificates === undefined)(
  'the WebSocket of Node.js gets its messages back over TLS, over the protocol that it chooses',
  async () => {
    const authority = await CertificateAuthority.create('WebSockets of Node.js');
    const { certificate, key } = await authority.issue();
    await using server = new WindhoverServer({ transports: [sockets()], protocols: [http1(), http2()] });
    server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 }, useHttps({ certificate, key }));
    const app = new ApplicationBuilder(new Features()).run(async ({ features }) => {
      const socket = acceptWebSocket({ features }, { protocols: ['chat'] })!;
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
      await once(client, 'close');
    } finally {
      tls.setDefaultCACertificates(trusted);
    }
  },
);
