import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { TlsHandshakeFeature } from '@windhover/connections';
import { pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { ServerAddressesFeature, WindhoverServer } from '@windhover/server';
import { useHttps } from '@windhover/tls';
import { sockets } from '@windhover/transport-sockets';

const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
server.listen(
  { kind: 'ip', address: '127.0.0.1', port: 0 },
  useHttps({ certificate: 'localhost.crt', key: 'localhost.key' }),
);
await server.start(
  pipelineApplication(({ features, response }) => {
    const { protocol } = features.require(TlsHandshakeFeature);
    response.send(`Hello over ${protocol}`);
  }),
);

const [address] = server.features.require(ServerAddressesFeature).addresses;
await new Promise((done) => {
  get(address!, { ca: readFileSync('authority.crt'), agent: false }, (response) => {
    response.on('data', (content) => console.log(String(content))).on('end', done);
  });
});
await server.stop();
// Hello over TLSv1.3
