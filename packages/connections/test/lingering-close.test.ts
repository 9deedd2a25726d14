import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { ManualHeartbeat } from '../../../tools/test-support/manual-heartbeat.ts';
import { describe, expect, it, vi } from 'vitest';
import { ConnectionHeartbeatFeature, type Receiver, fromDuplex, lingeringClose } from '../src/index.ts';

const ignore: Receiver = { received() {}, drained() {}, ended() {}, closed() {} };

const lingering = (receiver: Receiver = ignore) => {
  const [stream, peer] = duplexPair({ allowHalfOpen: true });
  const connection = fromDuplex(stream);
  const heartbeat = new ManualHeartbeat();
  connection.features.set(ConnectionHeartbeatFeature, heartbeat);
  connection.start(receiver);
  const closed = new Promise((resolve) => connection.onClosed({ closed: (_connection, error) => resolve(error) }));
  return { connection, peer, heartbeat, closed };
};

describe('lingeringClose (RFC 9112 9.6)', () => {
  it('writes the last bytes and ends this side; the connection closes when the peer ends', async () => {
    const { connection, peer, heartbeat, closed } = lingering();
    let text = '';
    peer.on('data', (bytes) => (text += String(bytes)));
    lingeringClose(connection, { last: 'goodbye', timeout: 5000 });
    await once(peer, 'end');
    expect(text).toBe('goodbye');
    heartbeat.seconds(5);
    peer.end();
    await expect(closed).resolves.toBeUndefined();
    expect(heartbeat.listenerCount).toBe(0);
  });

  it('drops all bytes that the peer still sends, even if the connection was paused', async () => {
    const received: Uint8Array[] = [];
    const { connection, peer, closed } = lingering({ ...ignore, received: (bytes) => received.push(bytes) });
    connection.pause();
    peer.write('never received');
    lingeringClose(connection, { timeout: 5000 });
    for (let write = 0; write < 50; write++) if (!peer.write(Buffer.alloc(100_000))) await once(peer, 'drain');
    peer.end();
    peer.resume();
    await expect(closed).resolves.toBeUndefined();
    expect(received).toEqual([]);
  });

  it('disposes of a connection whose peer does not end in time', async () => {
    const { connection, peer, heartbeat, closed } = lingering();
    heartbeat.seconds(3);
    lingeringClose(connection, { timeout: 5000 });
    heartbeat.seconds(5);
    expect(peer.destroyed).toBe(false);
    heartbeat.beat();
    await expect(closed).resolves.toBeUndefined();
  });

  it('a heartbeat that keeps its listeners: a closed connection is not disposed of', async () => {
    const [stream, peer] = duplexPair({ allowHalfOpen: true });
    const connection = fromDuplex(stream);
    const heartbeat = new ManualHeartbeat();
    Object.defineProperty(heartbeat, 'offHeartbeat', { value: undefined });
    connection.features.set(ConnectionHeartbeatFeature, heartbeat);
    const dispose = vi.spyOn(connection, 'dispose');
    const closed = new Promise((resolve) => connection.onClosed({ closed: (_connection, error) => resolve(error) }));
    lingeringClose(connection, { timeout: 5000 });
    peer.resume().end();
    await closed;
    heartbeat.seconds(10);
    expect(dispose).not.toHaveBeenCalled();
  });
});
