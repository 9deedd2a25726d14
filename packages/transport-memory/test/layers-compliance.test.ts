// oxlint-disable vitest/expect-expect, vitest/valid-title -- the suite brings names and assertions
import { type Connection, LayeredConnection, LayeredStreamConnection, toDuplex } from '@windhover/connections';
import { type ConnectionPair, connectionCompliance } from '@windhover/transport-compliance';
import { describe, it } from 'vitest';
import { connectionPair } from '../src/index.ts';

const layered = (layer: (below: Connection) => Connection) => (): ConnectionPair => {
  const [client, served] = connectionPair();
  return { client: layer(client), served: layer(served) };
};

describe('a layered connection complies', () => {
  for (const { name, run } of connectionCompliance({ pair: layered((below) => new LayeredConnection(below)) }))
    it(name, run);
});

describe('a layer over a layer complies', () => {
  const pair = layered((below) => new LayeredConnection(new LayeredConnection(below)));
  for (const { name, run } of connectionCompliance({ pair })) it(name, run);
});

describe('a stream over a connection, as a connection again, complies', () => {
  const pair = layered((below) => new LayeredStreamConnection(toDuplex(below), below));
  for (const { name, run } of connectionCompliance({ pair })) it(name, run);
});

/** Reads one byte as the receiver of the connection below, and pauses. */
const readAhead = (below: Connection, layer: LayeredConnection): Promise<void> =>
  new Promise((resolve) => {
    below.start({
      received: (bytes) => {
        if (bytes.length > 1) return layer.unread(bytes);
        below.pause();
        resolve();
      },
      drained: () => {},
      ended: () => {},
      closed: () => {},
    });
  });

describe('a layered connection complies if another receiver has read and nothing is given back', () => {
  const pair = async (): Promise<ConnectionPair> => {
    const [client, below] = connectionPair();
    const served = new LayeredConnection(below);
    client.write('.');
    await readAhead(below, served);
    return { client, served };
  };
  for (const { name, run } of connectionCompliance({ pair })) it(name, run);
});
