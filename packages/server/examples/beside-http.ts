import { connect } from 'node:net';
import { pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { lineProtocol } from './line-protocol.ts';

const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 }, (endpoint) => {
  endpoint.name = 'lines';
  endpoint.limits = { maxConcurrentConnections: 100 };
  endpoint.run(lineProtocol);
});
await server.start(pipelineApplication(({ response }) => response.send('Hello over HTTP')));

const [web, lines] = server.endpoints;
console.log(await (await fetch(web!.address)).text());
// Hello over HTTP

const { hostname, port } = new URL(lines!.address);
const client = connect(Number(port), hostname).setEncoding('latin1').end('hello\nquit\n');
for (const line of (await client.toArray()).join('').trimEnd().split('\r\n')) console.log(`${lines!.name}: ${line}`);
// lines: HELLO
// lines: Goodbye

await server.stop(AbortSignal.timeout(5000));
