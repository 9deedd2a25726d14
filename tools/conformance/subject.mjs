// Starts the contract server of README.md on the bare server, prints `listening <url>`, and stops on SIGTERM.
//
//   node tools/conformance/subject.mjs --port 8080
//   node tools/conformance/subject.mjs --unix /tmp/contract.sock
//
// Needs a build. Port 0, the default, is any free port.
import { parseArgs } from 'node:util';
import { http1 } from '../../packages/http1/dist/index.js';
import { ServerAddressesFeature, WindhoverServer } from '../../packages/server/dist/index.js';
import { sockets } from '../../packages/transport-sockets/dist/index.js';
import { contractApplication } from './contract-application.mjs';

const { values } = parseArgs({ options: { port: { type: 'string' }, unix: { type: 'string' } } });

const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
if (values.unix !== undefined) server.listenUnixSocket(values.unix);
if (values.unix === undefined || values.port !== undefined) {
  server.listen({ kind: 'ip', address: '127.0.0.1', port: Number(values.port ?? 0) });
}
process.once('SIGTERM', () => {
  // Whatever a client still holds open is closed when the time is up.
  void server.stop(AbortSignal.timeout(2000)).then(() => process.exit(0));
});

await server.start(contractApplication);
for (const address of server.features.require(ServerAddressesFeature).addresses) console.log(`listening ${address}`);
