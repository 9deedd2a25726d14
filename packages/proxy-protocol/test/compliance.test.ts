// oxlint-disable vitest/expect-expect, vitest/valid-title -- the suite brings names and assertions
import type { Connection } from '@windhover/connections';
import { connectionCompliance } from '@windhover/transport-compliance';
import { connectionPair } from '@windhover/transport-memory';
import { describe, it } from 'vitest';
import { proxyProtocol } from '../src/index.ts';
import { v1Line, v2 } from './support/headers.ts';

const behindHeader = (header: string | Uint8Array) => async () => {
  const [client, below] = connectionPair();
  client.write(header);
  const served = await new Promise<Connection>((resolve) => {
    void proxyProtocol({ trustedSources: 'all' })(resolve)(below);
  });
  return { client, served };
};

describe.each([
  ['version 1', v1Line],
  ['version 2', v2()],
])('a connection behind a header of %s complies', (_version, header) => {
  for (const { name, run } of connectionCompliance({ pair: behindHeader(header) })) it(name, run);
});

describe('a connection that is passed on unread complies', () => {
  const pair = async () => {
    const [client, below] = connectionPair();
    const served = await new Promise<Connection>((resolve) => {
      void proxyProtocol({ trustedSources: [], untrusted: 'pass' })(resolve)(below);
    });
    return { client, served };
  };
  for (const { name, run } of connectionCompliance({ pair })) it(name, run);
});
