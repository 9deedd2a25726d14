import { describe, it } from 'node:test';
import type { Endpoint } from '@windhover/connections';
import { transportCompliance } from '@windhover/transport-compliance';
import { type StreamEndpoint, StreamTransport } from './stream-transport.ts';

const transport = new StreamTransport();
let names = 0;

void describe('StreamTransport complies', () => {
  const subject = {
    transport,
    endpoint: (): StreamEndpoint => ({ kind: 'x-stream', name: `check-${++names}` }),
    connect: (endpoint: Endpoint) => transport.connect(endpoint as StreamEndpoint),
  };
  for (const { name, run } of transportCompliance(subject)) void it(name, run);
});
