import { type RequestDelegate, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { ServerAddressesFeature, WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';

const handler: RequestDelegate = ({ request, response }) => response.send(`Hello from ${request.path}`);

const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
const listening = server.features.require(ServerAddressesFeature);
listening.add('http://127.0.0.1:0');
await server.start(pipelineApplication(handler));

const answer = await fetch(new URL('/server', listening.addresses[0]));
console.log(answer.status, await answer.text());
// 200 Hello from /server

await server.stop(AbortSignal.timeout(5000));
console.log(server.connectionCount, 'connections are left');
// 0 connections are left
