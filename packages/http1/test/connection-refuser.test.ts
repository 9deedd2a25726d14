import { ConnectionHeartbeatFeature } from '@windhover/connections';
import { resolveHttpLimits } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { describe, expect, it } from 'vitest';
import { TestConnection, TestServer } from './support/exchange-harness.ts';

/** A connection that there is no room for, just refused. */
const refused = () => {
  const connection = new TestConnection();
  const server = new TestServer();
  connection.set(ConnectionHeartbeatFeature, server);
  const refuse = http1().createRefuser!({
    limits: resolveHttpLimits({ requestDrainTimeout: 5000, maxRequestDrainSize: 1000 }),
    serverHeader: 'test',
    dateHeader: true,
    wallClock: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    events: { applicationError: () => {}, badRequest: () => expect.unreachable() },
  });
  void refuse(connection);
  return { connection, server, receive: (size: number) => connection.receiver.received(new Uint8Array(size)) };
};

describe('a connection that there is no room for', () => {
  it('is answered 503 without waiting for a request, and our side ends', () => {
    const { connection } = refused();
    expect(connection.sentChunks.join('')).toBe(
      'HTTP/1.1 503 Service Unavailable\r\ndate: Fri, 02 Jan 2026 03:04:05 GMT\r\nserver: test\r\n' +
        'connection: close\r\ncontent-length: 0\r\n\r\n',
    );
    expect([connection.hasEnded, connection.isDisposed, connection.isAborted]).toEqual([true, false, false]);
  });

  it('reads and drops what comes, however much, so that no reset overtakes the response', () => {
    const { connection, receive } = refused();
    receive(600);
    receive(100_000);
    expect([connection.isPaused, connection.isDisposed, connection.isAborted]).toEqual([false, false, false]);
  });

  it('waits for the end of the client for requestDrainTimeout, and then lets go', () => {
    const { connection, server } = refused();
    for (let second = 0; second < 5; second++) server.beat();
    expect(connection.isDisposed).toBe(false);
    server.beat();
    expect([connection.isDisposed, connection.isAborted]).toEqual([true, false]);
  });

  it('has no timeout any more once it is closed', () => {
    const { connection, server } = refused();
    connection.close();
    for (let second = 0; second < 10; second++) server.beat();
    expect(connection.isDisposed).toBe(false);
  });
});
