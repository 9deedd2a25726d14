// oxlint-disable vitest/expect-expect, vitest/valid-title -- the suite brings names and assertions
import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { fromDuplex } from '@windhover/connections';
import { connectionCompliance } from '@windhover/transport-compliance';
import { describe, it } from 'vitest';

const socketPair = async (): Promise<readonly [Socket, Socket]> => {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
  const [[served]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [[Socket], unknown];
  server.close();
  return [client, served];
};

describe('a plain socket as a connection complies', () => {
  const pair = async () => {
    const [client, served] = await socketPair();
    return { client: fromDuplex(client), served: fromDuplex(served) };
  };
  // A stream can only be destroyed, which closes a socket without a reset.
  for (const { name, run } of connectionCompliance({ pair, resets: false })) it(name, run);
});
