import { describe, it } from 'node:test';
import type { EndPoint } from '@windhover/connections';
import { transportCompliance } from '@windhover/transport-compliance';
import { type StreamEndPoint, StreamTransport } from './stream-transport.ts';

const transport = new StreamTransport();
let names = 0;

void describe('StreamTransport complies', () => {
  const subject = {
    transport,
    endPoint: (): StreamEndPoint => ({ kind: 'x-stream', name: `check-${++names}` }),
    connect: (endPoint: EndPoint) => transport.connect(endPoint as StreamEndPoint),
  };
  for (const { name, run } of transportCompliance(subject)) void it(name, run);
});
