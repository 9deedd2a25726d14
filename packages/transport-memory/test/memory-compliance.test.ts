// oxlint-disable vitest/expect-expect, vitest/valid-title -- the suite brings names and assertions
import { transportCompliance } from '@windhover/transport-compliance';
import { MemoryTransport } from '@windhover/transport-memory';
import { describe, it } from 'vitest';

const transport = new MemoryTransport();
let names = 0;

describe('the memory transport complies', () => {
  const subject = {
    transport,
    endpoint: () => ({ kind: 'memory', name: `compliance-${++names}` }) as const,
    connect: transport.connect.bind(transport),
  };
  for (const { name, run } of transportCompliance(subject)) it(name, run);
});
