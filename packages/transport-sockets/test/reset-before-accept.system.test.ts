import { execFileSync } from 'node:child_process';
import type { IPEndpoint } from '@windhover/connections';
import { sockets } from '@windhover/transport-sockets';
import { expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';

it('a client that sends and resets before it is accepted: received, then closed with CONNECTION_RESET', async () => {
  const closed = deferred<Error | undefined>();
  const events: string[] = [];
  await using listener = await sockets().bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, (connection) => {
    connection.start({
      received: (bytes) => void events.push(Buffer.from(bytes).toString()),
      drained: () => {},
      ended: () => void events.push('ended'),
      closed: closed.resolve,
    });
  });
  const { port } = listener.endpoint as IPEndpoint;
  const client = `const socket = require('node:net').connect(${port}, '127.0.0.1', () => socket.write('request', () => socket.resetAndDestroy()))`;
  // Synchronously, so that this process accepts the client when it has reset the connection.
  execFileSync(process.execPath, ['-e', client]);
  await expect(closed.promise).resolves.toMatchObject({ code: 'CONNECTION_RESET' });
  expect(events).toEqual(['request']);
});
