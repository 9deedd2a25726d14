import assert from 'node:assert/strict';
import type { Connection, ConnectionListener } from '@windhover/connections';
import { Deferred } from '../deferred.ts';
import { record } from '../recorder.ts';
import { type Session, echo } from '../session.ts';
import type { TransportCheck } from './check.ts';

const clientsAtOnce = 50;

/** Whether a client is served that may or may not have connected. A client that is not served must be notified. */
const isServed = async (session: Session, listener: ConnectionListener): Promise<boolean> => {
  let connection: Connection;
  try {
    connection = await session.connect(listener);
  } catch {
    return false;
  }
  const client = record(connection);
  connection.write('?');
  await client.until(
    () => client.size > 0 || client.has('ended') || client.has('closed'),
    'expected to be served or cut',
  );
  return client.size > 0;
};

export const unbindChecks: readonly TransportCheck[] = [
  {
    name: 'unbind: new clients are refused and open connections continue, repeatedly',
    async run(session) {
      const listener = await session.bind((connection) => void echo(connection));
      const client = record(await session.connect(listener));
      client.connection.write('one');
      await client.untilText('one');
      await Promise.all([listener.unbind(), listener.unbind()]);
      await listener.unbind();
      await listener[Symbol.asyncDispose]();
      await assert.rejects(async () => session.connect(listener));
      client.connection.write(' two');
      await client.untilText('one two');
      client.connection.end();
      await client.untilClosed();
    },
  },
  {
    name: 'unbind: clients that were connected before it are accepted',
    async run(session) {
      let accepted = 0;
      const listener = await session.bind((connection) => {
        accepted++;
        echo(connection);
      });
      const opening = Array.from({ length: clientsAtOnce }, () => session.connect(listener));
      const clients = (await Promise.all(opening)).map((connection) => record(connection));
      await listener.unbind();
      assert.equal(accepted, clientsAtOnce);
      for (const client of clients) client.connection.write('here');
      await Promise.all(clients.map((client) => client.untilText('here')));
    },
  },
  {
    name: 'unbind: while clients arrive each is served or cut, and none is accepted afterwards',
    async run(session) {
      let accepted = 0;
      const arriving = new Deferred();
      const listener = await session.bind((connection) => {
        accepted++;
        arriving.resolve();
        echo(connection);
      });
      const asking = Array.from({ length: clientsAtOnce }, () => isServed(session, listener));
      await arriving.promise;
      await listener.unbind();
      const acceptedThen = accepted;
      const answers = await Promise.all(asking);
      assert.equal(accepted, acceptedThen, 'a client was accepted after unbind');
      assert.equal(answers.filter(Boolean).length, accepted, 'a client was accepted and not served');
    },
  },
  {
    name: 'unbind: await using ends the listener',
    async run(session) {
      const listener = await session.bind((connection) => void echo(connection));
      // Not with the syntax, which Node.js 22 does not have.
      await listener[Symbol.asyncDispose]();
      await assert.rejects(async () => session.connect(listener));
    },
  },
];
