// oxlint-disable vitest/expect-expect, vitest/valid-title -- the suite brings names and assertions
import type { Connection } from '@windhover/connections';
import { connectionCompliance } from '@windhover/transport-compliance';
import { connectionPair } from '@windhover/transport-memory';
import { describe, it } from 'vitest';
import { type ConnectionLogger, connectionLogging } from '../src/index.ts';

const ignoring: ConnectionLogger = { debug: () => undefined };
const throwing: ConnectionLogger = {
  debug: () => {
    throw new Error('the disk is full');
  },
};
const off: ConnectionLogger = { debug: () => undefined, isLevelEnabled: () => false };

const logged = async (below: Connection, logger: ConnectionLogger): Promise<Connection> =>
  new Promise((resolve) => {
    void connectionLogging({ logger, maxBytes: 64 })(resolve)(below);
  });

describe.each([
  ['logged', ignoring],
  ['its logger throws', throwing],
  ['its logger is off', off],
])('a connection: %s; it complies', (_how, logger) => {
  const pair = async () => {
    const [client, served] = connectionPair();
    return { client: await logged(client, logger), served: await logged(await logged(served, logger), logger) };
  };
  for (const { name, run } of connectionCompliance({ pair })) it(name, run);
});
