// oxlint-disable vitest/expect-expect, vitest/valid-title -- the suite brings names and assertions
import { fromDuplex, toDuplex } from '@windhover/connections';
import { connectionCompliance } from '@windhover/transport-compliance';
import { connectionPair } from '@windhover/transport-memory';
import { describe, it } from 'vitest';

describe('a connection made of a stream made of a connection complies', () => {
  const pair = () => {
    const [client, served] = connectionPair();
    return { client: fromDuplex(toDuplex(client)), served: fromDuplex(toDuplex(served)) };
  };
  for (const { name, run } of connectionCompliance({ pair })) it(name, run);
});

describe('a connection pair complies', () => {
  const pair = () => {
    const [client, served] = connectionPair({ highWaterMark: 100 });
    return { client, served };
  };
  for (const { name, run } of connectionCompliance({ pair })) it(name, run);
});
