import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { fromDuplex } from '@windhover/connections';
import { type ConnectionPair, connectionCompliance } from '@windhover/transport-compliance';

/** Two ends of one connection: here two plain sockets, in your case your own connections. */
const pair = async (): Promise<ConnectionPair> => {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const [[served]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [[Socket], unknown];
  server.close();
  return { client: fromDuplex(client), served: fromDuplex(served) };
};

const checks = connectionCompliance({
  pair,
  resets: false, // a stream can only be destroyed, which closes a socket without a reset
});
for (const { run } of checks) await run();
console.log('the connections comply');
// the connections comply
