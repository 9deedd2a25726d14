// oxlint-disable vitest/expect-expect, vitest/valid-title -- the suite brings names and assertions
import { type Connection, LayeredConnection } from '@windhover/connections';
import { HttpUpgradeFeature, pipelineApplication, resolveHttpLimits } from '@windhover/http';
import { connectionCompliance } from '@windhover/transport-compliance';
import { connectionPair } from '@windhover/transport-memory';
import { connectSocket, sockets } from '@windhover/transport-sockets';
import { afterAll, describe, it } from 'vitest';
import { OverwritingConnection } from '../../../tools/test-support/overwriting-connection.ts';
import { http1 } from '../src/index.ts';

const services = {
  limits: resolveHttpLimits(),
  serverHeader: null,
  dateHeader: false,
  wallClock: Date.now,
  events: { applicationError: () => {}, badRequest: () => {} },
};

/** A handler of connections that upgrades their first request, and the connection of that upgrade. */
const upgrading = (): { accept: (connection: Connection) => void; upgraded: Promise<Connection> } => {
  let accept!: (connection: Connection) => void;
  const upgraded = new Promise<Connection>((resolve) => {
    const application = pipelineApplication((context) => {
      resolve(context.features.require(HttpUpgradeFeature).upgrade('echo'));
    });
    accept = (connection) => void http1().createHandler(application, services)(connection);
  });
  return { accept, upgraded };
};

/** The client's connection after the head of the response. What follows the head in the same chunk is given back. */
const afterHead = (below: Connection): Promise<Connection> =>
  new Promise((resolve) => {
    const client = new LayeredConnection(below);
    let text = '';
    client.start({
      received: (bytes) => {
        text += Buffer.from(bytes).toString('latin1');
        const end = text.indexOf('\r\n\r\n');
        if (end === -1) return;
        below.pause();
        client.unread(Buffer.from(text.slice(end + 4), 'latin1'));
        resolve(client);
      },
      drained: () => {},
      ended: () => {},
      closed: () => {},
    });
  });

const upgradeRequest = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';

describe.each([
  ['memory', (accepted: Connection) => accepted],
  ['borrowed memory', (accepted: Connection) => new OverwritingConnection(accepted)],
])('an upgraded connection over %s complies', (_name, over) => {
  const pair = async () => {
    const [below, accepted] = connectionPair();
    const { accept, upgraded } = upgrading();
    accept(over(accepted));
    below.write(upgradeRequest);
    return { client: await afterHead(below), served: await upgraded };
  };
  for (const { name, run } of connectionCompliance({ pair })) it(name, run);
});

describe('an upgraded connection over tcp complies', () => {
  const listeners: AsyncDisposable[] = [];
  afterAll(() => Promise.all(listeners.map((listener) => listener[Symbol.asyncDispose]())));
  const pair = async () => {
    const { accept, upgraded } = upgrading();
    const listener = await sockets().bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, accept);
    listeners.push(listener);
    const below = await connectSocket(listener.endpoint);
    below.write(upgradeRequest);
    return { client: await afterHead(below), served: await upgraded };
  };
  for (const { name, run } of connectionCompliance({ pair })) it(name, run);
});
