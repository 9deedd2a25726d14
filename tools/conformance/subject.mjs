// Starts the contract server of README.md on the bare server, prints `listening <url>` for each address, and stops on
// SIGTERM. When it cannot start it prints `error CODE: sentence` and exits with 1.
//
//   node tools/conformance/subject.mjs --port 8080
//   node tools/conformance/subject.mjs --unix /tmp/contract.sock
//   node tools/conformance/subject.mjs --urls "http://localhost:0;https://localhost:0;http://unix:/tmp/contract.sock"
//   node tools/conformance/subject.mjs --port 8443 --tls
//   node tools/conformance/subject.mjs --port 8080 --deflate      (permessage-deflate on the WebSockets at /ws)
//
// Addresses with https, and all addresses with --tls, use a certificate that is made for this run; clients do not trust it.
// Needs a build. Port 0, the default, is any free port.
import { parseArgs } from 'node:util';
import { http1 } from '../../packages/http1/dist/index.js';
import { ServerAddressesFeature, WindhoverServer } from '../../packages/server/dist/index.js';
import { sockets } from '../../packages/transport-sockets/dist/index.js';
import { pipelineApplication } from '../../packages/http/dist/index.js';
import { contractWith } from './contract-application.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    unix: { type: 'string' },
    urls: { type: 'string' },
    tls: { type: 'boolean', default: false },
    deflate: { type: 'boolean', default: false },
  },
});

/** Loads TLS on demand, so that runs without TLS do not load it. */
const throwAwayHttps = async () => {
  const { CertificateAuthority } = await import('../test-support/certificates.ts');
  const { useHttps } = await import('../../packages/tls/dist/index.js');
  const authority = await CertificateAuthority.create('Windhover conformance');
  return useHttps(await authority.issue());
};

const https = values.tls || /https:/i.test(values.urls ?? '') ? await throwAwayHttps() : undefined;
const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()], useHttps: https });
if (values.tls) server.configureEndpointDefaults(https);
const addresses = server.features.require(ServerAddressesFeature);
process.once('SIGTERM', () => {
  // Connections that are still open at the deadline are closed.
  void server.stop(AbortSignal.timeout(2000)).then(() => process.exit(0));
});

try {
  if (values.urls !== undefined) addresses.add(values.urls);
  if (values.unix !== undefined) server.listenUnixSocket(values.unix);
  if (values.port !== undefined || (values.unix === undefined && values.urls === undefined)) {
    server.listen({ kind: 'ip', address: '127.0.0.1', port: Number(values.port ?? 0) });
  }
  await server.start(pipelineApplication(contractWith(values)));
  for (const address of addresses.addresses) console.log(`listening ${address}`);
} catch (error) {
  console.error(`error ${error.code ?? error.name}: ${error.message}`);
  process.exit(1);
}
