import assert from 'node:assert/strict';
import type { Connection, ConnectionListener } from '@windhover/connections';
import { Deferred } from '../deferred.ts';
import { type Recorder, record } from '../recorder.ts';
import { type Session, echo } from '../session.ts';
import type { TransportCheck } from './check.ts';

const crowd = 1_000;
/** The number of clients that connect at the same time; smaller than any backlog. */
const atOnce = 100;

/** Connects, sends a unique line and waits for its echo. */
const talk = async (session: Session, listener: ConnectionListener, number: number): Promise<Recorder> => {
  const client = record(await session.connect(listener));
  const line = `client ${number}\n`;
  client.connection.write(line);
  await client.untilText(line);
  assert.equal(client.text, line);
  return client;
};

/** Ends the connection and waits until it is closed. */
const leave = async (client: Recorder): Promise<void> => {
  client.connection.end();
  await client.untilClosed();
  assert.equal(client.error, undefined);
};

/** A refused client may be notified while it is still connecting, or later. */
const isCut = async (session: Session, listener: ConnectionListener): Promise<void> => {
  let connection: Connection;
  try {
    connection = await session.connect(listener);
  } catch {
    return;
  }
  const client = record(connection);
  await client.until(() => client.has('closed') || client.has('ended'), 'expected the connection to be cut');
};

export const acceptChecks: readonly TransportCheck[] = [
  {
    name: 'accept: an error thrown by the delegate ends this connection only',
    async run(session) {
      let count = 0;
      const listener = await session.bind((connection) => {
        if (count++ === 0) throw new Error('refused');
        echo(connection);
      });
      await isCut(session, listener);
      await leave(await talk(session, listener, 1));
    },
  },
  {
    name: 'accept: a rejected promise of the delegate ends this connection only',
    async run(session) {
      const served: Recorder[] = [];
      const reason = new Error('refused');
      const listener = await session.bind(async (connection) => {
        served.push(echo(connection));
        if (served.length === 1) throw reason;
      });
      await isCut(session, listener);
      await leave(await talk(session, listener, 1));
      await served[0]!.untilClosed();
      assert.equal(served[0]!.error, reason);
    },
  },
  {
    name: 'accept: a slow delegate loses no bytes',
    async run(session) {
      const ready = new Deferred();
      const listener = await session.bind(async (connection) => {
        await ready.promise;
        echo(connection);
      });
      const slow = record(await session.connect(listener));
      slow.connection.write('patience');
      slow.connection.end();
      ready.resolve();
      await slow.untilClosed();
      assert.equal(slow.text, 'patience');
    },
  },
  {
    name: 'accept: 1,000 connections at once, each gets its own bytes back',
    async run(session) {
      const served: Connection[] = [];
      const listener = await session.bind((connection) => {
        served.push(connection);
        echo(connection);
      });
      const clients: Recorder[] = [];
      while (clients.length < crowd) {
        const talks = Array.from({ length: atOnce }, (_, at) => talk(session, listener, clients.length + at));
        clients.push(...(await Promise.all(talks)));
      }
      assert.equal(served.length, crowd);
      assert.equal(new Set(served.map((connection) => connection.id)).size, crowd);
      await Promise.all(clients.map(leave));
    },
  },
];
