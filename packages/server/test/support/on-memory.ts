import type { Endpoint } from '@windhover/connections';
import { MemoryTransport } from '@windhover/transport-memory';
import type { ServerOptions } from '../../src/index.ts';
import { ManualClock } from '../../../../tools/test-support/manual-clock.ts';
import { AnswerReader, exchangeBytes, get } from './client.ts';
import { type TestServer, makeServer } from './server.ts';

export const one: Endpoint = { kind: 'memory', name: 'one' };
export const two: Endpoint = { kind: 'memory', name: 'two' };

/** A server over memory, with a clock of the test. */
export interface OnMemory extends TestServer {
  readonly transport: MemoryTransport;
  readonly clock: ManualClock;
}

export const onMemory = (options: Partial<ServerOptions> = {}): OnMemory => {
  const transport = new MemoryTransport();
  const clock = new ManualClock();
  return { ...makeServer({ transports: [transport], clock, ...options }), transport, clock };
};

/** A field that ends the connection after the response. */
export const closing = 'Connection: close\r\n';

/** Whether a request is answered. */
export const answers = async (transport: MemoryTransport, endpoint: Endpoint): Promise<boolean> =>
  (await exchangeBytes(transport.connect(endpoint), get('/up', closing))).endsWith('/up');

/** A client that keeps its connection, and the bytes that it receives. */
export const keepOpen = (transport: MemoryTransport, endpoint: Endpoint) => {
  const client = transport.connect(endpoint);
  const reader = new AnswerReader();
  const told = { heads: [] as string[], closed: false, error: undefined as Error | undefined };
  client.start({
    received: (bytes) => void told.heads.push(...reader.push(bytes).map(({ head }) => head)),
    drained: () => {},
    ended: () => client.end(),
    closed: (error) => Object.assign(told, { closed: true, error }),
  });
  return { client, told };
};
