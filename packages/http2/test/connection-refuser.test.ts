import { Buffer } from 'node:buffer';
import { ConnectionHeartbeatFeature } from '@windhover/connections';
import { resolveHttpLimits } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { TestConnection, TestServer } from '../../../tools/test-support/test-connection.ts';
import { http2 } from '../src/index.ts';
import { SentFrames } from './support/sent-frames.ts';

describe('a connection over a limit of the server', () => {
  const refused = (): { connection: TestConnection; server: TestServer } => {
    const connection = new TestConnection();
    const server = new TestServer();
    connection.set(ConnectionHeartbeatFeature, server);
    void http2().createRefuser!({
      limits: resolveHttpLimits({ requestDrainTimeout: 5000 }),
      serverHeader: null,
      dateHeader: false,
      wallClock: () => 0,
      events: { applicationError: () => expect.unreachable(), badRequest: () => expect.unreachable() },
    })(connection);
    return { connection, server };
  };

  it('SETTINGS, and GOAWAY that lets the client try again elsewhere, without waiting for the preface', () => {
    const { connection } = refused();
    const sent = Buffer.from(connection.sentChunks.join(''), 'latin1');
    expect(new SentFrames().read(sent)).toEqual(['SETTINGS', 'GOAWAY 0 NO_ERROR']);
    expect([connection.hasEnded, connection.isDisposed, connection.isAborted]).toEqual([true, false, false]);
  });

  it('frames of the client are dropped until requestDrainTimeout', () => {
    const { connection, server } = refused();
    connection.receiver.received(new Uint8Array(100_000));
    for (let second = 0; second < 5; second++) server.beat();
    expect(connection.isDisposed).toBe(false);
    server.beat();
    expect([connection.isDisposed, connection.isAborted]).toEqual([true, false]);
  });
});
