import { subscribe } from '@windhover/diagnostics';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { accepting, serve, stopServers } from './support/server.ts';

afterEach(stopServers);

describe('the diagnostics channel of WebSockets', () => {
  it('a close is published once, with the code and the reason of the peer', async () => {
    const closed: [string, number, string][] = [];
    using _subscription = subscribe({
      'windhover:web-socket:closed': ({ connection, code, reason }) =>
        void closed.push([typeof connection.id, code, reason]),
    });
    const { handler, sockets } = accepting();
    const server = await serve(handler);
    const client = await server.open();
    await until(() => sockets.length === 1);
    client.close(4000, 'enough');
    await until(() => closed.length === 1);
    expect(closed).toEqual([['string', 4000, 'enough']]);
  });
});
